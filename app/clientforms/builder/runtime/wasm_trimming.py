"""Remove functions that no page calls from Pyodide's interpreter.

Pyodide exports all C functions for libraries that are loaded later. Pages load none, and each export
costs time at every start: it becomes a JavaScript function, a property of the module and an entry in
a table. Most pages import none of some modules in C either, and start from a snapshot that has
imported those that each Python imports.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Collection, Sequence
from dataclasses import asdict
from pathlib import Path

from .archives import make_once, run_node
from .left_out_modules import FROZEN, LIBRARIES
from .packages import node_module
from .wasm_reachability import Interpreter, unneeded

__all__ = ["trim"]

SCRIPT = Path(__file__).with_suffix(".js")
READER = Path(__file__).with_name("wasm_contents.js")
_MAKERS = ("left_out_modules.py", "wasm_reachability.py")


def trim(
    root: Path, given: Path, scripts: Sequence[Path], target: Path, without: Collection[str] = ()
) -> None:
    """Write the WebAssembly `given` to `target`, without exports that no script in `scripts` uses.

    With `without`, the modules of these names go, too, with the code of frozen modules, and descriptions; then
    only a snapshot can start it. It takes some seconds, so the result is cached. Raises
    RuntimeAssemblyError if binaryen fails, or if `given` differs from what is expected.
    """
    binaryen = node_module(root, "binaryen")
    made_from = [SCRIPT, READER, Path(__file__), binaryen / "package.json", given, *scripts]
    made_from += map(Path(__file__).with_name, _MAKERS)

    def make(path: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            contents, memory = Path(folder, "contents.json"), Path(folder, "memory")
            found: object = {"exports": [], "entries": [], "ranges": []}
            if without:
                run_node(READER, *map(str, (binaryen, given, contents, memory)))
                words = {word for script in scripts for word in _words(script)}
                interpreter = Interpreter.reading(
                    json.loads(contents.read_bytes()), memory.read_bytes()
                )
                # Scripts call the function `name` as `_name`.
                found = asdict(
                    unneeded(
                        interpreter,
                        without,
                        LIBRARIES,
                        FROZEN,
                        lambda name: not words.isdisjoint({name, f"_{name}"}),
                    )
                )
            contents.write_text(json.dumps(found), "utf-8")
            run_node(SCRIPT, *map(str, (binaryen, given, path, contents, *scripts)))

    parts = [path.read_bytes() for path in made_from]
    make_once(root, [*parts, " ".join(sorted(without)).encode()], target, make)


def _words(script: Path) -> list[str]:
    return re.findall(r"[\w$]+", script.read_text("utf-8"), re.ASCII)

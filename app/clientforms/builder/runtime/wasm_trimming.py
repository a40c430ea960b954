"""Remove functions that no page calls from Pyodide's interpreter.

Pyodide exports all C functions for libraries that are loaded later. Pages load none, and each export
costs time at every start: it becomes a JavaScript function, a property of the module and an entry in
a table.
"""

from __future__ import annotations

from pathlib import Path

from .archives import make_once, run_node
from .packages import node_module

__all__ = ["trim"]

SCRIPT = Path(__file__).with_suffix(".js")


def trim(root: Path, given: Path, scripts: list[Path], target: Path) -> None:
    """Write the WebAssembly `given` to `target`, without exports that no script in `scripts` uses.

    It takes a few seconds, so the result is cached. Raises RuntimeAssemblyError if binaryen fails.
    """
    binaryen = node_module(root, "binaryen")
    made_from = [SCRIPT, binaryen / "package.json", given, *scripts]
    make_once(
        root, (path.read_bytes() for path in made_from), target,
        lambda path: run_node(SCRIPT, *map(str, (binaryen, given, path, *scripts))),
    )  # fmt: skip

"""Leaves out of Pyodide's interpreter what no page calls.

Pyodide exports all of C's functions, for libraries that are loaded later. Pages load none, and each
export costs time at every start: it becomes a JavaScript function, a name of the module and an entry of
a table.
"""

from __future__ import annotations

from pathlib import Path

from .archives import make_once, run_node
from .packages import node_module

__all__ = ["trim"]

SCRIPT = Path(__file__).with_suffix(".js")


def trim(root: Path, given: Path, scripts: list[Path], target: Path) -> None:
    """Write to `target` the WebAssembly `given` without the exports that none of the `scripts` names.

    It takes a few seconds, so it is done once for the same content. Raises
    RuntimeAssemblyError where binaryen fails.
    """
    binaryen = node_module(root, "binaryen")
    made_from = [SCRIPT, binaryen / "package.json", given, *scripts]
    make_once(
        root, (path.read_bytes() for path in made_from), target,
        lambda path: run_node(SCRIPT, *map(str, (binaryen, given, path, *scripts))),
    )  # fmt: skip

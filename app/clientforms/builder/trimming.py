"""Leaves out of Pyodide's interpreter what no page calls.

Pyodide exports all of C's functions, for libraries that are loaded later. Pages load none, and each
export costs time at every start: it becomes a JavaScript function, a name of the module and an entry of
a table.
"""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

from .packages import node_module
from .packing import run_node

__all__ = ["trim"]

SCRIPT = Path(__file__).with_suffix(".js")


def trim(root: Path, given: Path, scripts: list[Path], target: Path) -> None:
    """Write to `target` the WebAssembly `given` without the exports that none of the `scripts` names.

    It takes a few seconds, so what is made is kept in `.compiled/`, by content. Raises
    RuntimeAssemblyError where binaryen fails.
    """
    binaryen = node_module(root, "binaryen")
    content = hashlib.sha256()
    for path in (SCRIPT, binaryen / "package.json", given, *scripts):
        content.update(path.read_bytes())
    kept = root / ".compiled" / f"{content.hexdigest()[:24]}.wasm"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        unfinished = kept.with_suffix(".unfinished")
        run_node(SCRIPT, *map(str, (binaryen, given, unfinished, *scripts)))
        unfinished.rename(kept)
    shutil.copyfile(kept, target)

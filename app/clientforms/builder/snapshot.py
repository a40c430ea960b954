"""Takes the memory snapshot that pages start from, and compresses what a page fetches of it."""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from .compression import compress, compress_once
from .packages import node_module
from .packing import run_node

__all__ = ["code_hash", "take_snapshot"]

SCRIPT = Path(__file__).with_name("snapshot.js")

SOURCES = ("*.py", "engine/*.py", "browser/*.py")
"""What of `app/clientforms/` goes into the page, as patterns below it."""


def take_snapshot(root: Path, runtime: Path) -> None:
    """Write `clientforms.zip`, `snapshot.data` and the compressed interpreter into `runtime`."""
    clientforms = root / "app" / "clientforms"
    names = [f"clientforms/{path.relative_to(clientforms).as_posix()}" for path in _sources(root)]
    with tempfile.TemporaryDirectory() as interpreter:
        shutil.copy(node_module(root, "pyodide") / "pyodide-lock.json", interpreter)
        for path in (runtime / "pyodide").glob("pyodide.*"):
            name = path.name.replace(".js", ".mjs")  # what Node takes for a module
            shutil.copyfile(path, Path(interpreter, name))
        run_node(SCRIPT, str(runtime), str(root / "app"), interpreter, *names)
    raw = runtime / "snapshot.raw"
    compress(raw.read_bytes(), runtime / "snapshot.data")
    raw.unlink()
    wasm = runtime / "pyodide" / "pyodide.asm.wasm"
    compress_once(root, wasm.read_bytes(), wasm.with_suffix(".data"))


def code_hash(root: Path) -> str:
    """Return a hash of the sources that the snapshot holds."""
    content = hashlib.sha256()
    for path in _sources(root):
        content.update(path.name.encode() + path.read_bytes())
    return content.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    for pattern in SOURCES:
        yield from sorted((root / "app" / "clientforms").glob(pattern))

"""Take the memory snapshots that pages start from, and compress them.

There are two: one for forms, and one that includes Django's models.
"""

from __future__ import annotations

import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .archives import run_node
from .compression import compress, compress_once
from .packages import COMPILED_CONTRIB, node_module

__all__ = ["WITH_MODELS", "code_hash", "take_snapshots"]

SCRIPT = Path(__file__).with_name("snapshot.js")

SOURCES = ("*.py", "engine/**/*.py", "browser/**/*.py")
"""Patterns of the files in `app/clientforms/` that are part of the page."""


WITH_MODELS = "models"
"""The folder in the runtime with files that replace those of the same name in a page with models."""


def take_snapshots(root: Path, runtime: Path) -> None:
    """Write `clientforms.zip`, the snapshots and the compressed interpreter into `runtime`."""
    clientforms = root / "app" / "clientforms"
    names = [f"clientforms/{path.relative_to(clientforms).as_posix()}" for path in _sources(root)]
    with tempfile.TemporaryDirectory() as interpreter, tempfile.TemporaryDirectory() as copy:
        shutil.copy(node_module(root, "pyodide") / "pyodide-lock.json", interpreter)
        for path in (runtime / "pyodide").glob("pyodide.*"):
            name = path.name.replace(".js", ".mjs")  # Node's suffix for modules
            shutil.copyfile(path, Path(interpreter, name))
        beside = Path(copy)
        for name in ("site-packages.zip", COMPILED_CONTRIB):
            shutil.copyfile(runtime / name, beside / name)
        for name in ("pyodide", "pyscript"):
            (beside / name).symlink_to(runtime / name)

        def take(kind: str, folder: Path) -> None:
            run_node(SCRIPT, kind, str(folder), str(root / "app"), interpreter, *names)
            compress((folder / "snapshot.raw").read_bytes(), folder / "snapshot.data")

        with ThreadPoolExecutor() as both:
            list(both.map(take, ("forms", "models"), (runtime, beside)))
        (runtime / WITH_MODELS).mkdir()
        for name in ("snapshot.data", "seldom.zip", "modules.json"):
            shutil.copyfile(beside / name, runtime / WITH_MODELS / name)
    (runtime / "snapshot.raw").unlink()
    wasm = runtime / "pyodide" / "pyodide.asm.wasm"
    compress_once(root, wasm.read_bytes(), wasm.with_suffix(".data"))


def code_hash(root: Path) -> str:
    """Return a hash of the sources in the snapshots."""
    content = hashlib.sha256()
    for path in _sources(root):
        content.update(path.name.encode() + path.read_bytes())
    return content.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    for pattern in SOURCES:
        yield from sorted((root / "app" / "clientforms").glob(pattern))

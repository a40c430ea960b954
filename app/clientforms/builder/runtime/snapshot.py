"""Take the memory snapshots that pages start from, and compress them.

There are three: one for forms, one that includes Django's models, and one for whole sites.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from .archives import run_node
from .compression import LEVEL, compress, compress_once
from .left_out_modules import CODECS, FROZEN, LEFT_OUT, WHOLE
from .packages import COMPILED_CONTRIB, COMPILED_SITE, RuntimeAssemblyError, node_module
from .script_patches import slim_file

__all__ = [
    "COMPRESSION", "KINDS", "SMALL", "WITH_MODELS", "WITH_SITE", "code_hash", "take_snapshots",
]  # fmt: skip

SCRIPT = Path(__file__).with_name("snapshot.js")

SOURCES = ("*.py", "engine/**/*.py", "browser/**/*.py")
"""Patterns of the files in `app/clientforms/` that are part of the page."""

SITE_SOURCES = ("site/*.py",)
"""The same for pages with a whole site."""

WITH_MODELS = "models"
"""The folder in the runtime with files that replace those of the same name in a page with models."""

WITH_SITE = "site"
"""The same for a page with a whole Django site."""

KINDS = (WITH_MODELS, WITH_SITE)

SMALL = "small.wasm"
"""The interpreter without some modules, from which `pyodide.asm.data` is made."""

COMPRESSION = "CLIENTFORMS_SNAPSHOT_COMPRESSION"
"""The environment variable with another level for the snapshots: those that only tests use may be larger."""


def take_snapshots(root: Path, runtime: Path) -> None:
    """Write `clientforms.zip`, the snapshots and the compressed interpreter into `runtime`."""
    names = _names(root, SOURCES)
    level = int(os.environ.get(COMPRESSION, LEVEL))
    with tempfile.TemporaryDirectory() as interpreter, tempfile.TemporaryDirectory() as copies:
        package = node_module(root, "pyodide")
        shutil.copy(package / "pyodide-lock.json", interpreter)
        for path in (runtime / "pyodide").glob("pyodide.*"):
            name = path.name.replace(".js", ".mjs")  # Node's suffix for modules
            shutil.copyfile(path, Path(interpreter, name))
        # Node needs what pages do not: files of the computer.
        slim_file(package / "pyodide.asm.mjs", Path(interpreter, "pyodide.asm.mjs"))
        left_out = {name: [public, name in CODECS] for name, public in LEFT_OUT.items()}
        Path(interpreter, "left_out.json").write_text(json.dumps(left_out), "utf-8")
        small = runtime / "pyodide" / SMALL
        shutil.move(small, interpreter)
        folders = {kind: Path(copies, kind) for kind in KINDS}
        for folder in folders.values():
            folder.mkdir()
            for name in ("site-packages.zip", COMPILED_CONTRIB, COMPILED_SITE):
                shutil.copyfile(runtime / name, folder / name)
            for name in ("pyodide", "pyscript"):
                (folder / name).symlink_to(runtime / name)

        def take(kind: str, folder: Path) -> None:
            own = [*names, *_names(root, SITE_SOURCES)] if kind == WITH_SITE else names
            run_node(SCRIPT, kind, str(folder), str(root / "app"), interpreter, *own)
            compress((folder / "snapshot.raw").read_bytes(), folder / "snapshot.data", level)

        with ThreadPoolExecutor() as all_of_them:
            list(all_of_them.map(take, ("forms", *KINDS), (runtime, *folders.values())))
        for kind, folder in folders.items():
            (runtime / kind).mkdir()
            for name in ("snapshot.data", "seldom.zip", "modules.json"):
                shutil.copyfile(folder / name, runtime / kind / name)
        _check(runtime)
        packed = runtime / "pyodide" / "pyodide.asm.data"
        compress_once(root, Path(interpreter, SMALL).read_bytes(), packed)
    (runtime / "snapshot.raw").unlink()
    whole = runtime / WHOLE / "pyodide" / packed.name
    whole.parent.mkdir(parents=True)
    compress_once(root, packed.with_suffix(".wasm").read_bytes(), whole)


def _check(runtime: Path) -> None:
    """Raise RuntimeAssemblyError if a snapshot for the small interpreter has what that lacks, or the reverse."""
    for folder in (runtime, runtime / WITH_MODELS):
        modules = set(json.loads((folder / "modules.json").read_text("utf-8")))
        wrong = sorted({*(modules & LEFT_OUT.keys()), *(set(FROZEN) - modules)})
        if wrong:
            raise RuntimeAssemblyError(
                f"The snapshot in {folder.name} and the interpreter do not agree on {', '.join(wrong)}. "
                "Adapt left_out_modules.py."
            )


def code_hash(root: Path) -> str:
    """Return a hash of the sources in the snapshots."""
    content = hashlib.sha256()
    for path in _sources(root, (*SOURCES, *SITE_SOURCES, "site/server_app/*.py", "server/**/*.py")):
        content.update(path.name.encode() + path.read_bytes())
    return content.hexdigest()


def _names(root: Path, patterns: Iterable[str]) -> list[str]:
    app = root / "app"
    return [path.relative_to(app).as_posix() for path in _sources(root, patterns)]


def _sources(root: Path, patterns: Iterable[str]) -> Iterator[Path]:
    for pattern in patterns:
        yield from sorted((root / "app" / "clientforms").glob(pattern))

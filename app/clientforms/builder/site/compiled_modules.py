"""Compile an author's Python for the page, which would otherwise do so each time it starts.

Only the page's own version of Python can: this one if it is the same, else Pyodide under Node if a checkout has them.
Without either, the page gets sources only.
"""

from __future__ import annotations

import compileall
import hashlib
import py_compile
import shutil
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

from ..output.zip_files import zipped
from ..runtime.archives import run_node
from ..runtime.packages import RuntimeAssemblyError
from .assets import PACKAGE

__all__ = ["COMPILED", "apart", "compiled_modules"]

COMPILED = "clientforms-compiled"
"""The folder in an archive that has the compiled modules apart from their sources (`browser/page/late_imports.py`)."""

_PAGE = (3, 14)
_PLACE = "/home/pyodide"  # of the sources in the page
_ROOT = PACKAGE.parents[1]  # of a checkout
_SCRIPT = Path(__file__).with_name("compile_modules.js")


def compiled_modules(sources: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the compiled modules, by path in the page, for `sources` by path. Empty if nothing here can compile them.

    Modules with syntax of another version of Python are left out.
    """
    pyodide = _ROOT / "node_modules" / "pyodide"
    is_same = sys.version_info[:2] == _PAGE
    if not is_same and not (pyodide.is_dir() and shutil.which("node")):
        return {}
    content = hashlib.sha256(_SCRIPT.read_bytes())
    for name, source in sorted(sources.items()):
        content.update(f"{name}\n{len(source)}\n".encode() + source)
    kept = _ROOT / ".compiled" / f"modules-{content.hexdigest()[:24]}.zip"
    if kept.is_file():
        with zipfile.ZipFile(kept) as archive:
            return {name: archive.read(name) for name in archive.namelist()}
    with tempfile.TemporaryDirectory(prefix="clientforms-") as folder:
        for name, source in sources.items():
            path = Path(folder, name)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(source)
        if is_same:
            compileall.compile_dir(
                folder, maxlevels=100, quiet=2, force=True, stripdir=folder, prependdir=_PLACE,
                invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
            )  # fmt: skip
        else:
            try:
                run_node(_SCRIPT, str(pyodide), folder)
            except RuntimeAssemblyError as error:
                print(f"warning: the modules are not compiled: {error}", file=sys.stderr)
                return {}
        made = {
            path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(Path(folder).rglob("*.pyc"))
        }
    if kept.parent.is_dir():
        kept.write_bytes(zipped(made))
    return made


def apart(compiled: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return what `compiled_modules()` did, at the places where Python looks if it keeps such modules in `COMPILED`."""
    return {
        f"{COMPILED}{_PLACE}/{name.replace('__pycache__/', '')}": content
        for name, content in compiled.items()
    }

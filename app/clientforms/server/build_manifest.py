"""The manifest of the latest build, which names its folder and tells whether it is out of date."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from clientforms.server import configuration

__all__ = ["MANIFEST", "PREFIX", "current", "is_left_out", "is_out_of_date"]

PREFIX = "clientforms"
"""The path prefix of all built files, relative to STATIC_URL."""
MANIFEST = "manifest.json"
"""The file in BUILD_DIR that names the folder of the current build, its forms and its source files."""


def current() -> dict[str, Any]:
    """Return the manifest of the latest build, empty if there is none. Do not modify it: it is cached."""
    manifest = configuration.build_folder() / MANIFEST
    try:
        return _read(manifest, manifest.stat().st_mtime_ns)
    except (OSError, ValueError):
        return {}


@lru_cache(maxsize=1)
def _read(manifest: Path, written: int) -> dict[str, Any]:
    """Return the manifest that was written at this time. It is cached because every page needs it."""
    found = json.loads(manifest.read_text("utf-8"))
    return found if isinstance(found, dict) else {}


def is_left_out(name: str) -> bool:
    """Return whether there is a build and the form called `name` is not part of it."""
    manifest = current()
    return bool(manifest) and name not in manifest.get("forms", [])


def is_out_of_date(forms: list[str]) -> bool:
    """Return whether source files have changed since the latest build, or it was not made for `forms`."""
    manifest = current()
    if manifest.get("forms") != forms:
        return True
    return any(_stamp(Path(path)) != stamp for path, stamp in manifest["sources"].items())


def stamps(sources: set[Path]) -> dict[str, list[int] | None]:
    """Return the modification time and size of each file by path, for detecting changes."""
    return {str(path): _stamp(path) for path in sorted(sources)}


def _stamp(path: Path) -> list[int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return [status.st_mtime_ns, status.st_size]

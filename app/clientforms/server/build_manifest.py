"""The manifest of the last build: which folder is the current one, and whether it is out of date."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from clientforms.server import configuration

__all__ = ["MANIFEST", "PREFIX", "current", "is_left_out", "is_out_of_date"]

PREFIX = "clientforms"
"""Where everything is, below STATIC_URL."""
MANIFEST = "manifest.json"
"""The file in the build's folder that says which folder beside it is the current one, and what it was made of."""


def current() -> dict[str, Any]:
    """Return what is known of the last build, nothing if there was none. It is to be read only."""
    manifest = configuration.build_folder() / MANIFEST
    try:
        return _read(manifest, manifest.stat().st_mtime_ns)
    except (OSError, ValueError):
        return {}


@lru_cache(maxsize=1)
def _read(manifest: Path, written: int) -> dict[str, Any]:
    """Return what the manifest says that was `written` then: each page asks for it."""
    found = json.loads(manifest.read_text("utf-8"))
    return found if isinstance(found, dict) else {}


def is_left_out(name: str) -> bool:
    """Return whether there was a build, and nothing called `name` was in it."""
    manifest = current()
    return bool(manifest) and name not in manifest.get("forms", [])


def is_out_of_date(forms: list[str]) -> bool:
    """Return whether files have changed since the last build, or it had other forms than `forms`."""
    manifest = current()
    if manifest.get("forms") != forms:
        return True
    return any(_stamp(Path(path)) != stamp for path, stamp in manifest["sources"].items())


def stamps(sources: set[Path]) -> dict[str, list[int] | None]:
    """Return by path what tells whether a file has changed: when it was written, and its size."""
    return {str(path): _stamp(path) for path in sorted(sources)}


def _stamp(path: Path) -> list[int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return [status.st_mtime_ns, status.st_size]

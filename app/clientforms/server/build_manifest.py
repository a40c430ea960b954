"""What `clientforms_build` wrote, and whether that is still what the project would get."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from clientforms.server import configuration

__all__ = ["MANIFEST", "PREFIX", "current", "is_left_out", "is_out_of_date"]

PREFIX = "clientforms"
"""Where everything is, below STATIC_URL."""
MANIFEST = "manifest.json"
"""The file in the build's folder that says which folder beside it is the current one, and what it was made of."""


def current() -> dict[str, Any]:
    """Return what is known of the last build, nothing if there was none."""
    try:
        found = json.loads((configuration.build_folder() / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError):
        return {}
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

"""Modules of Django that few requests need: management commands, and migrations. Unpacked when they are first needed."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

from django.core import management

from clientforms.browser.page.late_imports import unpack

__all__ = ["ARCHIVE", "install"]

ARCHIVE = Path("clientforms-seldom.zip")
"""What the build packs them into."""


_PARTS = (".migrations.", ".management.")


def install() -> None:
    """Let imports, and Django's search for commands, find the modules."""
    sys.meta_path.append(_Finder())
    find_commands: Callable[[str], list[str]] = management.find_commands

    def find(folder: str) -> list[str]:
        _unpack()
        return find_commands(folder)

    setattr(management, "find_commands", find)  # noqa: B010 - replaces a function


class _Finder:
    """The last finder: asked for what no other has."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        # Django looks for modules that an app may have, such as models, when it starts.
        if (
            not name.startswith("django.")
            or not any(part in f"{name}." for part in _PARTS)
            or not _unpack()
        ):
            return None
        return PathFinder.find_spec(name, path)


def _unpack() -> bool:
    """Unpack the archive; return whether it was still there."""
    if not ARCHIVE.exists():
        return False
    unpack(ARCHIVE)
    return True

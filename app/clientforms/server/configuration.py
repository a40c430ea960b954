"""What a project says of clientforms in its settings: `CLIENTFORMS = {"FORMS": […], "BUILD_DIR": …}`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

__all__ = ["KEYS", "build_folder", "forms", "given"]

KEYS = ("FORMS", "BUILD_DIR")


def given() -> dict[str, Any]:
    """Return the setting. Raises ImproperlyConfigured if it is no dictionary, or has other keys."""
    found = getattr(settings, "CLIENTFORMS", {})
    if not isinstance(found, dict):
        raise ImproperlyConfigured(f"CLIENTFORMS is a dictionary, not {found!r}.")
    for key in found:
        if key not in KEYS:
            raise ImproperlyConfigured(f"CLIENTFORMS has no key {key!r}. It has {', '.join(KEYS)}.")
    return found


def forms() -> list[str]:
    """Return the dotted paths in `CLIENTFORMS["FORMS"]`."""
    paths = given().get("FORMS", [])
    if isinstance(paths, str) or not all(isinstance(path, str) for path in paths):
        raise ImproperlyConfigured('CLIENTFORMS["FORMS"] is a list of dotted paths.')
    return list(paths)


def build_folder() -> Path:
    """Return the folder that `clientforms_build` writes: `CLIENTFORMS["BUILD_DIR"]`, or `.clientforms`
    in the project's `BASE_DIR`."""
    named = given().get("BUILD_DIR")
    if named:
        return Path(named)
    return Path(getattr(settings, "BASE_DIR", Path.cwd())) / ".clientforms"

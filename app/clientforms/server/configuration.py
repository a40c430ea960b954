"""The project's `CLIENTFORMS` setting, for example `CLIENTFORMS = {"FORMS": […], "BUILD_DIR": …}`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

__all__ = [
    "KEYS", "build_folder", "forms", "given", "largest_push", "largest_question", "page_languages",
    "questions_per_second", "socket_address",
]  # fmt: skip

KEYS = ("FORMS", "BUILD_DIR", "LARGEST_QUESTION", "LARGEST_PUSH", "QUESTIONS_PER_SECOND", "SOCKET")


def given() -> dict[str, Any]:
    """Return the setting. Raises ImproperlyConfigured if it is not a dictionary or has unknown keys."""
    found = getattr(settings, "CLIENTFORMS", {})
    if not isinstance(found, dict):
        raise ImproperlyConfigured(f"CLIENTFORMS must be a dictionary, not {found!r}.")
    for key in found:
        if key not in KEYS:
            raise ImproperlyConfigured(
                f"CLIENTFORMS has an unknown key {key!r}. The keys are {', '.join(KEYS)}."
            )
    return found


def forms() -> list[str]:
    """Return the dotted paths in `CLIENTFORMS["FORMS"]`."""
    paths = given().get("FORMS", [])
    if isinstance(paths, str) or not all(isinstance(path, str) for path in paths):
        raise ImproperlyConfigured('CLIENTFORMS["FORMS"] must be a list of dotted paths.')
    return list(paths)


def build_folder() -> Path:
    """Return the folder that `clientforms_build` writes to.

    This is `CLIENTFORMS["BUILD_DIR"]`, by default `.clientforms` in the project's `BASE_DIR`.
    """
    named = given().get("BUILD_DIR")
    if named:
        return Path(named)
    return Path(getattr(settings, "BASE_DIR", Path.cwd())) / ".clientforms"


def largest_question() -> int:
    """Return the maximum size of a page's question in bytes: `CLIENTFORMS["LARGEST_QUESTION"]`."""
    return _positive("LARGEST_QUESTION", 256 * 1024)


def largest_push() -> int:
    """Return the maximum size of a push in bytes: `CLIENTFORMS["LARGEST_PUSH"]`."""
    return _positive("LARGEST_PUSH", 256 * 1024)


def questions_per_second() -> int:
    """Return how many questions per second a page may ask on average: `CLIENTFORMS["QUESTIONS_PER_SECOND"]`."""
    return _positive("QUESTIONS_PER_SECOND", 10)


def socket_address() -> str:
    """Return the path of the WebSocket from `CLIENTFORMS["SOCKET"]`, empty if it is to be detected."""
    return str(given().get("SOCKET", ""))


def page_languages() -> list[str]:
    """Return the language codes that pages may use: those in LANGUAGES if the project sets it, and LANGUAGE_CODE."""
    if settings.is_overridden("LANGUAGES"):
        return sorted({settings.LANGUAGE_CODE, *(code for code, _ in settings.LANGUAGES)})
    return [settings.LANGUAGE_CODE]


def _positive(key: str, default: int) -> int:
    value = given().get(key, default)
    if not isinstance(value, int) or value <= 0:
        raise ImproperlyConfigured(
            f'CLIENTFORMS["{key}"] must be an integer greater than 0, not {value!r}.'
        )
    return value

"""Which Django apps a page has: the packages of its forms that bring models."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterable

__all__ = ["apps_with_models"]


def apps_with_models(paths: Iterable[str]) -> list[str]:
    """Return the packages above the dotted class `paths` that have a `models` module.

    Django lets a model be defined only in an installed app. A path that leads nowhere is passed
    over: binding its container says what is wrong with it.
    """
    found: list[str] = []
    for path in paths:
        parts = path.split(".")[:-2]  # without the module and the class
        for end in range(1, len(parts) + 1):
            package = ".".join(parts[:end])
            if package not in found and _has_models(package):
                found.append(package)
    return found


def _has_models(package: str) -> bool:
    try:
        return importlib.util.find_spec(f"{package}.models") is not None
    except ModuleNotFoundError:
        return False

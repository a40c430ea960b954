"""Import libraries of template tags only when a template loads them.

For its first template, Django imports those of all installed apps. They may need modules that
the page lacks, or that would have to be packed for tags that no form uses.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django import templatetags
from django.apps import apps
from django.template import Library, engine
from django.template.backends import django as backend
from django.template.library import import_library

__all__ = ["import_tags_when_loaded", "loaded_libraries"]

loaded_libraries: set[str] = set()
"""The modules that templates loaded, by dotted name."""


def import_tags_when_loaded() -> None:
    """Make Django's template engines import a library only when `{% load %}` names it."""
    backend.get_installed_libraries = _installed
    # Replaces Django's method.
    setattr(engine.Engine, "get_template_libraries", lambda self, names: _Libraries(names))  # noqa: B010


class _Libraries(Mapping[str, Library]):
    """The libraries for `{% load %}`. `names` maps their names to dotted paths of modules."""

    def __init__(self, names: Mapping[str, str]) -> None:
        self._names = names

    def __getitem__(self, name: str) -> Any:
        loaded_libraries.add(self._names[name])
        return import_library(self._names[name])

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _installed() -> dict[str, str]:
    """Return what Django's `get_installed_libraries()` returns, without importing the libraries."""
    packages = {templatetags.__name__: templatetags.__path__[0]} | {
        f"{app.name}.templatetags": str(Path(app.path, "templatetags"))
        for app in apps.get_app_configs()
    }
    return {
        name: module
        for package, folder in packages.items()
        for name, module in _modules(folder, package)
    }


def _modules(folder: str, package: str, before: str = "") -> Iterator[tuple[str, str]]:
    for module in pkgutil.iter_modules([folder]):
        name = f"{before}{module.name}"
        yield name, f"{package}.{name}"
        if module.ispkg:
            yield from _modules(str(Path(folder, module.name)), package, f"{name}.")

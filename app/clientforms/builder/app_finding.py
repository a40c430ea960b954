"""Finds the Django apps that an author's forms need, while their modules are imported.

Django lets a model be defined only in an installed app, and nobody names the apps of a page. So the
package of each module of models becomes one when its first model is defined.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from django.apps import AppConfig, apps

from clientforms.engine.apps import AppWithoutModels, folder_of
from clientforms.engine.contrib_apps import entry_of

__all__ = ["AppFinder"]

FOLDERS = ("templates", "locale", "templatetags")
"""What an app gives to forms besides its models."""


class AppFinder:
    """Installs apps as models ask for them. `with_models` are entries of INSTALLED_APPS, in their order."""

    def __init__(self, entries: Sequence[str] = ()) -> None:
        self.with_models: list[str] = []
        self._entries = entries  # of the project's INSTALLED_APPS
        self._containing = apps.get_containing_app_config

    def start(self) -> None:
        """Answer for Django's registry from now on."""
        apps.get_containing_app_config = self._find

    def resolve_relations(self, packages: Iterable[str]) -> None:
        """Import the models that others name as `app.Model` and that nothing has imported yet.

        They are looked for in Django's own apps, and in `packages` by their last name.
        """
        known = {each.rpartition(".")[2]: each for each in packages}
        for _ in range(len(known) + len(sys.modules)):  # each may name further ones
            waiting = {label for label, _ in apps._pending_operations}
            names = [known.get(each, f"django.contrib.{each}") for each in sorted(waiting)]
            modules = [f"{each}.models" for each in names if _has_models(each)]
            new = [each for each in modules if each not in sys.modules]
            if not new:
                return
            for each in new:
                importlib.import_module(each)

    def without_models(self, packages: Iterable[str]) -> None:
        """Install those of `packages` that have templates, catalogs or tags.

        Packages whose models were imported are apps anyway.
        """
        there = {each.name for each in apps.get_app_configs()}
        for package in packages:
            if package not in there and any(_folders(package)):
                there.add(package)
                _install(AppWithoutModels(package))

    def make_ready(self) -> None:
        """Call `ready()` of the apps, as Django does once all models are known."""
        for config in list(apps.get_app_configs()):
            config.ready()

    def used_without_models(self, packages: Iterable[str], opened: Iterable[str]) -> list[str]:
        """Return the apps without models that are among `packages`, or of which a file was `opened`."""
        names, files = set(packages), list(map(Path, opened))
        return [
            each.name
            for each in apps.get_app_configs()
            if isinstance(each, AppWithoutModels)
            and (each.name in names or any(file.is_relative_to(each.path) for file in files))
        ]

    def _entry_of(self, package: str) -> str:
        entry = entry_of(package)
        own = (each for each in self._entries if f"{each}.".startswith(f"{package}."))
        return next(own, entry) if entry == package else entry

    def _find(self, name: str) -> AppConfig | None:
        found = self._containing(name)
        package = _package_of(name)
        if package is None or (found is not None and not isinstance(found, AppWithoutModels)):
            return found
        entry = self._entry_of(package)
        config = AppConfig.create(entry)
        if found is not None and found.name == package:
            del apps.app_configs[found.label]
        _install(config)
        self.with_models.append(entry)
        return config


def _install(config: AppConfig) -> None:
    other = apps.app_configs.get(config.label)
    if other is not None:
        raise ValueError(
            f"{other.name} and {config.name} are both the app {config.label!r} to Django. "
            "Give one of them an AppConfig with a label of its own"
        )
    apps.app_configs[config.label] = config
    config.apps = apps
    config.models = apps.all_models[config.label]
    apps.clear_cache()
    _forget_folders()


def _forget_folders() -> None:
    """Let Django look again where templates and catalogs are."""
    from django.forms.renderers import get_default_renderer
    from django.template.utils import get_app_template_dirs
    from django.utils.translation import trans_real

    get_app_template_dirs.cache_clear()
    get_default_renderer.cache_clear()
    trans_real._translations = {}
    trans_real._default = None


def _package_of(module: str) -> str | None:
    """Return the package whose models `module` holds, by Django's convention; None for another module."""
    parts = module.split(".")
    if "models" not in parts[1:]:
        return None
    return ".".join(parts[: parts.index("models", 1)])


def _has_models(package: str) -> bool:
    try:
        folder = folder_of(package)
    except LookupError:
        return False
    return (folder / "models.py").is_file() or (folder / "models" / "__init__.py").is_file()


def _folders(package: str) -> Iterator[str]:
    try:
        folder = folder_of(package)
    except LookupError:
        return
    yield from (name for name in FOLDERS if (folder / name).is_dir())

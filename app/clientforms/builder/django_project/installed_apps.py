"""Finds the Django apps that an author's forms need, while their modules are imported.

Django lets a model be defined only in an installed app, and nobody names the apps of a page. So the
package of each module of models becomes one when its first model is defined.
"""

from __future__ import annotations

import contextlib
import importlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from django.apps import AppConfig, apps

from clientforms.engine.project.app_registry import (
    AppWithoutModels,
    add_app,
    folder_of,
    leave_ready_to_the_server,
)
from clientforms.engine.project.contrib_apps import entry_of
from clientforms.engine.project.template_tags import import_tags_when_loaded, loaded_libraries

__all__ = ["AppFinder", "folders_of", "package_of_entry"]

FOLDERS = ("templates", "locale", "templatetags")
"""What an app gives to forms besides its models."""


class AppFinder:
    """Installs apps as models ask for them. `with_models` are entries of INSTALLED_APPS, in their order.

    `entries` are those of the project, `packages` the author's own.
    """

    def __init__(self, entries: Sequence[str] = (), packages: Iterable[str] = ()) -> None:
        self.with_models: list[str] = []
        self._entries = entries
        names = [*map(package_of_entry, entries), *packages]
        self._packages = {name.rpartition(".")[2]: name for name in names}  # by label
        self._containing = apps.get_containing_app_config
        self._get_model = apps.get_model

    def start(self) -> None:
        """Answer for Django's registry from now on, as it does in a page: see `installed_apps()`."""
        import_tags_when_loaded()
        leave_ready_to_the_server()
        apps.get_containing_app_config = self._find
        apps.get_model = self._model

    def _model(
        self, app_label: str, model_name: str | None = None, require_ready: bool = True
    ) -> Any:
        """Return what Django's registry does, once the app's models are imported."""
        try:
            return self._get_model(app_label, model_name, require_ready)
        except LookupError:
            package = self._package_labelled(app_label.partition(".")[0])
            if f"{package}.models" in sys.modules or not _has_models(package):
                raise
        importlib.import_module(f"{package}.models")
        self.resolve_relations()
        return self._get_model(app_label, model_name, require_ready)

    def _package_labelled(self, label: str) -> str:
        """Return the package whose app Django knows by `label`: the author's, or else Django's own."""
        return self._packages.get(label, f"django.contrib.{label}")

    def resolve_relations(self) -> None:
        """Import the models that others name as `app.Model` and that nothing has imported yet."""
        for _ in range(len(sys.modules)):  # each may name further ones
            waiting = {label for label, _ in apps._pending_operations}
            names = map(self._package_labelled, sorted(waiting))
            modules = [f"{package}.models" for package in names if _has_models(package)]
            new = [module for module in modules if module not in sys.modules]
            if not new:
                return
            for module in new:
                importlib.import_module(module)

    def without_models(self, packages: Iterable[str]) -> None:
        """Install those of `packages` that have templates, catalogs or tags.

        Packages whose models were imported are apps anyway. `django.contrib.staticfiles` is none: as an
        app it makes the addresses of static files, which a build does.
        """
        there = {config.name for config in apps.get_app_configs()} | {"django.contrib.staticfiles"}
        for package in packages:
            if package not in there and any(folders_of(package)):
                there.add(package)
                _install(AppWithoutModels(package))

    def make_ready(self) -> None:
        """Call `ready()` of the apps, as Django does once all models are known."""
        for config in list(apps.get_app_configs()):
            config.ready()

    def used_without_models(self, packages: Iterable[str], opened: Iterable[str]) -> list[str]:
        """Return the apps without models that are among `packages`, or of which something was used.

        That is a file that was `opened`, or a library of tags that a template loaded. Of Django's own
        packages that alone counts: a project's URLs import the admin, and a page wants none of it.
        """
        names, files = set(packages), list(map(Path, opened))
        names |= {module.partition(".templatetags.")[0] for module in loaded_libraries}

        def is_used(app: AppConfig) -> bool:
            if app.name in names or app.name.startswith("django.contrib."):
                return app.name in names
            return any(file.is_relative_to(app.path) for file in files)

        return [
            config.name
            for config in apps.get_app_configs()
            if isinstance(config, AppWithoutModels) and is_used(config)
        ]

    def _entry_of(self, package: str) -> str:
        entry = entry_of(package)
        own = (
            own_entry for own_entry in self._entries if f"{own_entry}.".startswith(f"{package}.")
        )
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


def package_of_entry(entry: str) -> str:
    """Return the package of an entry of INSTALLED_APPS, which may name a class in it.

    Nothing is imported: what a package's `__init__` imports would count as the forms' own.
    """
    package = entry
    while package:
        with contextlib.suppress(LookupError):
            folder_of(package)
            return package.removesuffix(".apps")
        package = package.rpartition(".")[0]
    return entry


def _install(config: AppConfig) -> None:
    other = apps.app_configs.get(config.label)
    if other is not None:
        raise ValueError(
            f"{other.name} and {config.name} are both the app {config.label!r} to Django. "
            "Give one of them an AppConfig with a label of its own"
        )
    add_app(config)
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


def folders_of(package: str) -> Iterator[str]:
    """Yield those of `FOLDERS` that the package has; none if there is no such package."""
    try:
        folder = folder_of(package)
    except LookupError:
        return
    yield from (name for name in FOLDERS if (folder / name).is_dir())

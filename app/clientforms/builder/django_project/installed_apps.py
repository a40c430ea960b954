"""Find the Django apps that an author's forms need, while their modules are imported.

Django requires models to be defined in an installed app, but a page has no list of apps. So the
package of a models module becomes an app when its first model is defined.
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
"""Folders of an app that forms may use, besides its models."""


class AppFinder:
    """Installs apps when models need them. `with_models` collects entries of INSTALLED_APPS.

    `entries` are those of the project, `packages` the author's own packages.
    """

    def __init__(self, entries: Sequence[str] = (), packages: Iterable[str] = ()) -> None:
        self.with_models: list[str] = []
        self._entries = entries
        names = [*map(package_of_entry, entries), *packages]
        self._packages = {name.rpartition(".")[2]: name for name in names}  # by label
        self._containing = apps.get_containing_app_config
        self._get_model = apps.get_model

    def start(self) -> None:
        """Replace methods of Django's registry from now on; see `installed_apps()` for the page."""
        import_tags_when_loaded()
        leave_ready_to_the_server()
        apps.get_containing_app_config = self._find
        apps.get_model = self._model

    def _model(
        self, app_label: str, model_name: str | None = None, require_ready: bool = True
    ) -> Any:
        """Return what Django's registry returns, after importing the app's models."""
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
        """Return the package of the app called `label`: the author's, or else one of Django's."""
        return self._packages.get(label, f"django.contrib.{label}")

    def resolve_relations(self) -> None:
        """Import models that others refer to as `app.Model` and that are not imported yet."""
        for _ in range(len(sys.modules)):  # each may refer to more
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

        Packages whose models were imported are apps already. `django.contrib.staticfiles` is skipped,
        because as an app it makes the URLs of static files, which is done by the build.
        """
        there = {config.name for config in apps.get_app_configs()} | {"django.contrib.staticfiles"}
        for package in packages:
            if package not in there and any(folders_of(package)):
                there.add(package)
                _install(AppWithoutModels(package))

    def make_ready(self) -> None:
        """Call `ready()` of the apps, as Django does after all models are loaded."""
        for config in list(apps.get_app_configs()):
            config.ready()

    def used_without_models(self, packages: Iterable[str], opened: Iterable[str]) -> list[str]:
        """Return the apps without models that are in `packages` or were used.

        Use means that a file was `opened`, or a template loaded a library of tags. For Django's own
        packages only the latter counts, because a project's URLs import the admin, which a page does
        not need.
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
    """Return the package of an entry of INSTALLED_APPS, which may be a class in it.

    Nothing is imported, because imports of a package's `__init__` would count as the forms' own.
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
    """Clear Django's caches of folders of templates and catalogs."""
    from django.forms.renderers import get_default_renderer
    from django.template.utils import get_app_template_dirs
    from django.utils.translation import trans_real

    get_app_template_dirs.cache_clear()
    get_default_renderer.cache_clear()
    trans_real._translations = {}
    trans_real._default = None


def _package_of(module: str) -> str | None:
    """Return the package whose models are in `module` by convention, None for other modules."""
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
    """Yield those of `FOLDERS` that the package has, none if it does not exist."""
    try:
        folder = folder_of(package)
    except LookupError:
        return
    yield from (name for name in FOLDERS if (folder / name).is_dir())

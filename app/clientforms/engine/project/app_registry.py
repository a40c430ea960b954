"""Install Django apps in a page, with or without their models."""

from __future__ import annotations

import importlib.util
import traceback
from collections.abc import Iterable
from pathlib import Path

from django.apps import AppConfig, apps

from clientforms.engine.project.template_tags import import_tags_when_loaded

__all__ = [
    "AppWithoutModels",
    "add_app",
    "apps_with_models",
    "installed_apps",
    "leave_ready_to_the_server",
    "not_ready",
]

not_ready: dict[str, str] = {}
"""Apps whose `ready()` failed, and the error with its file and line."""


class AppWithoutModels(AppConfig):
    """An app with templates, catalogs and template tags, whose models are not imported.

    `package` is a dotted name. The package is not imported either, for it may need Django's
    settings. Raises LookupError if it does not exist.
    """

    def __init__(self, package: str) -> None:
        self.path = str(folder_of(package))
        self.label = package.replace(".", "_")  # Django requires unique labels
        super().__init__(package, None)

    def import_models(self) -> None:
        """Import nothing, but set the attribute that Django reads."""
        self.models = self.apps.all_models[self.label]


def add_app(config: AppConfig) -> None:
    """Add an app to Django's populated registry. Its models are not imported."""
    apps.app_configs[config.label] = config
    config.apps = apps
    config.models = apps.all_models[config.label]
    apps.clear_cache()


def folder_of(package: str) -> Path:
    """Return the folder of the dotted `package`. Raises LookupError if there is none."""
    top, *parts = package.split(".")
    spec = importlib.util.find_spec(top)
    for place in (spec and spec.submodule_search_locations) or ():
        folder = Path(place, *parts)
        if folder.is_dir():
            return folder
    raise LookupError(f"There is no package {package}.")


def installed_apps(
    with_models: Iterable[str], without_models: Iterable[str]
) -> list[str | AppConfig]:
    """Return the value of INSTALLED_APPS: entries as in Django, and apps without models.

    From now on, libraries of template tags are imported when a template loads them, and failures of
    an app's `ready()` are left to the server.
    """
    import_tags_when_loaded()
    leave_ready_to_the_server()
    return [*with_models, *map(AppWithoutModels, without_models)]


def leave_ready_to_the_server() -> None:
    """Let Django continue if the `ready()` of an app fails.

    It checks server settings, connects signals and starts services, which forms rarely need, and a
    page has neither all settings nor all modules.
    """
    create = AppConfig.create

    def create_leniently(entry: str) -> AppConfig:
        config = create(entry)
        ready = config.ready

        def get_ready() -> None:
            try:
                ready()
            except Exception as error:  # noqa: BLE001 - an author's code may raise anything
                not_ready[entry] = f"{type(error).__name__}: {error}{_place_in(config, error)}"

        config.ready = get_ready
        return config

    if create.__name__ != create_leniently.__name__:
        AppConfig.create = create_leniently


def _place_in(config: AppConfig, error: BaseException) -> str:
    """Return the file and line of the app's own code that raised `error`; empty if there is none."""
    lines = [
        (Path(frame.f_code.co_filename), line)
        for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    above = Path(config.path).parent
    own = [(file, line) for file, line in lines if file.is_relative_to(config.path)]
    return "".join(f" ({file.relative_to(above)}, line {line})" for file, line in own[-1:])


def apps_with_models(paths: Iterable[str]) -> list[str]:
    """Return the parent packages of the dotted class `paths` that have a `models` module.

    Django allows a model to be defined only in an installed app. Paths that do not exist, or whose
    packages fail, are skipped: the error is reported when their container is bound.
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
    except BaseException:  # noqa: BLE001 - a package may raise anything; binding its form reports it
        return False

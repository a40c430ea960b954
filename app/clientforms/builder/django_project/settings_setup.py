"""A project's settings as the build uses them: loaded whole, with a page's limits on top.

There is no database, and apps are installed as models ask for them. Names that code reads are noted.
"""

from __future__ import annotations

import ast
import contextlib
import importlib
import pkgutil
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import Settings, UserSettingsHolder, settings

from clientforms.builder.django_project import url_names
from clientforms.builder.django_project.installed_apps import (
    AppFinder,
    folders_of,
    package_of_entry,
)
from clientforms.builder.django_project.project_settings import PUBLISHED, Published, publish
from clientforms.engine.project import static_names
from clientforms.engine.project.app_registry import folder_of

__all__ = ["ProjectSettings"]


class ProjectSettings:
    """The settings that Django has now. `module` is empty if a project's are not known."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.apps: list[str] = []  # the project's INSTALLED_APPS
        self.language = ""
        self._files: list[str] = []  # of the modules that settings come from
        self._holder: _Noting | None = None

    @classmethod
    def install(cls, module: str) -> ProjectSettings:
        """Configure Django with the settings of `module`, or as a page has them if there are none.

        What the module imports is imported afresh by whoever wants it: a page has no settings module.
        """
        made = cls(module)
        if not module:
            settings.configure(
                USE_TZ=True, TIME_ZONE="UTC", LANGUAGE_CODE="en", STORAGES=static_names.SETTING
            )
            return made
        before = set(sys.modules)
        loaded = Settings(module)
        for name in sorted(set(sys.modules) - before):
            if name.partition(".")[0] not in sys.stdlib_module_names | {"django"}:
                made._files.append(getattr(sys.modules[name], "__file__", None) or "")
                del sys.modules[name]
        made.apps = list(loaded.INSTALLED_APPS)
        made.language = loaded.LANGUAGE_CODE if loaded.is_overridden("LANGUAGE_CODE") else ""
        made._holder = holder = _Noting(loaded)
        holder.DATABASES = {}
        holder.INSTALLED_APPS = []
        holder.LANGUAGE_CODE = "en"
        holder.SECRET_KEY = ""  # no page has it
        holder.STATIC_URL = None
        holder.STORAGES = static_names.SETTING
        holder.ROOT_URLCONF = url_names.MODULE
        settings._wrapped = holder
        return made

    def packages(self) -> list[str]:
        """Return the packages of the project's apps, in their order.

        Of `django.contrib` those alone that have tags for templates: its models are found by themselves.
        """
        packages = dict.fromkeys(map(package_of_entry, self.apps))
        return [
            package
            for package in packages
            if not package.startswith("django.contrib.") or "templatetags" in folders_of(package)
        ]

    def apps_of_django(self) -> list[str]:
        """Return those apps that only have templates of Django's own, which a renderer may want."""
        return [entry for entry in self.apps if entry == "django.forms"]

    def import_user(self, finder: AppFinder) -> None:
        """Import the project's own user model: `get_user_model()` wants it there."""
        label = str(settings.AUTH_USER_MODEL).partition(".")[0]
        for package in self.packages():
            if package.rpartition(".")[2] == label:
                importlib.import_module(f"{package}.models")

    def import_what_is_named(self) -> None:
        """Import the modules that settings name: formats, validators of passwords, the renderer."""
        if not self.module:
            return
        paths = settings.FORMAT_MODULE_PATH or []
        for path in [paths] if isinstance(paths, str) else paths:
            package = importlib.import_module(path)
            for module in pkgutil.walk_packages(package.__path__, f"{path}."):
                importlib.import_module(module.name)
        if "django.contrib.auth.password_validation" in sys.modules:
            for validator in settings.AUTH_PASSWORD_VALIDATORS:
                importlib.import_module(validator["NAME"].rpartition(".")[0])
        importlib.import_module(settings.FORM_RENDERER.rpartition(".")[0])

    def catalogs(self) -> Iterator[str]:
        """Yield the compiled catalogs of LOCALE_PATHS."""
        for folder in settings.LOCALE_PATHS if self.module else ():
            yield from (str(path.resolve()) for path in Path(folder).rglob("*.mo"))

    def static_folders(self) -> Iterator[tuple[str, str]]:
        """Yield where Django's finders look for static files: what the names there begin with, and the folder.

        Behind STATICFILES_DIRS and the apps comes STATIC_ROOT, which has what was collected.
        """
        if self._holder is None:
            return
        for entry in getattr(self._holder, "STATICFILES_DIRS", ()):
            prefix, folder = entry if isinstance(entry, (list, tuple)) else ("", entry)
            yield prefix.strip("/"), str(Path(folder).resolve())
        for package in map(package_of_entry, self.apps):
            with contextlib.suppress(LookupError):
                yield "", str(folder_of(package).resolve() / "static")
        if self._holder.STATIC_ROOT:
            yield "", str(Path(self._holder.STATIC_ROOT).resolve())

    def places(self, names: Iterable[str]) -> dict[str, tuple[str, int]]:
        """Return the file and the line in which those of `names` are set that a page gets unread."""
        wanted, found = set(names) & set(PUBLISHED), {}
        for file in filter(Path.is_file, map(Path, self._files)):
            if file.suffix != ".py":
                continue
            for node in ast.parse(file.read_bytes()).body:
                targets = node.targets if isinstance(node, ast.Assign) else []
                for target in targets:
                    if isinstance(target, ast.Name) and target.id in wanted:
                        found[target.id] = (str(file), node.lineno)
        return found

    def published(self, read: Iterable[str], roots: Iterable[Path]) -> Published:
        """Return what a page gets whose modules, as far as their text says, `read` these names."""
        found = Published()
        if self._holder is not None:
            found = publish(self._holder.default_settings, {*read, *self._holder.noted}, roots)
        if "django.contrib.staticfiles.storage" in sys.modules:
            found.values["STORAGES"] = repr(static_names.SETTING)
        if self._holder is None:
            return found
        if url_names.MODULE in sys.modules:
            found.values["ROOT_URLCONF"] = repr(url_names.MODULE)
        return found


class _Noting(UserSettingsHolder):
    """Notes which settings are asked for."""

    def __init__(self, loaded: Settings) -> None:
        super().__init__(loaded)
        self.__dict__["noted"] = set()

    def __getattr__(self, name: str) -> Any:
        self.__dict__["noted"].add(name)
        return super().__getattr__(name)

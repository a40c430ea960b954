"""Load a project's settings for the build, and override them with those of a page.

There is no database, and apps are installed when models need them. Names that code reads are recorded.
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
    """The present settings. `module` is empty if there is no project."""

    def __init__(self, module: str) -> None:
        self.module = module
        self.apps: list[str] = []  # the project's INSTALLED_APPS
        self.language = ""
        self._files: list[str] = []  # of the modules with settings
        self._holder: _Noting | None = None

    @classmethod
    def install(cls, module: str) -> ProjectSettings:
        """Configure Django with the settings of `module`, or as in a page without a project.

        Modules that it imports are forgotten afterwards, because a page has no settings module.
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
        """Return the packages of the project's apps, in order.

        From `django.contrib`, only those with template tags; apps with models are found otherwise.
        """
        packages = dict.fromkeys(map(package_of_entry, self.apps))
        return [
            package
            for package in packages
            if not package.startswith("django.contrib.") or "templatetags" in folders_of(package)
        ]

    def apps_of_django(self) -> list[str]:
        """Return apps that only have Django's own templates, for form renderers."""
        return [entry for entry in self.apps if entry == "django.forms"]

    def import_user(self, finder: AppFinder) -> None:
        """Import the project's own user model, which `get_user_model()` requires."""
        label = str(settings.AUTH_USER_MODEL).partition(".")[0]
        for package in self.packages():
            if package.rpartition(".")[2] == label:
                importlib.import_module(f"{package}.models")

    def import_what_is_named(self) -> None:
        """Import modules that are named in settings: formats, password validators, the form renderer."""
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
        """Yield the prefixes and folders in which Django's finders look for static files.

        After STATICFILES_DIRS and the apps comes STATIC_ROOT, with collected files.
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
        """Return the file and line of those of `names` that a page gets even if they are not read."""
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
        """Return the settings for a page whose modules `read` these names according to their source."""
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
    """Records which settings are read."""

    def __init__(self, loaded: Settings) -> None:
        super().__init__(loaded)
        self.__dict__["noted"] = set()

    def __getattr__(self, name: str) -> Any:
        self.__dict__["noted"].add(name)
        return super().__getattr__(name)

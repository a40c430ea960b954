"""Find the page's Python packages, where they are installed, and the files that it can use."""

from __future__ import annotations

import importlib.metadata
import os
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = [
    "COMPILED_CONTRIB", "COMPILED_SITE", "CONTRIB", "LIBRARY_IMPORTS", "PACKAGES", "RuntimeAssemblyError", "admin_catalogs", "contrib_files",
    "installed_files", "is_packed", "is_series_of", "locale_of", "node_module", "package", "site_files",
]  # fmt: skip

PACKAGES = ("asgiref", "django", "sqlparse", "tzdata")

CONTRIB = "django/contrib/"
"""Packed with an author's forms if they import it, because most pages do not use it."""

COMPILED_CONTRIB = "contrib.zip"
"""The runtime's archive of its compiled modules, which builds pack and no page fetches."""

COMPILED_SITE = "site.zip"
"""The runtime's archive of compiled modules that only pages with a whole Django site get: commands, migrations."""

_COMMANDS = "django/core/management/commands/"
_ADMIN = f"{CONTRIB}admin/locale/"

LIBRARY_IMPORTS = "library.json"
"""The runtime's list of imports of each module of the standard library, for builds."""

LEFT_OUT = (
    "django/__main__.py",
    "django/bin/",
    "django/conf/app_template/",
    "django/conf/project_template/",
    CONTRIB,
    _COMMANDS,
    "django/core/servers/",
    "django/db/backends/mysql/",
    "django/db/backends/oracle/",
    "django/db/backends/postgresql/",
    "django/forms/jinja2/",
    "django/test/",
    "sqlparse/__main__.py",
    # Sources of the compiled zones, and tables for installers.
    "tzdata/zoneinfo/iso3166.tab",
    "tzdata/zoneinfo/leapseconds",
    "tzdata/zoneinfo/tzdata.zi",
    "tzdata/zoneinfo/zone.tab",
    "tzdata/zoneinfo/zone1970.tab",
    "tzdata/zoneinfo/zonenow.tab",
)
"""Files, and folders with a trailing slash, of those packages that no page uses."""

LOCALES = ("django/conf/locale/", "clientforms-locale/")
"""Folders of Django's catalogs and formats in the page, and of clientforms' own catalogs."""


class RuntimeAssemblyError(Exception):
    """Something that set-up should have installed is missing or does not work."""


def package(root: Path, name: str) -> importlib.metadata.Distribution:
    """Return a Python package of the page. Raises RuntimeAssemblyError if it is missing.

    It is installed in `.venv/`, or with DJANGO=6.1 in the environment in `.django/6.1/`, because the
    host's Python may be too old for that Django.
    """
    django = os.environ.get("DJANGO", "")
    if django and not is_series_of(django, _installed("django", None)):
        folder = root / ".django" / django
        remedy = f"Run: make setup DJANGO={django}"
    else:
        folder = None
        remedy = f"Remove {root / '.venv'} and run make again."
    found = _installed(name, folder)
    if found is None:
        raise RuntimeAssemblyError(f"{name} is not installed in {folder or '.venv'}. {remedy}")
    return found


def is_packed(name: str) -> bool:
    """Return whether the installed file `name` (`django/forms/forms.py`) goes into the archive."""
    return _is_used(name) and not locale_of(name)


def _is_used(name: str) -> bool:
    if name.endswith((".pyc", ".po", ".pyi")) or "__pycache__" in name:
        return False
    return not any(
        name == path or (path.endswith("/") and name.startswith(path)) for path in LEFT_OUT
    )


def locale_of(name: str) -> str:
    """Return the locale of the file `name`, such as pt_BR; empty for English, which is always packed."""
    for folder in LOCALES:
        locale, slash, _ = name.removeprefix(folder).partition("/")
        if name.startswith(folder) and slash and locale != "en":
            return locale
    return ""


def installed_files(root: Path) -> Iterator[tuple[str, Path]]:
    for package_name in PACKAGES:
        for file in package(root, package_name).files or ():
            name = file.as_posix()
            if name.startswith(f"{package_name}/") and _is_used(name):
                yield name, Path(str(file.locate()))
            elif "dist-info/" in name and Path(name).name.upper().startswith("LICENSE"):
                yield f"{package_name}/license.txt", Path(str(file.locate()))


def contrib_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield the modules of `django.contrib` that forms may need, with their path in the page."""
    for file in package(root, "django").files or ():
        name = file.as_posix()
        is_used = not any(f"/{folder}/" in name for folder in ("gis", "management", "migrations"))
        if name.startswith(CONTRIB) and name.endswith(".py") and is_used:
            yield name, Path(str(file.locate()))


def admin_catalogs(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield the locale, such as pt_BR, and the compiled catalog of each language of Django's admin."""
    for file in package(root, "django").files or ():
        name = file.as_posix()
        if name.startswith(_ADMIN) and name.endswith("/django.mo"):
            yield name.removeprefix(_ADMIN).partition("/")[0], Path(str(file.locate()))


def site_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Yield the modules of Django that only a whole site needs, with their path in the page.

    They are management commands, and the contrib apps' commands and migrations.
    """
    for file in package(root, "django").files or ():
        name = file.as_posix()
        is_contrib = name.startswith(CONTRIB) and "/gis/" not in name
        is_used = is_contrib and any(
            f"/{folder}/" in name for folder in ("management", "migrations")
        )
        if name.endswith(".py") and (is_used or name.startswith(_COMMANDS)):
            yield name, Path(str(file.locate()))


def _installed(name: str, folder: Path | None) -> importlib.metadata.Distribution | None:
    path = sys.path if folder is None else [str(folder)]
    return next(iter(importlib.metadata.distributions(name=name, path=path)), None)


def is_series_of(series: str, package: importlib.metadata.Distribution | None) -> bool:
    """Return whether `package` is installed and belongs to this series, such as 6.1."""
    return package is not None and f"{package.version}.".startswith(f"{series}.")


def node_module(root: Path, name: str) -> Path:
    folder = root / "node_modules" / name
    if not (folder / "package.json").is_file():
        raise RuntimeAssemblyError(
            f"{folder} is not complete. Remove {root / 'node_modules'} and run make again."
        )
    return folder

"""Load a Django project for a page: migrate a database, collect static files, and list what it is made of.

Runs in a process of its own, `python -m clientforms.builder.django_site.site_project`: JSON on standard
input, the answer on standard output.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import global_settings, settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import translation

from clientforms.builder.django_site.site_settings import (
    FOLDER,
    overrides,
    published_settings,
    without_server_apps,
)
from clientforms.builder.output.zip_files import zipped
from clientforms.texts import is_spoken

__all__ = ["main"]

_DEFAULT_APPS = [
    f"django.contrib.{name}"
    for name in ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles")
]
_DEFAULT_MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]
_PROCESSORS = [
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
]


def main() -> None:
    """Answer one question: `settings`, `urlconf`, `root`, `work` (a folder), `fixtures` and `debug`."""
    asked = json.load(sys.stdin)
    answer: dict[str, Any] = {"error": ""}
    with contextlib.redirect_stdout(sys.stderr):
        try:
            answer |= _load(asked)
        except Exception as error:  # noqa: BLE001 - a project may raise anything
            answer["error"] = f"{type(error).__name__}: {error}"
            answer["traceback"] = traceback.format_exc()
            answer["place"] = _place_of(error, Path(asked["root"]))
    json.dump(answer, sys.stdout)


def _load(asked: dict[str, Any]) -> dict[str, Any]:
    root, work = Path(asked["root"]), Path(asked["work"])
    (work / FOLDER).mkdir()
    own_modules = _configure(asked, work)
    django.setup()
    urlconf = asked["urlconf"] or settings.ROOT_URLCONF
    importlib.import_module(urlconf)
    if apps.is_installed("django.contrib.admin"):
        importlib.import_module("django.contrib.admin").autodiscover()
    call_command("migrate", verbosity=0, interactive=False)
    for fixture in asked["fixtures"]:
        call_command("loaddata", fixture, verbosity=0)
    slow = _users_with_slow_hashes()
    leaves = sorted(MigrationLoader(connection).graph.leaf_nodes())
    with connection.cursor() as cursor:
        cursor.execute("VACUUM")
    connection.close()
    values, kept_back = published_settings(settings, root, debug=asked["debug"])
    modules = {
        name: os.path.realpath(file)
        for name, module in list(sys.modules.items())
        if (file := getattr(module, "__file__", None))
    }
    return {
        "settings": values,
        "kept_back": kept_back,
        "urlconf": urlconf,
        "apps": [[config.name, os.path.realpath(config.path)] for config in apps.get_app_configs()],
        "modules": modules,
        "of_settings": sorted(own_modules),
        "static": _collect_static(work / FOLDER / "static.zip"),
        "templates": _folders(settings.TEMPLATES),
        "locale": [os.path.realpath(folder) for folder in settings.LOCALE_PATHS],
        "leaves": leaves,
        "language": settings.LANGUAGE_CODE,
        "languages": _own_languages(),
        "spoken": _spoken_languages(),
        "time_zone": settings.TIME_ZONE,
        "slow_users": slow,
        "user_model": settings.AUTH_USER_MODEL,
    }


def _own_languages() -> list[str]:
    """Return the languages that the project names. Django's own list has all that it knows."""
    is_own = settings.USE_I18N and settings.LANGUAGES != global_settings.LANGUAGES
    return [code for code, _ in settings.LANGUAGES] if is_own else []


def _spoken_languages() -> list[str]:
    """Return those of its languages for which the project has clientforms' words in catalogs of its own."""
    found = []
    for code in {settings.LANGUAGE_CODE, *_own_languages()}:
        with translation.override(code):
            found += [code] if is_spoken() else []
    return found


def _configure(asked: dict[str, Any], work: Path) -> set[str]:
    """Configure Django for the build; return the modules of the project's settings."""
    before = set(sys.modules)
    if asked["settings"]:
        os.environ["DJANGO_SETTINGS_MODULE"] = asked["settings"]
    else:
        app = asked["urlconf"].rpartition(".")[0]
        settings.configure(
            INSTALLED_APPS=[*_DEFAULT_APPS, app],
            MIDDLEWARE=_DEFAULT_MIDDLEWARE,
            ROOT_URLCONF=asked["urlconf"],
            TEMPLATES=[
                {
                    "BACKEND": "django.template.backends.django.DjangoTemplates",
                    "APP_DIRS": True,
                    "OPTIONS": {"context_processors": _PROCESSORS},
                }
            ],
            SECRET_KEY="of the build",
            STATIC_URL="static/",
            MEDIA_URL="media/",
            USE_TZ=True,
            DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        )
    settings.INSTALLED_APPS = without_server_apps(list(settings.INSTALLED_APPS))
    settings.MIDDLEWARE = without_server_apps(list(settings.MIDDLEWARE))
    own = {name for name in set(sys.modules) - before if not name.startswith("django")}
    for name, value in overrides(work, debug=asked["debug"]).items():
        setattr(settings, name, value)
    Path(settings.MEDIA_ROOT).mkdir()
    return own if asked["settings"] else set()


def _collect_static(target: Path) -> list[str]:
    """Zip the static files as collectstatic would copy them; return their names."""
    found: dict[str, Any] = {}
    if apps.is_installed("django.contrib.staticfiles"):
        from django.contrib.staticfiles.finders import get_finders

        for finder in get_finders():
            for path, storage in finder.list(["CVS", ".*", "*~"]):
                name = f"{storage.prefix}/{path}" if getattr(storage, "prefix", None) else path
                found.setdefault(name.replace("\\", "/"), (storage, path))
    contents = {}
    for name, (storage, path) in found.items():
        with storage.open(path) as file:
            contents[name] = file.read()
    target.write_bytes(zipped(contents))
    return sorted(found)


def _folders(templates: list[dict[str, Any]]) -> list[str]:
    return [os.path.realpath(folder) for engine in templates for folder in engine.get("DIRS", ())]


def _users_with_slow_hashes() -> int:
    """Return the number of users whose password takes a page seconds to check."""
    if not apps.is_installed("django.contrib.auth"):
        return 0
    from django.contrib.auth import get_user_model

    hashes = get_user_model()._default_manager.values_list("password", flat=True)
    parts = [str(each).split("$") for each in hashes]
    return sum(len(each) > 1 and each[1].isdigit() and int(each[1]) > 20_000 for each in parts)


def _place_of(error: BaseException, root: Path) -> tuple[str, int]:
    """Return file and line of the innermost frame of the project's own code, empty if there is none."""
    frames = [
        (frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    own = [place for place in frames if Path(place[0]).is_relative_to(root)]
    return own[-1] if own else ("", 0)


if __name__ == "__main__":
    main()

"""Import what a Django site needs for a third snapshot: its handler, models and `django.contrib`. Runs in Pyodide.

The contrib apps' models are defined here, for Django's own user model. A page whose settings name
another one forgets them and imports them again (`clientforms.site.contrib`).
"""

from __future__ import annotations

import hashlib
import importlib
import os
import pkgutil
import shutil
import sys
from pathlib import Path

__all__ = ["KEPT", "code_stamp", "configure", "import_all"]

APPS = ("admin", "auth", "contenttypes", "sessions", "messages", "staticfiles", "humanize")
"""Apps of `django.contrib` whose modules are imported."""

MODULES = (
    "clientforms.engine.models.given_queryset",
    "clientforms.engine.models.without_database",
    "django.core.files.uploadhandler",
    "django.core.handlers.base",
    "django.core.handlers.exception",
    "django.core.handlers.wsgi",
    "django.core.mail.backends.base",
    "django.core.management.base",
    "django.core.paginator",
    "django.core.serializers.json",
    "django.core.serializers.python",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.db.models.functions",
    "django.db.models.sql.compiler",
    "django.http.multipartparser",
    "django.middleware.clickjacking",
    "django.middleware.common",
    "django.middleware.csrf",
    "django.middleware.gzip",
    "django.middleware.http",
    "django.middleware.locale",
    "django.middleware.security",
    "django.shortcuts",
    "django.template.context_processors",
    "django.template.loaders.app_directories",
    "django.template.loaders.cached",
    "django.template.loaders.filesystem",
    "django.templatetags.cache",
    "django.templatetags.i18n",
    "django.templatetags.l10n",
    "django.templatetags.static",
    "django.templatetags.tz",
    "django.urls",
    "django.views.csrf",
    "django.views.decorators.cache",
    "django.views.decorators.csrf",
    "django.views.decorators.http",
    "django.views.decorators.vary",
    "django.views.defaults",
    "django.views.generic",
    "django.views.i18n",
    "django.views.static",
    "encodings.cp437",  # for names in zip files
    "gzip",
    "http.cookies",
    "sqlite3",
)

LEFT_OUT = (
    "django.contrib.admin.tests",
    "django.contrib.admindocs",
    "django.contrib.auth.admin",  # registers with the admin of the page's settings
    "django.contrib.auth.handlers",
    "django.contrib.contenttypes.admin",
    "django.contrib.staticfiles.testing",
)
"""Modules that depend on the settings, or that only a server or tests use."""

KEPT = (
    "compression", "difflib", "email", "gzip", "quopri", "zipfile", "pprint", "bz2", "lzma",
)  # fmt: skip
"""Members of `omitted_modules.CALLED_SELDOM` whose classes these modules use."""


def configure() -> dict[str, object]:
    """Return the settings under which the modules are imported."""
    return {
        "INSTALLED_APPS": [f"django.contrib.{app}" for app in APPS],
        "DATABASES": {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "SECRET_KEY": "of the snapshot, which no page has",
        "ROOT_URLCONF": "django.urls.conf",
        "STATIC_URL": "/static/",
    }


def import_all(folder: str, sources: Path) -> None:
    """Import everything, also what is in `sources`, the folder of `clientforms.site`. Django is configured; what pages bring themselves is removed from `folder`."""
    # Django refuses queries while an event loop runs, as one always does in a page; it stays set there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    for name in MODULES:
        importlib.import_module(name)
    for app in APPS:
        package = importlib.import_module(f"django.contrib.{app}")
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if not _is_left_out(module.name):
                importlib.import_module(module.name)
    ours = importlib.import_module("clientforms.site")
    for module in pkgutil.iter_modules(ours.__path__, f"{ours.__name__}."):
        if not module.ispkg:
            importlib.import_module(module.name)
    vars(ours)["STAMP"] = code_stamp(sources)
    for name in [name for name in sys.modules if name.startswith(LEFT_OUT)]:
        del sys.modules[name]
        parent, _, own = name.rpartition(".")
        vars(sys.modules.get(parent, sys)).pop(own, None)
    _warm_up()
    _forget()
    for place in ("contrib", "core/management/commands"):  # pages have their own copies
        shutil.rmtree(Path(folder, "django", place))


def code_stamp(folder: Path) -> str:
    """Return a hash of clientforms' own modules for sites, by which a page knows those in its snapshot."""
    content = hashlib.sha256()
    for path in sorted(folder.rglob("*.py")):
        content.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return content.hexdigest()[:16]


def _is_left_out(name: str) -> bool:
    return f"{name}.".startswith(tuple(f"{left_out}." for left_out in LEFT_OUT)) or any(
        part in name for part in (".management", ".migrations")
    )


def _warm_up() -> None:
    """Run queries and render a form of the contrib apps, which compiles expressions and fills caches."""
    from django.contrib.auth.forms import AuthenticationForm
    from django.contrib.auth.models import User
    from django.core.management.color import no_style
    from django.db import connection
    from django.utils.text import camel_case_to_spaces

    camel_case_to_spaces("UserProfile")
    no_style()
    with connection.schema_editor() as editor:
        editor.create_model(User)
    user = User(username="a", password="!")
    user.save()
    list(User.objects.filter(username__icontains="a").exclude(pk=2).order_by("-pk")[:1])
    User.objects.filter(pk=1).update(first_name="b")
    str(AuthenticationForm())


def _forget() -> None:
    """Forget the database and the admin's sites, which depend on the page's settings."""
    from django.contrib.admin import sites
    from django.db import connections
    from django.utils.functional import empty

    sites.site._wrapped = empty
    sites.all_sites.clear()
    connections.close_all()
    vars(connections).clear()
    connections.__init__()

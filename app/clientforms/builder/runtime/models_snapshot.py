"""Import modules for model forms and `django.contrib` for a second snapshot. Runs in Pyodide.

Of modules with models, only those of accounts are included, hidden until a page imports them. Modules
that need the user model are excluded, because it depends on the author's settings.
"""

from __future__ import annotations

import importlib
import shutil
from pathlib import Path

__all__ = ["CONTRIB", "KEPT", "MODULES", "import_all"]

MODULES = (
    "clientforms.engine.models.given_queryset",
    "clientforms.engine.models.without_database",
    "django.core.checks",
    "django.core.mail",
    "django.db.backends.dummy.base",  # limits names' lengths in a page without a database
    "django.db.models.functions",
    "django.db.models.sql.compiler",  # for rules that query before they are left
    "django.db.transaction",
    "django.http",
    "django.middleware.csrf",
    "django.shortcuts",
    "django.urls",
    "django.utils.cache",
    "django.utils.decorators",
    "django.views.decorators.cache",
    "django.views.decorators.csrf",
    "django.views.decorators.debug",
    "gzip",
)
"""Modules that `django.contrib` and projects' models import at module level."""

CONTRIB = (
    "django.contrib.auth.base_user",
    "django.contrib.auth.hashers",
    "django.contrib.auth.password_validation",
    "django.contrib.auth.signals",
    "django.contrib.auth.tokens",
    "django.contrib.auth.validators",
    "django.contrib.contenttypes",
    "django.contrib.sites.shortcuts",
)
"""Modules of `django.contrib` that are the same in all projects."""

KEPT = ("compression", "difflib", "email", "gzip", "quopri")
"""Members of `omitted_modules.CALLED_SELDOM` whose classes these modules use."""


def import_all(folder: str) -> None:
    """Import `MODULES`, and `CONTRIB` from `folder`, and remove `django.contrib` there.

    Django has to be configured, because abstract models read settings, which are forgotten later.
    """
    for name in (*MODULES, *CONTRIB):
        importlib.import_module(name)
    # Compiles the regular expression that Django uses for names of models.
    importlib.import_module("django.utils.text").camel_case_to_spaces("UserProfile")
    importlib.import_module("clientforms.engine.models.contrib_models").set_aside()
    shutil.rmtree(Path(folder, "django", "contrib"))  # pages have their own copies

"""Imports what forms of models and of `django.contrib` need, for a second snapshot. Runs in Pyodide.

Of what defines models it has those of accounts, set aside until a page imports them. What asks for the
user's model stays out of it: an author's settings say which that is.
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
    "django.db.backends.dummy.base",  # a page names no database: Django asks this one how long names may be
    "django.db.models.functions",
    "django.db.models.sql.compiler",  # a rule asks a database, before it is left to the server
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
"""What `django.contrib` and projects' models import at their top, with all that these import."""

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
"""Modules of `django.contrib` that are the same in each project."""

KEPT = ("compression", "difflib", "email", "gzip", "quopri")
"""Of `left_out.CALLED_SELDOM`, what they have classes of."""


def import_all(folder: str) -> None:
    """Import `MODULES`, and `CONTRIB` from what of it lies below `folder`, which is removed then.

    Django has to be configured, for abstract models ask for settings; what they are told is forgotten later.
    """
    for name in (*MODULES, *CONTRIB):
        importlib.import_module(name)
    # Compiles the expression that Django makes the name of each model of.
    importlib.import_module("django.utils.text").camel_case_to_spaces("UserProfile")
    importlib.import_module("clientforms.engine.models.contrib_models").set_aside()
    shutil.rmtree(Path(folder, "django", "contrib"))  # a page brings what it needs

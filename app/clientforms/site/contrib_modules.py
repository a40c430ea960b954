"""Make the modules of `django.contrib` in the snapshot fit the project's settings.

They were imported with Django's own user model and all of these apps installed. Whatever does not fit is
forgotten, and imported anew from the packed files.
"""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable

from django.apps import apps

__all__ = ["fit"]

_USER = "auth.User"
_PACKAGE = "django.contrib"


def fit(installed: Iterable[str], user_model: str) -> bool:
    """Forget apps that are not `installed`, and all of them if the project has its own `user_model`.

    `installed` are packages. Call it before Django is configured. Returns whether those that are installed are there:
    a page that started without its snapshot has none.
    """
    there = {name.split(".")[2] for name in sys.modules if name.startswith(f"{_PACKAGE}.")}
    kept = {package.rpartition(".")[2] for package in installed if package.startswith(_PACKAGE)}
    gone = there if user_model != _USER else there - kept
    for label in gone:
        _forget(f"{_PACKAGE}.{label}")
        apps.all_models.pop(label, None)
    if gone:
        for models in apps.all_models.values():
            for model in models.values():
                _drop_relations(model, gone)
        apps._pending_operations.clear()
        apps.clear_cache()
    return bool(there) and user_model == _USER


def _forget(package: str) -> None:
    for name in [name for name in sys.modules if f"{name}.".startswith(f"{package}.")]:
        del sys.modules[name]
    parent, _, own = package.rpartition(".")
    vars(importlib.import_module(parent)).pop(own, None)


def _drop_relations(model: type, gone: set[str]) -> None:
    """Remove attributes of `model` that models of apps in `gone` added, such as `User.logentry_set`."""
    for name, value in list(vars(model).items()):
        related = getattr(getattr(value, "rel", None), "related_model", None)
        if (
            related is not None
            and getattr(related, "_meta", None)
            and related._meta.app_label in gone
        ):
            delattr(model, name)

"""Make the apps in the snapshot, of `django.contrib` and `clientforms.server`, fit the project's settings.

They were imported with Django's own user model and all of these apps installed. Whatever does not fit is
forgotten, and imported anew from the packed files.
"""

from __future__ import annotations

import sys
from collections.abc import Container
from pathlib import Path

import django
from django.apps import apps

from clientforms.browser.page.late_imports import unpack

__all__ = ["fit", "unpack_all"]

_ARCHIVE = Path("clientforms.data")
"""What the build packs the modules into, for pages that do not use those of the snapshot."""

_USER = "auth.User"
_PACKAGE = "django.contrib"
_SERVER = {"clientforms.server": "clientforms"}
"""The other app, and its label. It refers to no user model."""


def fit(installed: Container[str], user_model: str) -> bool:
    """Forget apps that are not `installed`, and all of them if the project has its own `user_model`.

    `installed` are packages. Call it before Django is configured. Returns whether those that are installed are there:
    a page that started without its snapshot has none.
    """
    packages = {
        ".".join(name.split(".")[:3]) for name in sys.modules if name.startswith(f"{_PACKAGE}.")
    }
    there = {package: package.rpartition(".")[2] for package in packages}
    unused = {package: label for package, label in there.items() if user_model != _USER}
    unused |= {
        package: label
        for package, label in (there | _SERVER).items()
        if package not in installed or package not in sys.modules
    }
    for package, label in unused.items():
        _forget(package)
        apps.all_models.pop(label, None)
    if gone := set(unused.values()):
        for models in apps.all_models.values():
            for model in models.values():
                _drop_relations(model, gone)
        apps._pending_operations.clear()
        apps.clear_cache()
    return bool(there) and user_model == _USER


def unpack_all() -> None:
    """Unpack the modules of `django.contrib`, once. The archive stays, because other modules are imported from it."""
    if Path(django.__path__[0], "contrib", "__init__.pyc").exists():
        return
    copy = _ARCHIVE.with_suffix(".copy")
    copy.write_bytes(_ARCHIVE.read_bytes())
    unpack(copy)


def _forget(package: str) -> None:
    for name in [name for name in sys.modules if f"{name}.".startswith(f"{package}.")]:
        del sys.modules[name]
    parent, _, own = package.rpartition(".")
    vars(sys.modules.get(parent, sys)).pop(own, None)


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

"""The URLconf of one `[data-site]` element, which may be that of a single app."""

from __future__ import annotations

import importlib
import sys
from types import ModuleType

from django.conf import settings
from django.urls import include, path

__all__ = ["urlconf_for"]


def urlconf_for(name: str) -> str:
    """Return the URLconf that answers for `data-site="name"`. Raises ImportError if there is none.

    That of an app, such as `notes.urls`, is included below "/", so that its `app_name` is a namespace, as in
    a project.
    """
    if name == settings.ROOT_URLCONF:
        return name
    module = importlib.import_module(name)
    made = ModuleType(f"clientforms_site_of_{name.replace('.', '_')}")
    vars(made)["urlpatterns"] = [path("", include(name))]
    for handler in ("handler400", "handler403", "handler404", "handler500"):
        if hasattr(module, handler):
            setattr(made, handler, getattr(module, handler))
    sys.modules[made.__name__] = made
    return made.__name__

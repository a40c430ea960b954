"""Django's settings in a page: what forms need, and no more."""

from __future__ import annotations

import django
from django.conf import settings

__all__ = ["configure"]


def configure(**overrides: object) -> None:
    """Configure Django once. `overrides` are settings by name.

    The time zone is UTC, as in a new Django project: a server that differs sets its own.
    """
    if settings.configured:
        return
    settings.configure(**{"USE_TZ": True, "TIME_ZONE": "UTC", "LANGUAGE_CODE": "en"} | overrides)
    django.setup()

"""The configuration of `clientforms.server` in a page, which has no build to check. Packed as `apps.py`."""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["ClientFormsConfig"]


class ClientFormsConfig(AppConfig):
    """The configuration of `clientforms.server` in INSTALLED_APPS."""

    name = "clientforms.server"
    label = "clientforms"
    verbose_name = "clientforms"

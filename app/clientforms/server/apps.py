"""The app: its name, its system checks, and its finder of static files."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import settings
from django.core import checks

__all__ = ["ClientFormsConfig"]

FINDER = "clientforms.server.finders.BuildFinder"


class ClientFormsConfig(AppConfig):
    """`clientforms.server` in INSTALLED_APPS."""

    name = "clientforms.server"
    label = "clientforms"
    verbose_name = "clientforms"

    def ready(self) -> None:
        """Let static files be found in what was built: a project does not have to say so."""
        from clientforms.server.checks import check_setup

        finders = list(settings.STATICFILES_FINDERS)
        if FINDER not in finders:
            settings.STATICFILES_FINDERS = [*finders, FINDER]
        checks.register(check_setup)

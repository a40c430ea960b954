"""The app: its name, its system checks, and its finder of static files."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import global_settings, settings
from django.core import checks

__all__ = ["ClientFormsConfig"]

FINDER = "clientforms.server.finders.BuildFinder"
CSRF_FAILURE_VIEW = "clientforms.server.views.csrf_failure"


class ClientFormsConfig(AppConfig):
    """`clientforms.server` in INSTALLED_APPS."""

    name = "clientforms.server"
    label = "clientforms"
    verbose_name = "clientforms"

    def ready(self) -> None:
        """Install the finder of static files and the CSRF failure view, so that projects need not name them."""
        from clientforms.server.checks import check_setup

        finders = list(settings.STATICFILES_FINDERS)
        if FINDER not in finders:
            settings.STATICFILES_FINDERS = [*finders, FINDER]
        if settings.CSRF_FAILURE_VIEW == global_settings.CSRF_FAILURE_VIEW:
            settings.CSRF_FAILURE_VIEW = CSRF_FAILURE_VIEW  # for people it is Django's own
        checks.register(check_setup)

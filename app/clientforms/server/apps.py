"""The app configuration, which installs the system checks and the static files finder."""

from __future__ import annotations

from django.apps import AppConfig
from django.conf import global_settings, settings
from django.core import checks

__all__ = ["ClientFormsConfig"]

FINDER = "clientforms.server.finders.BuildFinder"
CSRF_FAILURE_VIEW = "clientforms.server.views.csrf_failure"


class ClientFormsConfig(AppConfig):
    """The configuration of `clientforms.server` in INSTALLED_APPS."""

    name = "clientforms.server"
    label = "clientforms"
    verbose_name = "clientforms"

    def ready(self) -> None:
        """Install the static files finder and the CSRF failure view, so that projects need not configure them."""
        from clientforms.server.checks import check_setup

        finders = list(settings.STATICFILES_FINDERS)
        if FINDER not in finders:
            settings.STATICFILES_FINDERS = [*finders, FINDER]
        if settings.CSRF_FAILURE_VIEW == global_settings.CSRF_FAILURE_VIEW:
            settings.CSRF_FAILURE_VIEW = CSRF_FAILURE_VIEW  # HTML requests still get Django's page
        checks.register(check_setup)

"""Django's own apps with models, as a page has them: without the signals and checks of a server.

Their `ready()` would import what makes permissions and checks settings, which takes a database.
"""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["entry_of"]


class _ContribApp(AppConfig):
    default_auto_field = "django.db.models.AutoField"  # as in their own configurations


class Admin(_ContribApp):
    name = "django.contrib.admin"


class Auth(_ContribApp):
    name = "django.contrib.auth"


class ContentTypes(_ContribApp):
    name = "django.contrib.contenttypes"


class FlatPages(_ContribApp):
    name = "django.contrib.flatpages"


class Redirects(_ContribApp):
    name = "django.contrib.redirects"


class Sessions(_ContribApp):
    name = "django.contrib.sessions"


class Sites(_ContribApp):
    name = "django.contrib.sites"


_APPS = (Admin, Auth, ContentTypes, FlatPages, Redirects, Sessions, Sites)


def entry_of(package: str) -> str:
    """Return the entry of INSTALLED_APPS for `package`: one of these, or the package itself."""
    found = next((app for app in _APPS if app.name == package), None)
    return f"{__name__}.{found.__name__}" if found else package

"""Django's own apps with models, without the signals and checks that only a server needs.

Their `ready()` would import code that creates permissions and checks settings.
"""

from __future__ import annotations

from django.apps import AppConfig

__all__ = ["entry_of"]


class _ContribApp(AppConfig):
    default_auto_field = "django.db.models.AutoField"  # as in Django's configurations of these apps


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
    """Return the entry of INSTALLED_APPS for `package`: one of these apps, or `package` itself."""
    found = next((app for app in _APPS if app.name == package), None)
    return f"{__name__}.{found.__name__}" if found else package

"""Configure Django in a page: only what forms need."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.forms.renderers import get_default_renderer

from clientforms.browser.runtime import window
from clientforms.engine.shortcuts import django_patches

__all__ = ["configure", "ensure_configured", "expect", "when_configured"]

#: Folder of clientforms' own catalogs, from the archive of the page's language.
_LOCALE = Path(django.__file__).parents[1] / "clientforms-locale"


_expected: dict[str, Any] = {}
_waiting: list[Callable[[], object]] = []


def expect(**values: Any) -> None:
    """Set defaults for `configure()`."""
    _expected.update(values)


def when_configured(callback: Callable[[], object]) -> None:
    """Call `callback` when Django is configured."""
    if settings.configured:
        callback()
    else:
        _waiting.append(callback)


def configure(**overrides: Any) -> None:
    """Configure Django once. `overrides` are settings by name.

    By default, the time zone is UTC, as in a new Django project, and the language is the page's,
    whose catalogs were loaded with Python. Raises ImproperlyConfigured for settings that come too
    late.
    """
    if settings.configured:
        late = [name for name, value in overrides.items() if getattr(settings, name, None) != value]
        if late:
            raise ImproperlyConfigured(
                f"configure({late[0]}=…) comes too late: Django is configured. Call it once, before "
                "anything else is imported that reads settings, and before start()."
            )
        _follow_form_renderer()
        return
    language = getattr(getattr(window, "clientforms", None), "language", None) or "en"
    defaults = {"USE_TZ": True, "TIME_ZONE": "UTC", "LANGUAGE_CODE": str(language)}
    given: dict[str, Any] = defaults | _expected | overrides
    given["LOCALE_PATHS"] = [*given.get("LOCALE_PATHS", ()), _LOCALE]
    settings.configure(**given)
    django_patches.install()
    _set_up()
    _follow_form_renderer()
    while _waiting:
        _waiting.pop(0)()


def ensure_configured(**defaults: Any) -> None:
    """Configure Django if it is not configured yet, with `defaults` for missing settings."""
    if not settings.configured:
        expect(**{**defaults, **_expected})
    configure()


def _set_up() -> None:
    """Do what `django.setup()` does, without importing Django's URLs, mail and commands.

    Logging and the script prefix need no set-up unless they have settings.
    """
    if settings.FORCE_SCRIPT_NAME is not None:
        _set_script_prefix(settings.FORCE_SCRIPT_NAME)
    if settings.is_overridden("LOGGING"):
        django.setup(set_prefix=False)
    else:
        apps.populate(settings.INSTALLED_APPS)


def _set_script_prefix(prefix: str) -> None:
    """Set the script prefix for all code in the page.

    Django keeps it for each task, and a server sets it for each request. In a page, listeners run
    outside our tasks.
    """
    from django.urls import base, set_script_prefix

    base._prefixes = SimpleNamespace()
    set_script_prefix(prefix)


def _follow_form_renderer() -> None:
    """Replace the snapshot's form renderer if it does not fit the settings.

    It is Django's default renderer, made before any app with template tags was installed.
    """
    is_djangos = settings.FORM_RENDERER == "django.forms.renderers.DjangoTemplates"
    tags = (os.path.join(config.path, "templatetags") for config in apps.get_app_configs())
    if not is_djangos or any(map(os.path.isdir, tags)):
        get_default_renderer.cache_clear()

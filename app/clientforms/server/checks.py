"""System checks: what `manage.py check` reports about clientforms in a project."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning
from django.core.exceptions import ImproperlyConfigured

from clientforms.server import build_manifest
from clientforms.server.page_addresses import page_addresses
from clientforms.server.registry import registered

__all__ = ["check_setup"]


def check_setup(
    app_configs: Sequence[AppConfig] | None = None, **options: Any
) -> list[CheckMessage]:
    """Return what is misconfigured, with the remedy."""
    found: list[CheckMessage] = []
    if not apps.is_installed("django.contrib.staticfiles"):
        found.append(
            Error(
                "clientforms.server serves its scripts as static files.",
                hint="Add django.contrib.staticfiles to INSTALLED_APPS.",
                id="clientforms.E001",
            )
        )
    try:
        registrations = registered()
    except ImproperlyConfigured as error:
        return [*found, Error(str(error), id="clientforms.E002")]
    if any(not each.packed for each in registrations.values()) and not page_addresses():
        found.append(
            Warning(
                "A form is registered with packed=False, and the project's URLs have no answers for its page.",
                hint='Add path("clientforms/", include("clientforms.server.urls")).',
                id="clientforms.W002",
            )
        )
    if any(each.pushed for each in registrations.values()):
        found += _about_channel_layer()
    for name, registration in registrations.items():
        if registration.packed and not registration.path:
            found.append(
                Error(
                    f"{registration.form_class.__name__} is registered to run in pages, and no module has "
                    "it by a name, so a page could not import it.",
                    hint="Assign the class to a name of a module, or register it with packed=False.",
                    id="clientforms.E003",
                )
            )
        elif registration.packed and build_manifest.is_left_out(name):
            found.append(
                Warning(
                    f"{name} is registered, and was not when clientforms_build ran.",
                    hint="Run manage.py clientforms_build again, before collectstatic.",
                    id="clientforms.W001",
                )
            )
    return found


def _about_channel_layer() -> Iterator[CheckMessage]:
    """Yield what is wrong with the layer that carries what is pushed."""
    layer = getattr(settings, "CHANNEL_LAYERS", {}).get("default")
    if not layer:
        yield Warning(
            "A form is registered with pushed=True, and no channel layer carries what is pushed.",
            hint="Install Channels and channels_redis, and add CHANNEL_LAYERS to the settings.",
            id="clientforms.W003",
        )
    elif layer.get("BACKEND") == "channels_redis.core.RedisChannelLayer" and _times_out():
        hosts = layer.get("CONFIG", {}).get("hosts") or [{}]
        if not all(isinstance(host, dict) and "socket_timeout" in host for host in hosts):
            yield Warning(
                "CHANNEL_LAYERS has no socket_timeout: this version of redis then ends each WebSocket after five "
                "seconds without a push.",
                hint='Write hosts as {"host": …, "port": …, "socket_timeout": None}. '
                "See https://github.com/django/channels_redis/issues/422.",
                id="clientforms.W004",
            )


def _times_out() -> bool:
    """Return whether the installed redis, from version 8 on, has a timeout of its own."""
    try:
        return int(version("redis").partition(".")[0]) >= 8
    except (PackageNotFoundError, ValueError):
        return False

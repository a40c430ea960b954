"""System checks that `manage.py check` runs for clientforms."""

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
    """Return a message for each configuration problem, with a hint how to fix it."""
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
                "A form is registered with packed=False, but the project does not include clientforms.server.urls.",
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
                    f"{registration.form_class.__name__} is registered to run in pages, but it is not an "
                    "attribute of any module, so a page could not import it.",
                    hint="Assign the class to a name in a module, or register it with packed=False.",
                    id="clientforms.E003",
                )
            )
        elif registration.packed and build_manifest.is_left_out(name):
            found.append(
                Warning(
                    f"{name} is registered, but it was not when clientforms_build ran.",
                    hint="Run manage.py clientforms_build again, before collectstatic.",
                    id="clientforms.W001",
                )
            )
    return found


def _about_channel_layer() -> Iterator[CheckMessage]:
    """Yield a warning for each problem with the channel layer that carries pushes."""
    layer = getattr(settings, "CHANNEL_LAYERS", {}).get("default")
    if not layer:
        yield Warning(
            "A form is registered with pushed=True, but the project has no channel layer.",
            hint="Install Channels and channels_redis, and add CHANNEL_LAYERS to the settings.",
            id="clientforms.W003",
        )
    elif layer.get("BACKEND") == "channels_redis.core.RedisChannelLayer" and _times_out():
        hosts = layer.get("CONFIG", {}).get("hosts") or [{}]
        if not all(isinstance(host, dict) and "socket_timeout" in host for host in hosts):
            yield Warning(
                "CHANNEL_LAYERS sets no socket_timeout. With the installed version of redis, every WebSocket closes "
                "after five seconds without a push.",
                hint='Write hosts as {"host": …, "port": …, "socket_timeout": None}. '
                "See https://github.com/django/channels_redis/issues/422.",
                id="clientforms.W004",
            )


def _times_out() -> bool:
    """Return whether the installed redis package has a default socket timeout, as it does since version 8."""
    try:
        return int(version("redis").partition(".")[0]) >= 8
    except (PackageNotFoundError, ValueError):
        return False

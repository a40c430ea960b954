"""The request that opened a WebSocket, with its current session and user."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.core.exceptions import DisallowedHost
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.http import is_same_domain

__all__ = ["Visitor", "is_of_this_server"]

_FRESH = 5.0  # seconds for which the session and user are reused


class Visitor:
    """The visitor who opened a connection. An ended session or a revoked permission takes effect within five seconds.

    Looking up the session and user for every question would take a fifth of the time of an answer.
    """

    def __init__(
        self, scope: Mapping[str, Any], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._scope = scope
        self._clock = clock
        self._request: HttpRequest | None = None
        self._at = 0.0

    def request(self) -> HttpRequest:
        """Return the request that opened the connection. Its session and user are at most five seconds old."""
        if self._request is None or self._clock() - self._at >= _FRESH:
            return self.request_now()
        return self._request

    def request_now(self) -> HttpRequest:
        """Return the request that opened the connection, with the current session and user."""
        self._request, self._at = _request_of(self._scope), self._clock()
        return self._request


def _request_of(scope: Mapping[str, Any]) -> HttpRequest:
    """Return the request that opened a connection, with the current session and user, which may have changed since."""
    secure = scope.get("scheme") == "wss"
    request = ASGIRequest(
        {**scope, "type": "http", "method": "GET", "scheme": "https" if secure else "http"},
        io.BytesIO(),
    )
    if apps.is_installed("django.contrib.sessions"):
        key = request.COOKIES.get(settings.SESSION_COOKIE_NAME)
        request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
        if apps.is_installed("django.contrib.auth"):
            from django.contrib.auth import get_user

            request.user = SimpleLazyObject(lambda: get_user(request))
    made: HttpRequest = request
    return made


def is_of_this_server(request: HttpRequest) -> bool:
    """Return whether the request's Origin is this server or is listed in CSRF_TRUSTED_ORIGINS."""
    origin = str(request.META.get("HTTP_ORIGIN", ""))
    try:
        own = f"{request.scheme}://{request.get_host()}"
    except DisallowedHost:
        return False
    if origin == own or origin in settings.CSRF_TRUSTED_ORIGINS:
        return True
    scheme, _, host = origin.partition("://")
    return any(
        scheme == urlsplit(trusted).scheme
        and is_same_domain(host, urlsplit(trusted).netloc.removeprefix("*"))
        for trusted in settings.CSRF_TRUSTED_ORIGINS
        if "*" in trusted
    )

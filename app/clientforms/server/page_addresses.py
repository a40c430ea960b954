"""The HTML attributes that the template tags write: the server's URLs, what to ask, and how to send forms."""

from __future__ import annotations

import sys
from contextlib import suppress

from django.conf import settings
from django.forms import BaseForm, BaseFormSet
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.urls import NoReverseMatch, get_script_prefix, reverse

from clientforms.server import configuration
from clientforms.server.answers import signed_object
from clientforms.server.recent_pushes import now
from clientforms.server.registry import Registration
from clientforms.server.server_knowledge import asked_about
from clientforms.server.submissions import is_answered_once, is_table_there, owner_of

__all__ = ["SOCKET_PATH", "asking_attributes", "page_addresses", "sending_attributes"]

SOCKET_PATH = "clientforms/answers/"
"""The path of the WebSocket in `consumers.websocket_urlpatterns`."""
_CONSUMERS = "clientforms.server.consumers"


def page_addresses() -> dict[str, str]:
    """Return attributes with the URL and the WebSocket path for questions, as far as the project has them."""
    try:
        found = {"data-questions": reverse("clientforms:answers")}
    except NoReverseMatch:
        found = {}
    socket = configuration.socket_address()
    # If the server supports WebSockets, the project's asgi.py has imported the consumers.
    if not socket and _CONSUMERS in sys.modules:
        socket = get_script_prefix() + SOCKET_PATH
    if socket:
        found["data-socket"] = socket
    return found


def sending_attributes(request: HttpRequest | None) -> dict[str, str]:
    """Return the attributes that a page needs to send forms.

    These are the name of the CSRF cookie if scripts may read it, the login URL, an identifier of the request's
    user, and whether the view supports idempotency keys.
    """
    found = {}
    if request is None:  # the context processor `request` is not installed
        found["data-once"] = "unknown"
    else:
        if user := owner_of(request):
            found["data-user"] = user
        if request.resolver_match and is_answered_once(request.resolver_match.func):
            found["data-once"] = "yes" if is_table_there() else "no-table"
    if not (settings.CSRF_USE_SESSIONS or settings.CSRF_COOKIE_HTTPONLY):
        found["data-csrf-cookie"] = settings.CSRF_COOKIE_NAME
    with suppress(NoReverseMatch):  # the project has no login page
        found["data-login-url"] = resolve_url(settings.LOGIN_URL)
    return found


def asking_attributes(registration: Registration, form: BaseForm | BaseFormSet) -> dict[str, str]:
    """Return the attributes of the element around `form`. An attribute that does not apply is empty."""
    if not page_addresses():
        return {}
    return {
        "data-clientforms-asks": " ".join(asked_about(registration, form)),
        "data-clientforms-about": signed_object(registration, form),
        "data-clientforms-pushed": str(now()) if registration.pushed else "",
    }

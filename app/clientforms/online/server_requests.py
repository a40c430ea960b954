"""Sends POST requests to the page's own server, reports progress, and reads the response.

Every POST contains Django's CSRF token. If the token is out of date, for example after a login in another tab, the
server rejects the request and responds with a new token. The request is then sent once more with it.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import JsException, document, window

__all__ = [
    "LONGEST", "SLOW", "TOKEN", "Answer", "Waiting", "absolute", "csrf_token", "is_of_this_server", "post",
]  # fmt: skip

TOKEN = "csrfmiddlewaretoken"
"""The name of the form field for Django's CSRF token."""
SLOW = 8.0  # seconds until the page shows that the server is slow
_NO_HEADERS: Mapping[str, str] = {}
LONGEST = (
    60.0  # seconds until a request times out; long, because a slow server may still process it
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A server's response. `data` is its JSON, None if it is not a JSON object.

    If `status` is 0, there was no response; `is_late` is true if the request timed out. `address` is the URL of
    the response if a redirect led to it, otherwise empty.
    """

    status: int = 0
    data: Mapping[str, Any] | None = None
    address: str = ""
    is_late: bool = False
    key: str = ""
    """The idempotency key that the server repeated, empty if it does not support keys."""

    @property
    def is_valid(self) -> bool:
        """Whether the request succeeded."""
        return 200 <= self.status < 300 and bool(self.data and self.data.get("valid"))

    def text(self, name: str) -> str:
        """Return a string of the JSON by name, empty if there is none."""
        value = (self.data or {}).get(name)
        return value if isinstance(value, str) else ""

    def items(self, name: str) -> list[Any]:
        """Return a list of the JSON by name, empty if there is none."""
        value = (self.data or {}).get(name)
        return value if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Waiting:
    """What to do while waiting for a response. `slow` and `longest` are seconds without progress."""

    slow: float = SLOW
    longest: float = LONGEST
    on_slow: Callable[[], None] = field(default=lambda: None)
    on_progress: Callable[[float], None] = field(default=lambda part: None)


def absolute(address: str) -> str:
    """Return the absolute URL for an address in this page, empty if it is empty or invalid."""
    if not address:
        return ""
    try:
        return str(window.URL.new(address, document.baseURI).href)
    except JsException:
        return ""


def is_of_this_server(address: str) -> bool:
    """Return whether a request to `address` goes to the page's own origin."""
    found = absolute(address)
    return bool(found) and str(window.URL.new(found).origin) == str(window.location.origin)


async def post(
    address: str,
    body: Any,
    *,
    mode: str,
    waiting: Waiting,
    headers: Mapping[str, str] = _NO_HEADERS,
) -> Answer:
    """Post `body`, a FormData, to the URL `address` of this server, and return the response.

    `mode` is the `X-Clientforms` header: `follow` if the page follows a redirect, `stay` if it stays, `rows` if it
    stays provided that the response says which rows are stored.
    """
    headers = {"Accept": "application/json", "X-Clientforms": mode, **headers}
    if token := csrf_token(str(body.get(TOKEN) or "")):
        body.set(TOKEN, token)
    answer = await _post_once(address, body, headers, waiting)
    token = answer.text("csrf_token")
    if answer.status != 403 or not token:
        return answer
    for control in document.querySelectorAll(f'[name="{TOKEN}"]'):
        control.value = token
    body.set(TOKEN, token)
    return await _post_once(address, body, headers, waiting)


async def _post_once(
    address: str, body: Any, headers: Mapping[str, str], waiting: Waiting
) -> Answer:
    scope = Scope()
    request = window.XMLHttpRequest.new()  # fetch() does not report upload progress
    ended: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def end(how: str) -> None:
        if not ended.done():
            ended.set_result(how)

    def wait_again() -> None:
        scope.later("slow", int(waiting.slow * 1000), waiting.on_slow)
        scope.later("late", int(waiting.longest * 1000), lambda: end("late"))

    def progress(event: Any) -> None:
        wait_again()
        if event.lengthComputable and event.total:
            waiting.on_progress(event.loaded / event.total)

    for event in ("load", "error", "abort"):
        scope.listen(request, event, lambda event: end(str(event.type)))
    scope.listen(request.upload, "progress", progress)
    try:
        request.open("POST", address)
        for name, value in headers.items():
            request.setRequestHeader(name, value)
        request.send(body)
        wait_again()
        how = await ended
    finally:
        scope.end()
        if request.readyState != 4:
            request.abort()
    if how == "load":
        return _read(request, address)
    return Answer(is_late=how == "late")


def _read(request: Any, address: str) -> Answer:
    came_from = str(request.responseURL)
    asked = absolute(address).partition("#")[0]
    data = None
    if "json" in str(request.getResponseHeader("Content-Type") or ""):
        try:
            data = json.loads(str(request.responseText))
        except ValueError:
            data = None  # for example, the response was truncated
    return Answer(
        int(request.status),
        data if isinstance(data, dict) else None,
        came_from if came_from and came_from.partition("#")[0] != asked else "",
        key=str(request.getResponseHeader("Idempotency-Key") or ""),
    )


def csrf_token(given: str = "") -> str:
    """Return Django's CSRF token.

    This is the token in the cookie, which is the newest, if scripts may read it. Otherwise it is the `given` token,
    or else the token of any form in the page.
    """
    name = str(document.documentElement.getAttribute("data-csrf-cookie") or "")
    if name:
        for cookie in str(document.cookie).split(";"):
            key, _, value = cookie.strip().partition("=")
            if key == name and value:
                return value
    if given:
        return given
    control = document.querySelector(f'[name="{TOKEN}"]')
    return str(control.value) if control else ""

"""Posts to the page's own server: reports progress, and reads the answer.

A POST carries the token that Django wants. If it was out of date, as after a log-in in another tab, the
server's answer has a new one, and the POST is sent once more: nothing was done the first time.
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
"""The name under which Django looks for its token."""
SLOW = 8.0  # seconds until somebody is told that a server is slow
_NO_HEADERS: Mapping[str, str] = {}
LONGEST = 60.0  # seconds that a server may take, for a slow one does its work all the same


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: `data` is its JSON, None if it said something else.

    Without a `status`, nothing came: in time, if not `is_late`. `address` is that of the page that came
    from somewhere else than asked.
    """

    status: int = 0
    data: Mapping[str, Any] | None = None
    address: str = ""
    is_late: bool = False
    key: str = ""
    """The key of the submission that the server heeded."""

    @property
    def is_valid(self) -> bool:
        """Whether the server did what it was asked."""
        return 200 <= self.status < 300 and bool(self.data and self.data.get("valid"))

    def text(self, name: str) -> str:
        """Return a text of the JSON, empty if it has none of this name."""
        value = (self.data or {}).get(name)
        return value if isinstance(value, str) else ""

    def items(self, name: str) -> list[Any]:
        """Return a list of the JSON, empty if it has none of this name."""
        value = (self.data or {}).get(name)
        return value if isinstance(value, list) else []


@dataclass(frozen=True, slots=True)
class Waiting:
    """What to do while a server does not answer: `slow` and `longest` are seconds in which nothing moves."""

    slow: float = SLOW
    longest: float = LONGEST
    on_slow: Callable[[], None] = field(default=lambda: None)
    on_progress: Callable[[float], None] = field(default=lambda part: None)


def absolute(address: str) -> str:
    """Return an address as the page understands it, empty if it is empty or none."""
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
    """Post `body`, a FormData, to `address` of this server, and return the answer.

    `mode` is what the page does with a redirect: `follow`, or `stay`.
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
    request = window.XMLHttpRequest.new()  # fetch() tells nothing of how much is sent
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
            data = None  # cut off on its way, for example
    return Answer(
        int(request.status),
        data if isinstance(data, dict) else None,
        came_from if came_from and came_from.partition("#")[0] != asked else "",
        key=str(request.getResponseHeader("Idempotency-Key") or ""),
    )


def csrf_token(given: str = "") -> str:
    """Return Django's token: that of the cookie, which is the newest, if the page may read it; else the `given` one.

    Without either it is that of any form in the page.
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

"""Sends questions to the server over HTTP, and reads its answers."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import JsException, document, plain_to_js, window
from clientforms.online.server_requests import csrf_token

__all__ = [
    "CannotAsk", "HttpTransport", "Pauses", "Refused", "is_offline", "locale_query", "page_dataset", "patience",
    "read_answer",
]  # fmt: skip

_PATIENCE = 10  # seconds to wait for an answer
_PATIENCE_OFFLINE = 1  # a server on the same computer can still answer
_FIRST_PAUSE = 1.0  # seconds before the next attempt after a failure
_LONGEST_PAUSE = 60.0


class CannotAsk(ConnectionError):
    """Raised if the server does not answer: it is down or slow, or another program responds instead."""


class Refused(CannotAsk):
    """Raised if the server refuses to answer and gives a reason. `status` is the HTTP status."""

    def __init__(self, status: int, reason: str, retry_after: float = 0) -> None:
        super().__init__(f"the server refuses to answer ({status}): {reason}")
        self.status = status
        self.retry_after = retry_after


class Pauses:
    """Growing pauses between attempts to reach a server that does not answer."""

    def __init__(self) -> None:
        self._length = 0.0
        self._until = 0.0

    def rest(self) -> float:
        """Return the remaining seconds of the pause."""
        return max(0.0, self._until - time.monotonic())

    def grow(self) -> None:
        """Begin a pause twice as long as the last one. It is randomized, so that pages do not all retry at once."""
        self._length = min(_LONGEST_PAUSE, max(_FIRST_PAUSE, 2 * self._length))
        self._until = time.monotonic() + self._length * random.uniform(0.5, 1)

    def end(self) -> None:
        """Reset the pauses: the server has answered."""
        self._length = self._until = 0.0


class HttpTransport:
    """Sends each question to the server in a POST request.

    Requests that are pending when the browser goes offline are aborted.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._pauses = Pauses()
        self._under_way: list[Any] = []
        self._scope = Scope()  # lasts as long as the page
        self._scope.listen(window, "offline", lambda event: self._stop())
        self._scope.listen(window, "online", lambda event: self._pauses.end())

    async def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return the server's answer. Raises CannotAsk; during a pause after a failure it does so immediately."""
        if self._pauses.rest():
            raise CannotAsk("the server did not answer a moment ago")
        try:
            answer = await self._fetch(question)
        except Refused:
            self._pauses.end()
            raise
        except CannotAsk:
            self._pauses.grow()
            raise
        self._pauses.end()
        return answer

    def leave_alone(self) -> None:
        """Begin a pause, because the server did not answer another transport in time."""
        self._pauses.grow()

    async def _fetch(self, question: Mapping[str, Any]) -> dict[str, Any]:
        options = plain_to_js(
            {
                "method": "POST",
                "headers": {"Content-Type": "application/json", "X-CSRFToken": csrf_token()},
                "body": json.dumps(question, ensure_ascii=False, separators=(",", ":")),
            }
        )
        stop = window.AbortController.new()
        options.signal = stop.signal
        late = asyncio.get_running_loop().call_later(patience(), stop.abort)
        self._under_way.append(stop)
        try:
            response = await window.fetch(f"{self._address}?{locale_query()}", options)
            status, text = int(response.status), str(await response.text())
        except JsException as error:
            raise CannotAsk(f"the server does not answer: {error.message}") from None
        except asyncio.CancelledError:
            stop.abort()
            raise
        finally:
            late.cancel()
            self._under_way.remove(stop)
        return read_answer(status, text)

    def _stop(self) -> None:
        for stop in self._under_way:
            stop.abort()


def is_offline() -> bool:
    """Return whether the browser is offline. A server on the same computer may still be reachable."""
    return not window.navigator.onLine


def patience() -> float:
    """Return the timeout for an answer in seconds."""
    return _PATIENCE_OFFLINE if is_offline() else _PATIENCE


def read_answer(status: int, text: str) -> dict[str, Any]:
    """Return the decoded answer `text`. Raises Refused, or CannotAsk if `text` is not an answer of clientforms."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise CannotAsk(f"the response is not from clientforms.server (status {status})")
    if "refused" in found:
        raise Refused(status, str(found["refused"]), float(found.get("retryAfter", 0)))
    if "errors" not in found:
        raise CannotAsk(f"the server's answer has no errors and no refusal (status {status})")
    return found


def page_dataset(name: str) -> str:
    """Return a data attribute of the `<html>` element, empty if it is missing."""
    return str(getattr(document.documentElement.dataset, name, None) or "")


def locale_query() -> str:
    """Return a query string with the page's language and time zone."""
    said = {"language": page_dataset("language"), "zone": page_dataset("timeZone")}
    return urlencode(said)

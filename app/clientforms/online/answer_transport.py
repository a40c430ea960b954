"""Sends questions to the server, and reads its answers, over HTTP."""

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
_PATIENCE_OFFLINE = 1  # a server of this computer answers all the same
_FIRST_PAUSE = 1.0  # seconds before the server is asked again after it could not be
_LONGEST_PAUSE = 60.0


class CannotAsk(ConnectionError):
    """Raised if the server gives no answer: it is down, slow, or something else answers in its place."""


class Refused(CannotAsk):
    """Raised if the server says why it does not answer. `status` is that of HTTP."""

    def __init__(self, status: int, reason: str, retry_after: float = 0) -> None:
        super().__init__(f"the server refuses to answer ({status}): {reason}")
        self.status = status
        self.retry_after = retry_after


class Pauses:
    """Growing pauses, in which a server that could not be asked is left alone."""

    def __init__(self) -> None:
        self._length = 0.0
        self._until = 0.0

    def rest(self) -> float:
        """Return how many seconds are left of the pause."""
        return max(0.0, self._until - time.monotonic())

    def grow(self) -> None:
        """Begin a pause, twice as long as the last, of which a part is chance: pages must not ask all at once."""
        self._length = min(_LONGEST_PAUSE, max(_FIRST_PAUSE, 2 * self._length))
        self._until = time.monotonic() + self._length * random.uniform(0.5, 1)

    def end(self) -> None:
        """Begin anew: the server has answered."""
        self._length = self._until = 0.0


class HttpTransport:
    """Asks at the address that the page's tag named.

    What is under way when the browser goes offline gets no answer.
    """

    def __init__(self, address: str) -> None:
        self._address = address
        self._pauses = Pauses()
        self._under_way: list[Any] = []
        self._scope = Scope()  # of the page
        self._scope.listen(window, "offline", lambda event: self._stop())
        self._scope.listen(window, "online", lambda event: self._pauses.end())

    async def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return the server's answer. Raises CannotAsk, at once if it could not be asked a moment ago."""
        if self._pauses.rest():
            raise CannotAsk("the server could not be asked a moment ago")
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
        """Ask nothing for a moment: the server is late elsewhere."""
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
    """Return whether the browser has no network; a server of this computer may be there all the same."""
    return not window.navigator.onLine


def patience() -> float:
    """Return how many seconds to wait for an answer."""
    return _PATIENCE_OFFLINE if is_offline() else _PATIENCE


def read_answer(status: int, text: str) -> dict[str, Any]:
    """Return what the server's `text` says. Raises Refused, or CannotAsk if it is not the answer of our server."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise CannotAsk(f"something else answers for the server, with status {status}")
    if "refused" in found:
        raise Refused(status, str(found["refused"]), float(found.get("retryAfter", 0)))
    if "errors" not in found:
        raise CannotAsk(f"the server's answer says nothing, with status {status}")
    return found


def page_dataset(name: str) -> str:
    """Return what the page's tag says under `name`, empty if nothing."""
    return str(getattr(document.documentElement.dataset, name, None) or "")


def locale_query() -> str:
    """Return what the address says of the page's language and time zone."""
    said = {"language": page_dataset("language"), "zone": page_dataset("timeZone")}
    return urlencode(said)

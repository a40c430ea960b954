"""Sends questions over a WebSocket, or over HTTP if there is no connection. The first question opens the WebSocket.

If the server may push to a form of the page, the connection is opened at the start and kept open.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from typing import Any

from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import JsException, document, window
from clientforms.online.answer_transport import (
    CannotAsk,
    HttpTransport,
    Pauses,
    is_offline,
    locale_query,
    patience,
    read_answer,
)

__all__ = ["SocketTransport"]

_OPENING = 3  # seconds to wait until a connection is open
_OPEN = 1  # WebSocket.OPEN
_LASTING = 60  # seconds; a connection that lasted longer was not refused by the server
_RENEWAL = 6 * 3600  # seconds; channel layers drop group memberships after a day


class SocketTransport:
    """Sends questions to the WebSocket `address`, or with `otherwise`, over HTTP, while there is no connection.

    Browsers do not close WebSockets when they go offline: answers just never arrive. So this class closes them.
    """

    def __init__(self, address: str, otherwise: HttpTransport | None) -> None:
        self._address = address
        self._otherwise = otherwise
        self._pauses = Pauses()
        self._connection: _Connection | None = None
        self._scope = Scope()
        self._watched: list[Mapping[str, str]] = []
        self._heard_at = 0.0
        self._take_push: Callable[[Mapping[str, Any]], None] | None = None
        self._is_shown = asyncio.Event()
        self._is_shown.set()
        self._is_online = asyncio.Event()
        # A page with an open WebSocket cannot enter the back/forward cache.
        self._scope.listen(window, "pagehide", lambda event: self._leave())
        self._scope.listen(window, "pageshow", lambda event: self._is_shown.set())
        self._scope.listen(window, "offline", lambda event: self._close())
        self._scope.listen(window, "online", lambda event: self._hurry())

    async def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return the server's answer.

        Raises CannotAsk, or Refused if the server refuses to answer. A question that times out is not repeated over
        HTTP, because the user may be waiting to submit.
        """
        connection = None if is_offline() else await self._open()
        if connection is not None:
            text = await connection.ask({k: v for k, v in question.items() if k != "page"})
            if text:
                status = int(json.loads(text).get("status", 200))
                return read_answer(status, text)
            self._pauses.grow()
            if connection.is_late:
                if self._otherwise is not None:
                    self._otherwise.leave_alone()
                raise CannotAsk("the server did not answer in time")
        if self._otherwise is None:
            raise CannotAsk("there is no connection to the server")
        return await self._otherwise.ask(question)

    def watch(
        self,
        forms: Sequence[Mapping[str, str]],
        since: float,
        take_push: Callable[[Mapping[str, Any]], None],
    ) -> None:
        """Keep a connection open from now on. `take_push` is called with every push for `forms`.

        This includes pushes since the server time `since`. Another call replaces `forms`.
        """
        is_first = not self._watched
        # While there was no connection, the other forms may have missed pushes.
        self._heard_at = since if is_first else min(since, self._heard_at)
        self._watched, self._take_push = list(forms), take_push
        if self._connection is not None:
            self._connection.greet(self._greeting())
        if is_first:
            self._scope.task(self._stay_connected())

    async def _stay_connected(self) -> None:
        """Reopen the connection whenever it closes, after pauses that grow if connections do not last."""
        pauses = Pauses()
        while True:
            await self._is_shown.wait()
            connection = await self._open()
            began = time.monotonic()
            if connection is not None and not await connection.has_ended_within(_RENEWAL):
                connection.greet(self._greeting())
                continue
            if time.monotonic() - began > _LASTING:
                pauses.end()
            pauses.grow()
            self._is_online.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(
                    self._is_online.wait(), max(pauses.rest(), self._pauses.rest())
                )

    def _greeting(self) -> Mapping[str, Any]:
        """Return the first message for a new connection, empty if no form is watched."""
        return {"watch": self._watched, "since": self._heard_at} if self._watched else {}

    def _on_push(self, found: Mapping[str, Any]) -> None:
        self._heard_at = max(self._heard_at, float(found.get("at", 0)))
        if "push" in found and self._take_push is not None:
            self._take_push(found)

    def _hurry(self) -> None:
        """Reconnect immediately: the browser is online again."""
        self._pauses.end()
        self._is_online.set()

    def _leave(self) -> None:
        self._is_shown.clear()
        self._close()

    async def _open(self) -> _Connection | None:
        """Return an open connection, None if there is none. Attempts are separated by growing pauses."""
        if self._connection is None or self._connection.has_ended:
            if self._pauses.rest():
                return None
            self._connection = _Connection(self._address, self._on_push)
            self._connection.greet(self._greeting())
        if await self._connection.opened():
            self._pauses.end()
            return self._connection
        self._close()
        self._pauses.grow()
        return None

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.end()


class _Connection:
    """A WebSocket, and the questions that wait for answers."""

    is_late = False
    """Whether an answer timed out."""

    def __init__(self, address: str, take_push: Callable[[Mapping[str, Any]], None]) -> None:
        self._take_push = take_push
        self._greeting: Mapping[str, Any] = {}
        self._scope = Scope()
        self._waiting: dict[int, asyncio.Future[str]] = {}
        self._number = 0
        self._is_open = asyncio.get_running_loop().create_future()
        self._end = asyncio.Event()
        url = window.URL.new(f"{address}?{locale_query()}", document.baseURI)
        url.protocol = "wss:" if url.protocol == "https:" else "ws:"
        try:
            self._socket = window.WebSocket.new(url.href)
        except JsException:  # for example, a Content-Security-Policy forbids it
            self._socket = None
            self.end()
            return
        self._scope.listen(self._socket, "open", lambda event: self._opens(True))
        self._scope.listen(self._socket, "message", self._on_message)
        self._scope.listen(self._socket, "close", lambda event: self.end())

    @property
    def has_ended(self) -> bool:
        """Whether the connection is closed."""
        return self._scope.has_ended

    async def opened(self) -> bool:
        """Wait until the connection is open or has failed. Returns whether it is open."""
        done, _ = await asyncio.wait([self._is_open], timeout=_OPENING)
        return bool(done and self._is_open.result() and not self.has_ended)

    async def has_ended_within(self, seconds: float) -> bool:
        """Wait until the connection is closed, at most for `seconds`. Returns whether it is closed."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._end.wait(), seconds)
        return self.has_ended

    def greet(self, greeting: Mapping[str, Any]) -> None:
        """Send this message once the connection is open, without waiting for an answer."""
        self._greeting = greeting
        if self._is_open.done() and self._is_open.result() and not self.has_ended:
            self._send(greeting)

    async def ask(self, question: Mapping[str, Any]) -> str:
        """Return the server's answer to `question`, empty if the connection closes or the answer times out."""
        if self._socket.readyState != _OPEN:  # it is closing, but the close event has not fired yet
            self.end()
            return ""
        self._number += 1
        number = self._number
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._send({**question, "id": number})
        try:
            done, _ = await asyncio.wait([answer], timeout=patience())
        finally:
            self._waiting.pop(number, None)
        if not done:
            self.is_late = True
            self.end()
        return answer.result() if done else ""

    def end(self) -> None:
        """Close the connection. Pending questions get no answer."""
        if self.has_ended:
            return
        self._scope.end()
        self._end.set()
        if self._socket is not None:
            self._socket.close()
        self._opens(False)
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_result("")

    def _opens(self, is_open: bool) -> None:
        if not self._is_open.done():
            self._is_open.set_result(is_open)
            if is_open and self._greeting:
                self._send(self._greeting)

    def _send(self, said: Mapping[str, Any]) -> None:
        self._socket.send(json.dumps(said, ensure_ascii=False, separators=(",", ":")))

    def _on_message(self, event: Any) -> None:
        text = str(event.data)
        try:
            found = json.loads(text)
            answer = self._waiting.get(found.get("id"))
        except (ValueError, AttributeError):
            self.end()  # the message is not from clientforms.server
            return
        if "at" in found:
            self._take_push(found)
        elif answer is not None and not answer.done():
            answer.set_result(text)

"""Sends questions over a WebSocket, opened with the first question, or over HTTP if there is none."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import JsException, document, window
from clientforms.online.answer_transport import (
    PATIENCE,
    CannotAsk,
    HttpTransport,
    Pauses,
    locale_query,
    read_answer,
)

__all__ = ["SocketTransport"]

_OPENING = 3  # seconds until a connection is given up


class SocketTransport:
    """Asks at the WebSocket `address`, and `otherwise` over HTTP while there is no connection."""

    def __init__(self, address: str, otherwise: HttpTransport | None) -> None:
        self._address = address
        self._otherwise = otherwise
        self._pauses = Pauses()
        self._connection: _Connection | None = None
        self._scope = Scope()
        # With an open socket, a browser could not keep the page for its back button.
        self._scope.listen(window, "pagehide", lambda event: self._close())

    async def ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        """Return the server's answer. Raises CannotAsk, Refused if the server says why it does not answer."""
        connection = await self._open()
        if connection is not None:
            text = await connection.ask({k: v for k, v in question.items() if k != "page"})
            if text:
                status = int(json.loads(text).get("status", 200))
                return read_answer(status, text)
            self._pauses.grow()
        if self._otherwise is None:
            raise CannotAsk("there is no connection to the server")
        return await self._otherwise.ask(question)

    async def _open(self) -> _Connection | None:
        """Return the connection once it is open, None if there is none; between attempts are growing pauses."""
        if self._connection is None or self._connection.has_ended:
            if self._pauses.rest():
                return None
            self._connection = _Connection(self._address)
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
    """One WebSocket, and the questions that wait for its answers."""

    def __init__(self, address: str) -> None:
        self._scope = Scope()
        self._waiting: dict[int, asyncio.Future[str]] = {}
        self._number = 0
        self._is_open = asyncio.get_running_loop().create_future()
        url = window.URL.new(f"{address}?{locale_query()}", document.baseURI)
        url.protocol = "wss:" if url.protocol == "https:" else "ws:"
        try:
            self._socket = window.WebSocket.new(url.href)
        except JsException:  # a Content-Security-Policy may forbid it
            self._socket = None
            self.end()
            return
        self._scope.listen(self._socket, "open", lambda event: self._opens(True))
        self._scope.listen(self._socket, "message", self._on_message)
        self._scope.listen(self._socket, "close", lambda event: self.end())

    @property
    def has_ended(self) -> bool:
        """Whether it is closed."""
        return self._scope.has_ended

    async def opened(self) -> bool:
        """Wait until it is open, or is not going to be; return which."""
        done, _ = await asyncio.wait([self._is_open], timeout=_OPENING)
        return bool(done and self._is_open.result() and not self.has_ended)

    async def ask(self, question: Mapping[str, Any]) -> str:
        """Return what the server answers to `question`; empty if the connection ends, or takes too long."""
        self._number += 1
        number = self._number
        answer = self._waiting[number] = asyncio.get_running_loop().create_future()
        self._socket.send(
            json.dumps({**question, "id": number}, ensure_ascii=False, separators=(",", ":"))
        )
        done, _ = await asyncio.wait([answer], timeout=PATIENCE)
        self._waiting.pop(number, None)
        if not done:
            self.end()
        return answer.result() if done else ""

    def end(self) -> None:
        """Close it. Questions that wait get no answer."""
        if self.has_ended:
            return
        self._scope.end()
        if self._socket is not None:
            self._socket.close()
        self._opens(False)
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_result("")

    def _opens(self, is_open: bool) -> None:
        if not self._is_open.done():
            self._is_open.set_result(is_open)

    def _on_message(self, event: Any) -> None:
        text = str(event.data)
        try:
            answer = self._waiting.get(json.loads(text).get("id"))
        except (ValueError, AttributeError):
            self.end()  # something else than our server speaks here
            return
        if answer is not None and not answer.done():
            answer.set_result(text)

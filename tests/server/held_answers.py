"""What a page asks its server while somebody types, and answers that come when a test wants it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, Route, WebSocketRoute

__all__ = ["HeldAnswers"]

_ADDRESS = "**/clientforms/answers/*"


class HeldAnswers:
    """The questions of `page` in `asked`, over HTTP and over WebSocket. Make it before the page is opened."""

    def __init__(self, page: Page) -> None:
        self.asked: list[dict[str, Any]] = []
        self._held: list[Callable[[], None]] = []
        self._holds = False
        page.route(_ADDRESS, self._on_request)
        page.route_web_socket(_ADDRESS, self._on_socket)

    def hold(self) -> None:
        """Hold back the answers from now on."""
        self._holds = True

    def let_go(self) -> None:
        """Let the answers pass, those that were held first."""
        self._holds = False
        while self._held:
            self._held.pop(0)()

    def _pass(self, go_on: Callable[[], None]) -> None:
        if self._holds:
            self._held.append(go_on)
        else:
            go_on()

    def _on_request(self, route: Route) -> None:
        self.asked.append(route.request.post_data_json)
        self._pass(route.continue_)

    def _on_socket(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server()

        def ask(message: str | bytes) -> None:
            self.asked.append(json.loads(message))
            server.send(message)

        socket.on_message(ask)
        server.on_message(lambda message: self._pass(lambda: socket.send(message)))

"""HeldFiles: files that a page asks for, and gets once a test lets them go."""

from __future__ import annotations

import time
from collections.abc import Callable

from playwright.sync_api import BrowserContext, Page, Route

from tests.browser.live_page import BOOT


class HeldFiles:
    """Requests of `page`, or of its whole context, for `pattern`: none is answered before `go_on()`."""

    def __init__(
        self, page: Page, pattern: str, where: Page | BrowserContext | None = None
    ) -> None:
        self._page = page
        self._pattern = pattern
        self._routes: list[Route] = []
        self._answer: Callable[[Route], None] | None = None
        (where or page).route(pattern, self._hold)

    def wait(self) -> None:
        """Return once the page has asked for a file, and waits for it."""
        deadline = time.monotonic() + BOOT / 1000
        while not self._routes:
            assert time.monotonic() < deadline, f"{self._pattern} was never asked for"
            self._page.evaluate("new Promise(requestAnimationFrame)")  # lets routes be heard of

    def go_on(self, answer: Callable[[Route], None] = Route.continue_) -> None:
        """Wait for the first request; answer it, what waits beside it and all that come later."""
        self.wait()
        self._answer = answer
        for route in self._routes:
            answer(route)

    def _hold(self, route: Route) -> None:
        if self._answer is None:
            self._routes.append(route)
        else:
            self._answer(route)

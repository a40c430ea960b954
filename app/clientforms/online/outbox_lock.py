"""One tab at a time sends what waits: a Web Lock, which the browser takes back from a tab that crashes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import JsException, promise, window

__all__ = ["Turns"]

_NAME = "clientforms-outbox"


class Turns:
    """Turns of this tab, among those of others.

    Without Web Locks, as on plain http, only the turns of this tab wait for each other; the server still
    saves nothing twice.
    """

    def __init__(self) -> None:
        self._own = asyncio.Lock()

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait until nobody else has a turn."""
        async with self._own:
            scope = Scope()
            let_go = await self._lock(scope)
            try:
                yield
            finally:
                let_go()
                scope.end()

    async def _lock(self, scope: Scope) -> Callable[[], None]:
        locks = getattr(window.navigator, "locks", None)
        if not locks:
            return lambda: None
        granted: asyncio.Future[Callable[[], None]] = asyncio.get_running_loop().create_future()

        def give(lock: Any) -> Any:
            def start(resolve: Any, reject: Any) -> None:
                granted.set_result(lambda: resolve(None))

            return promise(start)

        def refuse(error: Any) -> None:
            if not granted.done():  # a page without an origin
                granted.set_result(lambda: None)

        try:
            locks.request(_NAME, scope.function(give)).catch(scope.function(refuse))
        except JsException:
            return lambda: None
        return await granted

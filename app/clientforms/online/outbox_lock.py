"""A lock that lets only one tab at a time send from the outbox. The browser releases it if the tab crashes."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import JsException, promise, window

__all__ = ["OutboxLock"]

_NAME = "clientforms-outbox"


class OutboxLock:
    """A Web Lock that the tabs of this origin share.

    If Web Locks are not available, for example over plain HTTP, the lock works only between tasks of this tab. The
    server still saves each submission once.
    """

    def __init__(self) -> None:
        self._own = asyncio.Lock()

    @asynccontextmanager
    async def hold(self) -> AsyncIterator[None]:
        """Wait until the lock is free, and hold it during the block."""
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
            if not granted.done():  # the page has an opaque origin
                granted.set_result(lambda: None)

        try:
            locks.request(_NAME, scope.function(give)).catch(scope.function(refuse))
        except JsException:
            return lambda: None
        return await granted

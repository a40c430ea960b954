"""Names that open pages hold, so that each draft belongs to one page.

A Web Lock is exact, and is released when a page crashes. Without them, as on plain http, pages
ask each other through shared storage.
"""

from __future__ import annotations

import asyncio
import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any

from clientforms.browser.dom.local_storage import Storage, StorageError, parse
from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import JsException, plain_to_js, promise, window

__all__ = ["Presence", "open_presence"]

_ASK = "clientforms:who-is-there"
_ANSWER = "clientforms:i-am-there"
_PATIENCE = 0.4  # seconds to wait for answers; a message takes a few milliseconds


class Presence(ABC):
    """The names that this page and others hold."""

    @abstractmethod
    async def hold(self, name: str) -> bool:
        """Hold `name` until `release()`; return False if another page holds it."""

    @abstractmethod
    async def held(self) -> set[str]:
        """Return all names that are held, including those of this page."""

    @abstractmethod
    def release(self) -> None:
        """Release all names."""


async def open_presence(scope: Scope, storage: Storage) -> Presence:
    """Return the implementation that works here; it ends with `scope`."""
    try:
        locks: Any = getattr(window.navigator, "locks", None)
        if locks:
            await locks.query()
    except JsException:  # a page without an origin
        locks = None
    made: Presence = _Locks(scope, locks) if locks else _Asking(scope, storage)
    scope.at_end(made.release)
    return made


class _Locks(Presence):
    def __init__(self, scope: Scope, locks: Any) -> None:
        self._scope = scope
        self._locks = locks
        self._let_go: dict[str, Callable[[Any], None]] = {}

    async def hold(self, name: str) -> bool:
        if name in self._let_go:
            return True
        answer: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

        def granted(lock: Any) -> Any:
            """Return a promise; the lock is held until it is resolved."""
            if not answer.done():
                answer.set_result(bool(lock))
            return promise(lambda let_go, _: self._keep(name, let_go)) if lock else None

        options = plain_to_js({"ifAvailable": True})
        request = self._locks.request(name, options, self._scope.function(granted))
        request.catch(lambda error: None if answer.done() else answer.set_result(False))
        return await answer

    async def held(self) -> set[str]:
        return {str(lock.name) for lock in (await self._locks.query()).held}

    def release(self) -> None:
        for let_go in self._let_go.values():
            let_go(None)
        self._let_go.clear()

    def _keep(self, name: str, let_go: Callable[[Any], None]) -> None:
        self._let_go[name] = let_go


class _Asking(Presence):
    def __init__(self, scope: Scope, storage: Storage) -> None:
        self._storage = storage
        self._mine: set[str] = set()
        self._others: set[str] = set()
        self._asked = 0
        scope.listen(window, "storage", self._on_storage)

    async def hold(self, name: str) -> bool:
        if name in await self.held() - self._mine:
            return False
        self._mine.add(name)
        return True

    async def held(self) -> set[str]:
        self._others.clear()
        self._say(_ASK, [])
        await asyncio.sleep(_PATIENCE)
        return self._mine | self._others

    def release(self) -> None:
        self._mine.clear()

    def _on_storage(self, event: Any) -> None:
        if not event.newValue:
            return
        if event.key == _ASK:
            self._say(_ANSWER, sorted(self._mine))
        elif event.key == _ANSWER:
            try:
                names = parse(str(event.newValue))
            except ValueError:  # written by another script of this origin
                return
            if isinstance(names, list):
                self._others |= {name for name in names if isinstance(name, str)}

    def _say(self, key: str, names: list[str]) -> None:
        """Write and remove the key, so that other pages get an event."""
        try:
            self._storage.write(key, json.dumps(names))
        except StorageError:
            return  # without storage, there are no drafts either
        self._storage.remove(key)

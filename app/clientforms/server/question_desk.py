"""A queue for the questions of all WebSocket connections of a process."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any
from weakref import WeakKeyDictionary

from channels.db import database_sync_to_async

__all__ = ["desk"]

_MOST_AT_ONCE = 8  # questions in one batch, so that the first does not wait long for the last


class _Desk:
    """Answers the questions of all connections of a process in one thread, in batches if several are waiting.

    Switching threads for every question would take a fifth of the time of an answer.
    """

    def __init__(self) -> None:
        self._waiting: deque[tuple[Callable[[], Any], asyncio.Future[Any]]] = deque()
        self._work: asyncio.Task[None] | None = None

    async def ask(self, reply: Callable[[], Any]) -> Any:
        """Run `reply` in the thread. Returns its result or raises its exception."""
        answered = asyncio.get_running_loop().create_future()
        self._waiting.append((reply, answered))
        if self._work is None or self._work.done():
            self._work = asyncio.create_task(self._answer_all())
        return await answered

    async def _answer_all(self) -> None:
        while self._waiting:
            taken = [self._waiting.popleft() for _ in range(min(_MOST_AT_ONCE, len(self._waiting)))]
            outcomes = await _run(replies=[reply for reply, _ in taken])
            for (_, answered), (said, error) in zip(taken, outcomes, strict=True):
                if answered.done():  # its connection was closed
                    continue
                if error is None:
                    answered.set_result(said)
                else:
                    answered.set_exception(error)


@database_sync_to_async  # type: ignore[untyped-decorator]
def _run(replies: Sequence[Callable[[], Any]]) -> list[tuple[Any, Exception | None]]:
    outcomes: list[tuple[Any, Exception | None]] = []
    for reply in replies:
        try:
            outcomes.append((reply(), None))
        except Exception as error:  # noqa: BLE001 - `ask()` raises it again
            outcomes.append((None, error))
    return outcomes


_desks: WeakKeyDictionary[asyncio.AbstractEventLoop, _Desk] = WeakKeyDictionary()


def desk() -> _Desk:
    """Return the queue of the running event loop."""
    return _desks.setdefault(asyncio.get_running_loop(), _Desk())

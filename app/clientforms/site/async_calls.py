"""Let Django call between asynchronous and synchronous code in a page, which has neither threads nor a second loop.

asgiref runs synchronous code in a thread, and a coroutine in an event loop in a thread of its own. Here, the
first is called in place, and the second runs to its end in an event loop that needs no thread, while that of the
page waits.
"""

from __future__ import annotations

import asyncio
import contextvars
import time
from asyncio import tasks
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Never

from asgiref import sync

__all__ = ["WaitsForTheBrowser", "install"]


class WaitsForTheBrowser(RuntimeError):
    """An asynchronous view waits for something that happens only after the view has ended."""


def install() -> None:
    """Replace asgiref's calls by direct ones, also for functions that are adapted already."""
    setattr(sync.SyncToAsync, "__call__", _call_directly)  # noqa: B010 - replaces a method
    setattr(sync.AsyncToSync, "__call__", _run)  # noqa: B010 - replaces a method


async def _call_directly(self: Any, *arguments: Any, **named: Any) -> Any:
    return self.func(*arguments, **named)


def _run(self: Any, *arguments: Any, **named: Any) -> Any:
    async def awaited() -> Any:
        return await self.awaitable(*arguments, **named)

    name = getattr(self.awaitable, "__qualname__", repr(self.awaitable))
    context = contextvars.copy_context()
    with _no_loop(), asyncio.Runner(loop_factory=lambda: _Loop(name)) as runner:
        try:
            return runner.run(awaited(), context=context)
        finally:
            _take_over(context)


@contextmanager
def _no_loop() -> Iterator[None]:
    """Set the event loop that is running aside, and its task, so that another one can run."""
    loop = asyncio._get_running_loop()
    task = asyncio.current_task(loop) if loop else None
    if loop and task:
        tasks._leave_task(loop, task)
    asyncio._set_running_loop(None)
    try:
        yield
    finally:
        asyncio._set_running_loop(loop)
        if loop and task:
            tasks._enter_task(loop, task)


def _take_over(context: contextvars.Context) -> None:
    """Set context variables as the coroutine has left them."""
    for variable, value in context.items():
        if variable.get(_UNSET) is not value:
            variable.set(value)


_UNSET = object()


class _Loop(asyncio.BaseEventLoop):
    """An event loop in which only time passes: it has neither sockets nor threads."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._selector = _Clock(name)

    def run_in_executor(self, executor: Any, func: Any, *args: Any) -> Any:  # type: ignore[override]
        """Call the function at once: `asyncio.to_thread()` has no thread."""
        future = self.create_future()
        try:
            future.set_result(func(*args))
        except Exception as error:  # noqa: BLE001 - raised again where the result is awaited
            future.set_exception(error)
        return future

    def _process_events(self, event_list: Any) -> None:
        """Do nothing: there are no sockets."""

    def _write_to_self(self) -> None:
        """Do nothing: there is no other thread that could wake this one."""


class _Clock:
    """What the event loop asks to wait for sockets, until its next timer."""

    def __init__(self, name: str) -> None:
        self._name = name

    def select(self, timeout: float | None) -> tuple[Never, ...]:
        if timeout is None:
            raise WaitsForTheBrowser(
                f"{self._name} waits for something that only the browser brings, such as the answer to a request. "
                "In a page, a view has to respond without that, because nothing else runs meanwhile. Remove that "
                "await, or leave this view to a server."
            )
        time.sleep(timeout)
        return ()

"""Scopes own proxies, listeners, observers, timers and tasks, and end them all."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine
from typing import Any

from clientforms.browser.runtime import (
    mutation_observer,
    plain_to_js,
    proxy,
    queue_microtask,
    window,
)

__all__ = ["Scope", "live_handles"]

_live: Counter[str] = Counter()


def live_handles() -> dict[str, int]:
    """Return the number of proxies, listeners, observers, timers and tasks that exist, by kind."""
    return {kind: count for kind, count in _live.items() if count}


class Scope:
    """Owns everything of Python that JavaScript refers to, until `end()`."""

    def __init__(self) -> None:
        self._proxies: list[Any] = []
        self._listeners: list[tuple[Any, str, Any, bool]] = []
        self._timers: dict[Any, tuple[int, Any]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._observers: list[Any] = []
        self._endings: list[Callable[[], None]] = []
        self._ended = False

    @property
    def has_ended(self) -> bool:
        """Whether `end()` was called."""
        return self._ended

    def function(self, callback: Callable[..., Any]) -> Any:
        """Return a JavaScript function that lives as long as the scope."""
        made = proxy(callback)
        self._proxies.append(made)
        _live["proxies"] += 1
        return made

    def listen(
        self,
        target: Any,
        event: str,
        callback: Callable[[Any], None],
        *,
        capture: bool = False,
    ) -> None:
        """Call `callback` for each `event` on `target`."""
        listener = self.function(callback)
        target.addEventListener(event, listener, capture)
        self._listeners.append((target, event, listener, capture))
        _live["listeners"] += 1

    def observe(self, target: Any, callback: Callable[[Any, Any], None]) -> Any:
        """Call `callback` when children of `target` are added or removed; return the observer."""
        observer = mutation_observer(self.function(callback))
        observer.observe(target, plain_to_js({"childList": True}))
        _live["observers"] += 1
        self._observers.append(observer)
        return observer

    def task(self, coroutine: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Run `coroutine` until it is done or the scope ends. Its exceptions are not suppressed."""
        task = asyncio.ensure_future(coroutine)
        self._tasks.add(task)
        _live["tasks"] += 1
        task.add_done_callback(self._done)
        return task

    def soon(self, callback: Callable[[], None]) -> None:
        """Call `callback` after the running script, before any other event."""

        def run() -> None:
            if not self._ended:
                callback()

        queue_microtask(run)

    def later(self, name: Any, milliseconds: int, callback: Callable[[], None]) -> None:
        """Call `callback` once after a pause; a timer of the same name starts over."""
        self.cancel(name)

        def run() -> None:
            self.cancel(name)
            callback()

        made = proxy(run)
        self._timers[name] = (window.setTimeout(made, milliseconds), made)
        _live["timers"] += 1

    def cancel(self, name: Any) -> bool:
        """End the timer called `name`; return whether there was one."""
        timer = self._timers.pop(name, None)
        if timer is None:
            return False
        window.clearTimeout(timer[0])
        timer[1].destroy()
        _live["timers"] -= 1
        return True

    def pending(self) -> list[Any]:
        """Return the names of the timers that have not run."""
        return list(self._timers)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        _live["tasks"] -= 1
        if not task.cancelled():
            task.result()

    def at_end(self, callback: Callable[[], None]) -> None:
        """Call `callback` when the scope ends, in reverse order."""
        self._endings.append(callback)

    def end(self) -> None:
        """Remove every listener, observer, timer, task and proxy. A second call does nothing."""
        self._ended = True
        while self._endings:
            self._endings.pop()()
        for task in list(self._tasks):
            task.cancel()
        for target, event, listener, capture in self._listeners:
            target.removeEventListener(event, listener, capture)
            _live["listeners"] -= 1
        self._listeners.clear()
        for observer in self._observers:
            observer.disconnect()
            _live["observers"] -= 1
        self._observers.clear()
        for name in self.pending():
            self.cancel(name)
        for task in list(self._tasks):
            task.cancel()
        for made in self._proxies:
            made.destroy()
            _live["proxies"] -= 1
        self._proxies.clear()

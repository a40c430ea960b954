"""Let Django call between asynchronous and synchronous code in a page, which has neither threads nor a second loop.

asgiref runs synchronous code in a thread, and a coroutine in an event loop of its own. Here, both run at
once, in place.
"""

from __future__ import annotations

from collections.abc import Coroutine
from typing import Any

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
    coroutine: Coroutine[Any, Any, Any] = self.awaitable(*arguments, **named)
    try:
        waits_for = coroutine.send(None)
    except StopIteration as end:
        return end.value
    coroutine.close()
    name = getattr(self.awaitable, "__qualname__", repr(self.awaitable))
    raise WaitsForTheBrowser(
        f"{name} waits for {waits_for!r}: in a page, a view has to respond without waiting, because nothing "
        "else runs meanwhile. Remove that await, or leave this view to a server."
    )

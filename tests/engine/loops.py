"""Running a test apart from event loops that others keep: Playwright's runs in the main thread."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any

__all__ = ["apart", "run"]


def run(scenario: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run `scenario` on an event loop of its own."""
    apart(lambda: asyncio.run(scenario()))


def apart(test: Callable[[], None]) -> None:
    """Run `test` where no event loop is running, as in a plain script."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(test).result()

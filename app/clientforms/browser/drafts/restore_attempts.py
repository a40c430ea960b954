"""Attempts to put back what was kept: one that Python died of is not made again unasked.

What is kept may hold the value that a rule never ends with, or that ends Python. It would do so
again after each reload. Note is taken of an attempt from before it is made until some time after.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from clientforms.browser.dom.local_storage import Storage, StorageError

__all__ = ["RestoreAttempts"]

_PREFIX = "clientforms:attempt:"
_LONG = 3  # seconds; what was put back is validated by then, by timers and tasks too


class RestoreAttempts:
    """Attempts by the key of what is put back, noted in `localStorage` or `sessionStorage`."""

    def __init__(self, storage: str) -> None:
        self._storage = Storage(storage)
        self._ending: dict[str, asyncio.TimerHandle] = {}

    def has_failed(self, key: str) -> bool:
        """Return whether somebody began with it, and came to no end."""
        return f"{_PREFIX}{key}" in self._storage.read(_PREFIX)

    def begin(self, key: str) -> None:
        """Take note of an attempt."""
        self._stop_waiting(key)
        with suppress(StorageError):  # then nothing is known of it
            self._storage.write(f"{_PREFIX}{key}", "1")

    def end(self, key: str) -> None:
        """Say that it did no harm, or that nobody wants it any more."""
        self._stop_waiting(key)
        self._storage.remove(f"{_PREFIX}{key}")

    def end_soon(self, key: str) -> None:
        """Say so, if Python lives a while longer, or until the page goes: see `page_goes()`."""
        loop = asyncio.get_running_loop()
        self._ending[key] = loop.call_later(_LONG, self.end, key)

    def page_goes(self) -> None:
        """Say so of all for which somebody waits: Python lives, for it hears that the page goes."""
        for key in list(self._ending):
            self.end(key)

    def _stop_waiting(self, key: str) -> None:
        if timer := self._ending.pop(key, None):
            timer.cancel()

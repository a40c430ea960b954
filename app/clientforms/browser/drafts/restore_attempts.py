"""Record attempts to restore drafts, so that one that crashed Python is not repeated.

A draft may contain a value with which a rule never ends, or crashes Python, again after each
reload. An attempt is recorded before it is made, and erased some time after.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from clientforms.browser.dom.local_storage import Storage, StorageError

__all__ = ["RestoreAttempts"]

_PREFIX = "clientforms:attempt:"
_LONG = 3  # seconds until restored values have been validated, also by timers and tasks


class RestoreAttempts:
    """Attempts by the key of what is restored, recorded in `localStorage` or `sessionStorage`."""

    def __init__(self, storage: str) -> None:
        self._storage = Storage(storage)
        self._ending: dict[str, asyncio.TimerHandle] = {}

    def has_failed(self, key: str) -> bool:
        """Return whether an attempt began and did not end."""
        return f"{_PREFIX}{key}" in self._storage.read(_PREFIX)

    def begin(self, key: str) -> None:
        """Record an attempt."""
        self._stop_waiting(key)
        with suppress(StorageError):  # then it is not recorded
            self._storage.write(f"{_PREFIX}{key}", "1")

    def end(self, key: str) -> None:
        """Erase the attempt: it did no harm, or was discarded."""
        self._stop_waiting(key)
        self._storage.remove(f"{_PREFIX}{key}")

    def end_soon(self, key: str) -> None:
        """Erase the attempt if Python survives for a while, or until `page_goes()`."""
        loop = asyncio.get_running_loop()
        self._ending[key] = loop.call_later(_LONG, self.end, key)

    def page_goes(self) -> None:
        """Erase all attempts that are about to end, because Python has survived until now."""
        for key in list(self._ending):
            self.end(key)

    def _stop_waiting(self, key: str) -> None:
        if timer := self._ending.pop(key, None):
            timer.cancel()

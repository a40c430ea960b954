"""Texts by key that outlive the page and the browser: the face of `static/durable.js` in Python.

What is written is on its way when a function returns, and on the disk when it has been waited for.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clientforms.browser.dom.local_storage import StorageError
from clientforms.browser.runtime import keeping_script, to_array

__all__ = ["Written", "add", "early", "follow", "read", "remove", "settle", "write"]


async def read(prefix: str) -> dict[str, str]:
    """Return the texts whose keys begin with `prefix`; none if storage is forbidden."""
    entries = await keeping_script().read(prefix)
    return {str(entry[0]): str(entry[1]) for entry in entries}


class Written:
    """A change that is on its way."""

    def __init__(self, what: str, promise: Any) -> None:
        self._what = what
        self._promise = promise

    async def wait(self) -> None:
        """Return once it is on the disk. Raises StorageError if the browser refuses."""
        if name := str(await self._promise):
            raise StorageError(
                f"The browser’s storage did not take {self._what} ({name}).",
                full="quota" in name.lower(),
            )


def write(key: str, text: str, *, instead_of: Iterable[str] = ()) -> Written:
    """Keep `text` under `key`, instead of what is kept under the keys `instead_of`."""
    what = f"{len(text)} characters for {key}"
    return Written(what, keeping_script().put(to_array([(key, text)]), to_array(instead_of)))


def add(key: str, text: str, to: str) -> Written:
    """Keep `text` under `key`, with which all is kept that was typed since the draft `to` was."""
    what = f"{len(text)} characters for {key}"
    return Written(
        what, keeping_script().put(to_array([(key, text)]), to_array([]), to_array([to]))
    )


def remove(keys: Iterable[str]) -> Written:
    """Remove what is kept under these keys, all at once."""
    gone = list(keys)
    return Written(" and ".join(gone), keeping_script().put(to_array([]), to_array(gone)))


def early(form: Any) -> str:
    """Return the key of the draft that is kept of `form` since before Python was up, "" if none is."""
    return str(keeping_script().early(form))


def follow(form: Any, key: str) -> None:
    """Let what is typed into `form` be kept with `key` before Python hears of it; not without one."""
    keeping_script().follow(form, key)


def settle(key: str) -> None:
    """Say that what is kept under `key` is all that was typed: nothing beside it is needed."""
    keeping_script().settle(key)

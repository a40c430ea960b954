"""Python interface of `static/durable.js`, which stores texts by key on the disk.

Writing has only begun when a function returns; wait for the result to be sure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from clientforms.browser.dom.local_storage import StorageError
from clientforms.browser.runtime import keeping_script, to_array

__all__ = ["Written", "add", "early", "follow", "read", "remove", "settle", "write"]


async def read(prefix: str) -> dict[str, str]:
    """Return the texts whose keys begin with `prefix`, none if storage is forbidden."""
    entries = await keeping_script().read(prefix)
    return {str(entry[0]): str(entry[1]) for entry in entries}


class Written:
    """A pending write."""

    def __init__(self, what: str, promise: Any) -> None:
        self._what = what
        self._promise = promise

    async def wait(self) -> None:
        """Return when it is on the disk. Raises StorageError if the browser refuses."""
        if name := str(await self._promise):
            raise StorageError(
                f"The browser’s storage did not take {self._what} ({name}).",
                full="quota" in name.lower(),
            )


def write(key: str, text: str, *, instead_of: Iterable[str] = ()) -> Written:
    """Store `text` under `key`, and remove the keys `instead_of`."""
    what = f"{len(text)} characters for {key}"
    return Written(what, keeping_script().put(to_array([(key, text)]), to_array(instead_of)))


def add(key: str, text: str, to: str) -> Written:
    """Store `text` under `key`, which completes what was typed since the draft `to`."""
    what = f"{len(text)} characters for {key}"
    return Written(
        what, keeping_script().put(to_array([(key, text)]), to_array([]), to_array([to]))
    )


def remove(keys: Iterable[str]) -> Written:
    """Remove these keys, all at once."""
    gone = list(keys)
    return Written(" and ".join(gone), keeping_script().put(to_array([]), to_array(gone)))


def early(form: Any) -> str:
    """Return the key of the draft of `form` that was begun before Python started, or ""."""
    return str(keeping_script().early(form))


def follow(form: Any, key: str) -> None:
    """Store what is typed into `form` with `key`, without Python; stop if `key` is empty."""
    keeping_script().follow(form, key)


def settle(key: str) -> None:
    """Declare the draft `key` complete, so that texts beside it are not needed."""
    keeping_script().settle(key)

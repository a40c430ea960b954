"""The browser's storage of texts by key, with errors if it is full or forbidden."""

from __future__ import annotations

import json
import re
from typing import Any

from clientforms.browser.runtime import JsException, error_name, window
from clientforms.errors import ClientFormsError

__all__ = ["Storage", "StorageError", "parse"]

_DEEPEST = 20
_STRING = re.compile(r'"(?:[^"\\]++|\\.)*+"')  # possessive: no backtracking in megabytes of text


class StorageError(ClientFormsError):
    """The browser did not store a text, because storage is `full` or else forbidden."""

    def __init__(self, message: str, *, full: bool) -> None:
        super().__init__(message)
        self.full = full


class Storage:
    """`localStorage`, shared by all pages of an origin, or `sessionStorage` of one tab."""

    def __init__(self, name: str = "localStorage") -> None:
        self._name = name

    def read(self, prefix: str = "") -> dict[str, str]:
        """Return the texts whose keys begin with `prefix`, none if storage is forbidden."""
        try:
            storage = self._storage()
            keys = [str(storage.key(place)) for place in range(storage.length)]
            found = {key: storage.getItem(key) for key in keys if key.startswith(prefix)}
        except (JsException, StorageError):
            return {}
        # Another tab may have removed one meanwhile.
        return {key: str(text) for key, text in found.items() if isinstance(text, str)}

    def write(self, key: str, text: str) -> None:
        """Store `text` under `key`. Raises StorageError if the browser refuses."""
        try:
            self._storage().setItem(key, text)
        except JsException as error:
            name = error_name(error)
            raise StorageError(
                f"{self._name} did not take {len(text)} characters for {key} ({name}).",
                full="Quota" in name or "QUOTA" in name,
            ) from error

    def remove(self, key: str) -> None:
        """Remove `key`, if it exists and storage is allowed."""
        try:
            self._storage().removeItem(key)
        except (JsException, StorageError):
            return  # it cannot be read either

    def _storage(self) -> Any:
        try:
            storage = getattr(window, self._name, None)
        except JsException as error:
            raise StorageError(
                f"{self._name} is forbidden here ({error_name(error)}).", full=False
            ) from error
        if not storage:  # null in some embedded browsers
            raise StorageError(f"There is no {self._name} here.", full=False)
        return storage


def parse(text: str) -> Any:
    """Return the data in untrusted JSON. Raises ValueError.

    Deeply nested data is refused, because parsing it would crash Pyodide.
    """
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", _STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > _DEEPEST:
            raise ValueError(f"The data is nested more than {_DEEPEST} times.")
    return json.loads(text)

"""Stores the outbox in IndexedDB, including files. All tabs share it, in order, and it survives a browser restart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from clientforms.browser.dom.local_storage import StorageError
from clientforms.browser.dom.scope import Scope
from clientforms.browser.outcome.value_tables import AllWords
from clientforms.browser.runtime import (
    JsException,
    error_name,
    plain_to_js,
    promise,
    to_array,
    window,
)
from clientforms.engine.data.to_words import Words

__all__ = ["Entry", "OutboxStorage", "new_key"]

_DATABASE = "clientforms-outbox"
_STORE = "entries"
_REFUSED = "The browser cannot store this ({name})."


@dataclass(frozen=True, slots=True)
class Entry:
    """A submission. `id` is its place in the order, 0 if it is not stored yet."""

    key: str
    """The idempotency key: it stays the same each time the entry is sent."""
    owner: str
    """The server's identifier of the user, empty if nobody was logged in."""
    address: str
    page: str
    """The URL of the page with the form."""
    about: str
    """The identifier of the form in that page."""
    title: str
    created: float
    """The creation time in milliseconds since 1970."""
    fields: tuple[tuple[str, Any], ...]
    """The posted fields: names, and values that are strings or JavaScript `File` objects."""
    post: Mapping[str, Mapping[str, list[str]]]
    """The POST data of each live form, by its name."""
    shown: tuple[tuple[str, str], ...]
    """Labels and values for the title."""
    heeded: bool = False
    """Whether the view is known to support idempotency keys."""
    state: str = "waiting"
    """`waiting`, `unsure` if the server may have received it, `refused`, or `editing` while a form contains it."""
    said: str = ""
    """The reason why it was refused."""
    code: str = ""
    errors: tuple[Any, ...] = field(default=())
    """The errors in the server's JSON."""
    id: int = 0
    words: AllWords = field(default_factory=dict)
    """The values for display, in words; empty in entries of earlier versions."""


class OutboxStorage:
    """The entries of all pages of this origin. Each method uses a separate transaction."""

    def __init__(self) -> None:
        self._database: Any = None

    async def entries(self) -> list[Entry]:
        """Return all entries in order, or an empty list if the browser denies access."""
        try:
            store = (await self._transaction("readonly")).objectStore(_STORE)
        except StorageError:
            return []
        asked = [store.getAllKeys(), store.getAll()]
        keys, values = [await _answer(each) for each in asked]
        found = [_read(int(key), value) for key, value in zip(keys, values, strict=True)]
        return [entry for entry in found if entry]

    async def add(self, entry: Entry) -> Entry:
        """Store a new entry at the end. Returns it with its `id`. Raises StorageError."""
        found = await self._change(lambda store: store.add(_written(entry)))
        return replace(entry, id=int(found))

    async def put(self, entry: Entry) -> None:
        """Store a changed entry in its place. Raises StorageError."""
        await self._change(lambda store: store.put(_written(entry), entry.id))

    async def remove(self, entry: Entry) -> None:
        """Delete an entry. Raises StorageError."""
        await self._change(lambda store: store.delete(entry.id))

    async def _change(self, ask: Any) -> Any:
        transaction = await self._transaction("readwrite")
        try:
            request = ask(transaction.objectStore(_STORE))
        except JsException as error:
            raise StorageError(_REFUSED.format(name=error_name(error)), full=False) from error

        def start(resolve: Any, reject: Any) -> None:
            transaction.oncomplete = resolve
            transaction.onabort = resolve

        event = await promise(start)
        if event.type != "complete":
            name = str(getattr(transaction.error, "name", "") or "AbortError")
            raise StorageError(_REFUSED.format(name=name), full="quota" in name.lower())
        return request.result

    async def _transaction(self, mode: str) -> Any:
        options = plain_to_js({"durability": "strict"})
        try:
            return (await self._open()).transaction(_STORE, mode, options)
        except JsException:
            self._database = None  # the browser closed it because the site's data was cleared
        try:
            return (await self._open()).transaction(_STORE, mode, options)
        except JsException as error:
            raise StorageError(_REFUSED.format(name=error_name(error)), full=False) from error

    async def _open(self) -> Any:
        if self._database is not None:
            return self._database
        try:
            request = window.indexedDB.open(_DATABASE, 1)
        except (AttributeError, JsException) as error:
            raise StorageError(_REFUSED.format(name="forbidden"), full=False) from error
        scope = Scope()

        def make(event: Any) -> None:
            request.result.createObjectStore(_STORE, plain_to_js({"autoIncrement": True}))

        def start(resolve: Any, reject: Any) -> None:
            request.onsuccess = resolve
            request.onerror = resolve

        scope.listen(request, "upgradeneeded", make)
        event = await promise(start)
        scope.end()
        if event.type != "success":
            name = str(getattr(request.error, "name", "") or "forbidden")
            raise StorageError(_REFUSED.format(name=name), full="quota" in name.lower())
        self._database = request.result
        return self._database


def new_key() -> str:
    """Return a new, random idempotency key."""
    numbers = window.Uint8Array.new(16)
    window.crypto.getRandomValues(numbers)
    return bytes(numbers.to_bytes()).hex()


async def _answer(request: Any) -> Any:
    def start(resolve: Any, reject: Any) -> None:
        request.onsuccess = resolve
        request.onerror = resolve

    if request.readyState != "done":
        await promise(start)
    return request.result


def _written(entry: Entry) -> Any:
    """Return the JavaScript object to store for an entry: its data as JSON, and its files."""
    files = [value for _, value in entry.fields if not isinstance(value, str)]
    fields = []
    for name, value in entry.fields:
        fields.append([name, value if isinstance(value, str) else None])
    texts = {**asdict(replace(entry, fields=())), "fields": fields}
    made = plain_to_js({"texts": json.dumps(texts)})
    made.files = to_array(files)
    return made


def _read(number: int, value: Any) -> Entry | None:
    """Return a stored entry, None if another version of this code wrote it in a different format."""
    try:
        texts = json.loads(str(value.texts))
        files = iter(list(value.files))
        fields = [
            (str(name), next(files) if text is None else text) for name, text in texts["fields"]
        ]
        tuples = {
            "fields": tuple(fields),
            "shown": tuple((label, said) for label, said in texts["shown"]),
            "errors": tuple(texts["errors"]),
            "words": {name: _words(said) for name, said in texts.get("words", {}).items()},
        }
        return Entry(**{**texts, **tuples, "id": number})
    except (AttributeError, KeyError, TypeError, ValueError, StopIteration):
        return None


def _words(stored: Any) -> list[Any]:
    """Return the words that were stored as lists and dicts."""
    return [
        _words(each) if isinstance(each, list) else Words(**{**each, "rows": _words(each["rows"])})
        for each in stored
    ]

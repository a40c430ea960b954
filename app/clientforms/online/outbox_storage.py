"""Stores the outbox in IndexedDB, files too: in order, for all tabs, and beyond a restart of the browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from clientforms.browser.dom.local_storage import StorageError
from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import (
    JsException,
    error_name,
    plain_to_js,
    promise,
    to_array,
    window,
)

__all__ = ["Entry", "OutboxStorage", "new_key"]

_DATABASE = "clientforms-outbox"
_STORE = "entries"
_REFUSED = "The browser does not keep it ({name})."


@dataclass(frozen=True, slots=True)
class Entry:
    """One submission. `id` is its place in the order; 0 is none yet."""

    key: str
    """What the server calls it: the same however often it is sent."""
    owner: str
    """Whose it is, as the server named the user; empty for nobody in particular."""
    address: str
    page: str
    """The address of the page with its form."""
    about: str
    """Which form of that page."""
    title: str
    created: float
    """Milliseconds since 1970."""
    fields: tuple[tuple[str, Any], ...]
    """What is posted: names and texts, or files of JavaScript."""
    post: Mapping[str, Mapping[str, list[str]]]
    """What each live form would post, by its name."""
    shown: tuple[tuple[str, str], ...]
    """Labels and values for people."""
    heeded: bool = False
    """Whether the server is known to save it once, however often it comes."""
    state: str = "waiting"
    """`waiting`; `unsure` if it may have arrived; `refused`; `editing` while it is in a form."""
    said: str = ""
    """Why it was refused."""
    code: str = ""
    errors: tuple[Any, ...] = field(default=())
    """What the server found, as its JSON has it."""
    id: int = 0


class OutboxStorage:
    """The entries of all pages of this server. Each method is a transaction of its own."""

    def __init__(self) -> None:
        self._database: Any = None

    async def entries(self) -> list[Entry]:
        """Return all entries in their order, none if the browser forbids it."""
        try:
            store = (await self._transaction("readonly")).objectStore(_STORE)
        except StorageError:
            return []
        asked = [store.getAllKeys(), store.getAll()]
        keys, values = [await _answer(each) for each in asked]
        found = [_read(int(key), value) for key, value in zip(keys, values, strict=True)]
        return [entry for entry in found if entry]

    async def add(self, entry: Entry) -> Entry:
        """Store a new entry at the end, and return it with its `id`. Raises StorageError."""
        found = await self._change(lambda store: store.add(_written(entry)))
        return replace(entry, id=int(found))

    async def put(self, entry: Entry) -> None:
        """Store an entry in its place. Raises StorageError."""
        await self._change(lambda store: store.put(_written(entry), entry.id))

    async def remove(self, entry: Entry) -> None:
        """Forget an entry. Raises StorageError."""
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
            self._database = None  # the browser closed it: what the site stored was cleared
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
    """Return a key that nobody can guess."""
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
    """Return an entry as the database has it: its texts as JSON, and its files."""
    files = [value for _, value in entry.fields if not isinstance(value, str)]
    fields = []
    for name, value in entry.fields:
        fields.append([name, value if isinstance(value, str) else None])
    texts = {**asdict(replace(entry, fields=())), "fields": fields}
    made = plain_to_js({"texts": json.dumps(texts)})
    made.files = to_array(files)
    return made


def _read(number: int, value: Any) -> Entry | None:
    """Return an entry, None if a later version of this code wrote something else."""
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
        }
        return Entry(**{**texts, **tuples, "id": number})
    except (AttributeError, KeyError, TypeError, ValueError, StopIteration):
        return None

"""The POST data of all rows, as Django's forms read it, updated when rows change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from clientforms.engine.post.control_names import to_posted
from clientforms.engine.post.query_dict import query_dict
from clientforms.engine.rows.files import as_posted
from clientforms.engine.rows.row import Row

__all__ = ["HeldData"]


@dataclass(frozen=True, slots=True)
class _Part:
    """One row's part of the data: its prefix and its names."""

    prefix: str | None
    locals: tuple[str, ...]
    names: tuple[str, ...]
    file_names: tuple[str, ...]


class _QueryDict(QueryDict):
    """A QueryDict with a faster `get()`, which each field calls several times."""

    def get(self, key: Any, default: Any = None) -> Any:
        values = dict.get(self, key)
        return values[-1] if values else default


class HeldData:
    """One QueryDict and one dictionary of files for the lifetime of the rows.

    A form keeps a reference to its data. As these objects are never replaced, forms of unchanged
    rows see the present data of changed ones.
    """

    def __init__(self) -> None:
        self.data: QueryDict = query_dict({}, _QueryDict)
        self.files: MultiValueDict[str, Any] = MultiValueDict()
        self._parts: dict[Row, _Part] = {}
        self._outdated: dict[Row, None] = {}
        self._management: Mapping[str, str] = {}
        self._moved = True

    def outdated(self, row: Row) -> None:
        """Note that the row's values or files changed."""
        self._outdated[row] = None

    def moved(self) -> None:
        """Note that rows were added, removed or renumbered."""
        self._moved = True

    def is_current(self) -> bool:
        """Return whether nothing changed or moved since `follow()`."""
        return not (self._moved or self._outdated)

    def follow(
        self,
        rows: Sequence[Row],
        prefix_of: Callable[[int], str | None],
        management: Mapping[str, str],
    ) -> None:
        """Update the data. `management` has the management form's names and values."""
        if self._moved:
            self._follow_places(rows, prefix_of)
            self._moved = False
        for row in self._outdated:
            if part := self._parts.get(row):
                if part.locals == tuple(row.values) and not (part.file_names or row.files):
                    for name, values in zip(part.names, row.values.values(), strict=True):
                        dict.__setitem__(self.data, name, values[:])  # see `_set()`
                    continue
                self._take_out(part)
                self._put_in(row, part.prefix)
        self._outdated.clear()
        if management != self._management:
            for name in self._management.keys() - management.keys():
                dict.pop(self.data, name, None)
            self._management = dict(management)
            for name, value in management.items():
                self._set(name, [value])

    def _follow_places(self, rows: Sequence[Row], prefix_of: Callable[[int], str | None]) -> None:
        places = {row: prefix_of(index) for index, row in enumerate(rows)}
        for row, part in list(self._parts.items()):
            if row not in places or places[row] != part.prefix:
                self._take_out(part)
                del self._parts[row]
        for row, prefix in places.items():
            if row not in self._parts:
                self._put_in(row, prefix)
                self._outdated.pop(row, None)

    def _take_out(self, part: _Part) -> None:
        for name in part.names:
            dict.pop(self.data, name, None)
        for name in part.file_names:
            self.files.pop(name, None)

    def _put_in(self, row: Row, prefix: str | None) -> None:
        names, file_names = [], []
        for local, values in row.values.items():
            name = to_posted(local, prefix)
            self._set(name, list(values))
            names.append(name)
        for local, chosen in row.files.items():
            name = to_posted(local, prefix)
            self.files.setlist(name, [as_posted(file) for file in chosen])
            file_names.append(name)
        self._parts[row] = _Part(prefix, tuple(row.values), tuple(names), tuple(file_names))

    def _set(self, name: str, values: list[str]) -> None:
        # Like request.POST, the QueryDict is immutable.
        dict.__setitem__(self.data, name, values)

"""The POST that rows make up, as Django's forms read it: kept, and fixed where rows changed."""

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
    """What one row has in the whole: under which prefix, and which names."""

    prefix: str | None
    locals: tuple[str, ...]
    names: tuple[str, ...]
    file_names: tuple[str, ...]


class _QueryDict(QueryDict):
    """Gives the last value of a name in one step: fields ask for theirs several times each."""

    def get(self, key: Any, default: Any = None) -> Any:
        values = dict.get(self, key)
        return values[-1] if values else default


class HeldData:
    """One QueryDict and one dictionary of files, whatever becomes of the rows.

    A form keeps the data that it was made with. As these are always the same objects, the forms
    of rows that did not change tell the truth about those that did.
    """

    def __init__(self) -> None:
        self.data: QueryDict = query_dict({}, _QueryDict)
        self.files: MultiValueDict[str, Any] = MultiValueDict()
        self._parts: dict[Row, _Part] = {}
        self._outdated: dict[Row, None] = {}
        self._management: Mapping[str, str] = {}
        self._moved = True

    def outdated(self, row: Row) -> None:
        """Take note that the row holds something else."""
        self._outdated[row] = None

    def moved(self) -> None:
        """Take note that rows came, went, or have other numbers."""
        self._moved = True

    def is_current(self) -> bool:
        """Return whether the data is what the rows hold: none is another, or elsewhere, since `follow()`."""
        return not (self._moved or self._outdated)

    def follow(
        self,
        rows: Sequence[Row],
        prefix_of: Callable[[int], str | None],
        management: Mapping[str, str],
    ) -> None:
        """Bring the data up to date: `management` are the management form's names and values."""
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
        # As request.POST, the QueryDict is closed to everybody else.
        dict.__setitem__(self.data, name, values)

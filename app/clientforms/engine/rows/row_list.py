"""The rows of a live form or formset: their places, and which of them have work pending.

With this, a change costs the same among a thousand rows as in a single one.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice

from clientforms.engine.rows.row import Row
from clientforms.errors import UserCodeError

__all__ = ["Rows"]


class Rows(list[Row]):
    """Rows in the order of their numbers. Only `put()` changes which there are."""

    def __init__(self) -> None:
        super().__init__()
        self.places: dict[str, int] = {}
        """The rows' numbers by key; read only."""
        self._waiting: dict[Row, None] = {}
        self._news: dict[Row, None] = {}
        self._urgent: dict[Row, None] = {}
        self._failed: dict[Row, None] = {}
        self._just_cleaned: dict[Row, None] = {}
        self._touched: Row | None = None
        self.initial_count = 0
        """How many rows at the start are initial ones."""
        self.arrangement = 0
        """A counter that increases whenever rows are added, removed or moved."""

    def put(self, rows: Iterable[Row]) -> None:
        """Replace the rows. New ones wait to be cleaned."""
        before = self.places
        self.arrangement += 1
        self._just_cleaned = {}
        self[:] = rows
        self.places = {row.key: index for index, row in enumerate(self)}
        for row in self:
            if row.key not in before:
                self.arrived(row)
        if before.keys() - self.places.keys():
            for states in (self._waiting, self._news, self._urgent, self._failed):
                for row in [row for row in states if row.key not in self.places]:
                    del states[row]

    def place(self, key: str) -> int | None:
        """Return the number of the row with this key, None if there is none."""
        return self.places.get(key)

    def place_of(self, row: Row) -> int:
        """Return the number of a row in the list."""
        return self.places[row.key]

    def arrived(self, row: Row) -> None:
        """Note that the page knows nothing of the row but its HTML."""
        row.changed()
        self._failed.pop(row, None)
        self._waiting[row] = self._news[row] = None

    def changed(self, row: Row) -> None:
        """Note that the row's form is out of date."""
        self.arrived(row)
        self._urgent[row] = None

    def to_tell(self, row: Row) -> None:
        """Note that what is shown of the row may change."""
        self._news[row] = self._urgent[row] = None

    def cleaned(self, row: Row, failure: UserCodeError | None) -> None:
        """Note that the row was cleaned."""
        self._waiting.pop(row, None)
        self._just_cleaned[row] = None
        row.failure = failure
        if failure is not None:
            self._failed[row] = None

    def just_cleaned(self) -> dict[Row, None]:
        """Return the rows that were cleaned since the last call of this method or of `put()`."""
        rows, self._just_cleaned = self._just_cleaned, {}
        return rows

    def waiting(self, limit: int | None = None) -> list[tuple[int, Row]]:
        """Return the numbers and rows that wait to be cleaned, in order."""
        if not self._waiting:
            return []
        found = ((self.places[row.key], row) for row in self._waiting if row.key in self.places)
        if limit is None:
            return sorted(found, key=lambda numbered_row: numbered_row[0])
        return list(islice(found, limit))

    def waits(self, row: Row) -> bool:
        """Return whether the row waits to be cleaned."""
        return row in self._waiting

    def are_touched(self) -> bool:
        """Return whether any row is touched or shows all its errors."""
        last = self._touched
        if last is None or last.key not in self.places or not (last.touched or last.show_all):
            self._touched = next((row for row in self if row.touched or row.show_all), None)
        return self._touched is not None

    def failed(self) -> list[Row]:
        """Return the rows whose form's code raised an exception."""
        return list(self._failed)

    def failures(self) -> list[UserCodeError]:
        """Return the exceptions that the code of rows' forms raised, in order."""
        if not self._failed:
            return []
        rows = sorted(self._failed, key=self.place_of)
        return [row.failure for row in rows if row.failure]

    def urgent(self) -> list[Row]:
        """Return the rows that were acted upon, in order, and forget them."""
        rows, self._urgent = self._urgent, {}
        return sorted((row for row in rows if row.key in self.places), key=self.place_of)

    def news(self) -> list[Row]:
        """Return the rows that may have something to report, in order, and forget them."""
        rows, self._news = self._news, {}
        self._urgent.clear()
        return sorted((row for row in rows if row.key in self.places), key=self.place_of)

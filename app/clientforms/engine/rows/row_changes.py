"""Passes on that a row's values changed."""

from __future__ import annotations

from clientforms.engine.rows.post_data import HeldData
from clientforms.engine.rows.row import Row
from clientforms.engine.rows.row_list import Rows

__all__ = ["RowChanges"]


class RowChanges:
    """Notifies `rows` and `held_data`, the POST data of all rows, when a row changes."""

    def __init__(self, rows: Rows, held_data: HeldData) -> None:
        self.rows = rows
        self._held_data = held_data

    def changed(self, row: Row, *, keep_added: bool = False) -> None:
        """Note that the values of `row`, or the errors of its controls, changed.

        `keep_added` keeps errors that a script or a server added to the formset as a whole.
        """
        self.rows.changed(row)
        self._held_data.outdated(row)

    def start_over_in_the_page(self, row: Row) -> None:
        """Forget what the page shows of `row` and of the formsets in it."""
        row.start_over_in_the_page()
        for inner in row.nested.values():
            inner.start_over_in_the_page()

"""Who has to know that a row holds something else."""

from __future__ import annotations

from clientforms.engine.rows.post_data import HeldData
from clientforms.engine.rows.row import Row
from clientforms.engine.rows.row_list import Rows

__all__ = ["RowChanges"]


class RowChanges:
    """Tells `rows`, and `held_data`, which has what all of them post, of changes in one."""

    def __init__(self, rows: Rows, held_data: HeldData) -> None:
        self.rows = rows
        self._held_data = held_data

    def changed(self, row: Row, *, keep_added: bool = False) -> None:
        """Take note that `row` holds something else, or that the page says more of its controls.

        With `keep_added`, what a script or a server said of the whole stays.
        """
        self.rows.changed(row)
        self._held_data.outdated(row)

    def start_over_in_the_page(self, row: Row) -> None:
        """Say that the page shows nothing of `row`, and of the formsets in it."""
        row.start_over_in_the_page()
        for inner in row.nested.values():
            inner.start_over_in_the_page()

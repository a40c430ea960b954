"""Notice rows that other scripts add to the page, remove or replace.

The page's own patches are recognised by their result: a row that is in the place where the
binding expects it was not changed by another script.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from clientforms.browser.dom.form_controls import controls_in
from clientforms.browser.dom.scope import Scope
from clientforms.browser.rows.row_views import RowViews
from clientforms.browser.runtime import plain_to_js, to_array
from clientforms.engine.post.control_names import number_in

__all__ = ["ForeignRowObserver", "Owner"]


class Owner(Protocol):
    """The formset that is notified."""

    @property
    def prefix(self) -> str:
        """The formset's prefix at this moment."""

    def row_came(self, element: Any, number: int) -> None:
        """Handle a new row whose names contain `number`."""

    def row_gone(self, key: str) -> None:
        """Handle a row whose element was removed."""

    def row_replaced(self, key: str, element: Any) -> None:
        """Handle a row whose element was replaced by another one with the same names."""


class ForeignRowObserver:
    """Watches the children of the elements that contain one formset's rows."""

    def __init__(self, parents: Sequence[Any], views: RowViews, owner: Owner) -> None:
        self._parents = list(parents)
        self._views = views
        self._owner = owner
        self._observer: Any = None

    def start(self, scope: Scope) -> None:
        """Watch until `scope` ends."""
        first, *others = self._parents
        self._observer = scope.observe(first, lambda records, _: self._read(records))
        for other in others:
            self._observer.observe(other, plain_to_js({"childList": True}))

    def look(self) -> None:
        """Handle changes in the running task that were not reported yet."""
        self._read(self._observer.takeRecords())

    def _read(self, records: Any) -> None:
        came: list[tuple[Any, int]] = []
        gone: dict[str, int | None] = {}  # by the row's key, the number in its names
        for node, key in self._views.strangers(to_array(self._parents), records):
            number = self._number_of(node)
            if key is not None:
                gone[key] = number
            elif number is not None:
                came.append((node, number))
        for key, number in gone.items():
            replacement = next((row for row in came if row[1] == number), None)
            if replacement:
                came.remove(replacement)
                self._owner.row_replaced(key, replacement[0])
            else:
                self._owner.row_gone(key)
        for element, number in came:
            self._owner.row_came(element, number)

    def _number_of(self, node: Any) -> int | None:
        """Return the number in the names of the controls in `node`, None if there is none."""
        if node.nodeType != 1:
            return None
        for control in controls_in(node):
            number = number_in(str(control.name), self._owner.prefix)
            if number is not None:
                return number
        return None

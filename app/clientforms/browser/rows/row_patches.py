"""Show changes of rows and their fields.

Errors and editing states are shown in all plain rows by one call. A row is not plain if it has
controls outside, or its template shows errors in its own way: then its view shows them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from clientforms.browser.dom.outside_controls import Elsewhere
from clientforms.browser.rows.error_slots import Slot
from clientforms.browser.rows.field_visibility import show_choices, show_state
from clientforms.browser.rows.row_values import RowValues
from clientforms.browser.rows.row_views import Names, RowViews, alike
from clientforms.changes import (
    EditingChanged,
    FieldChoicesChanged,
    FieldErrorsChanged,
    FieldStateChanged,
    NonFieldErrorsChanged,
)
from clientforms.engine.live.live_forms import LiveForms

__all__ = ["RowPatches"]

RowChange = TypeVar("RowChange", EditingChanged, FieldErrorsChanged)


class RowPatches:
    """Shows changes in the rows `views` of one binding."""

    def __init__(
        self,
        live: LiveForms,
        views: RowViews,
        values: RowValues,
        elsewhere: Elsewhere,
        slots: Callable[[], Mapping[str, Slot]],
    ) -> None:
        self._live = live
        self._views = views
        self._values = values
        self._elsewhere = elsewhere
        self._slots = slots

    def show_field_errors(self, changes: Iterable[Any]) -> None:
        """Show the errors of fields."""
        slots, outside = self._slots(), self._elsewhere.controls(None)
        plain = {name: slot for name, slot in slots.items() if slot.is_plain}
        together: list[FieldErrorsChanged] = []
        for change in changes:
            if outside or (change.field in slots and change.field not in plain):
                self._views[change.key].show_field_errors(change)
            else:
                together.append(change)
        for names, group in self._alike(together):
            self._views.show_errors(names, plain, group)

    def show_editing(self, changes: Iterable[EditingChanged]) -> None:
        """Set the classes of touched and changed fields and rows."""
        for names, group in self._alike(changes):
            self._views.show_editing(names, group, self._elsewhere.controls(None))

    def _alike(
        self, changes: Iterable[RowChange]
    ) -> list[tuple[Names, list[tuple[str | None, RowChange]]]]:
        """Group changes by the names in their rows, each with the row's prefix."""
        changes = list(changes)
        told = self._live.contents_of(change.key for change in changes)
        return alike(
            (names, (prefix, change))
            for change, (_, prefix, names, *_) in zip(changes, told, strict=True)
        )

    def show_top_errors(self, change: NonFieldErrorsChanged) -> None:
        """Show the errors of a row as a whole."""
        self._views[change.key].show_top_errors(change.html, change.messages)

    def show_state(self, change: FieldStateChanged) -> None:
        """Show or hide a field, and enable or disable it."""
        view = self._views[change.key]
        show_state(change, view.field_controls(change.field), view.element)

    def show_choices(self, change: FieldChoicesChanged) -> None:
        """Replace a field's choices. The value that it then posts is read from the page."""
        view = self._views[change.key]
        show_choices(change.html, view.field_controls(change.field), view.element)
        self._values.doubt(change.key)

    def show_note(self, key: str, field: str | None, text: str, kind: str = "") -> None:
        """Show `text` at a field or the row, replacing the last note of this kind."""
        if view := self._views.get(key):
            controls = view.field_controls(field) if field else []
            view.show_note((field, kind), text, controls[-1] if controls else None)

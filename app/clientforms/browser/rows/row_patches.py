"""What the engine says of rows, brought to all of them in one call where their rows are plain.

A row is not where controls stand outside it, or a template shows errors in a way of its own:
then its view does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from clientforms.browser.dom.outside_controls import Elsewhere
from clientforms.browser.rows.error_slots import Slot
from clientforms.browser.rows.row_views import Names, RowViews
from clientforms.changes import EditingChanged, FieldErrorsChanged
from clientforms.engine.live.live_forms import LiveForms

__all__ = ["ManyRows"]


class ManyRows:
    """Patches the rows `views` of one binding."""

    def __init__(
        self,
        live: LiveForms,
        views: RowViews,
        elsewhere: Elsewhere,
        slots: Callable[[], Mapping[str, Slot]],
    ) -> None:
        self._live = live
        self._views = views
        self._elsewhere = elsewhere
        self._slots = slots

    def show_field_errors(self, changes: Iterable[Any]) -> None:
        """Show what each FieldErrorsChanged in `changes` says."""
        slots, outside = self._slots(), self._elsewhere.controls(None)
        plain = {name: slot for name, slot in slots.items() if slot.is_plain}
        alike: dict[Names, list[tuple[str | None, FieldErrorsChanged]]] = {}
        for change in changes:
            if outside or (change.field in slots and change.field not in plain):
                self._views[change.key].show_field_errors(change)
            else:
                prefix, names = self._live.names_of(change.key)
                alike.setdefault(tuple(names), []).append((prefix, change))
        for names_alike, group in alike.items():
            self._views.show_errors(names_alike, plain, group)

    def show_editing(self, changes: Iterable[EditingChanged]) -> None:
        """Give fields and rows the classes that say what was touched and what was changed."""
        alike: dict[Names, list[tuple[str | None, EditingChanged]]] = {}
        for change in changes:
            prefix, names = self._live.names_of(change.key)
            alike.setdefault(tuple(names), []).append((prefix, change))
        for names_alike, group in alike.items():
            self._views.show_editing(names_alike, group, self._elsewhere.controls(None))

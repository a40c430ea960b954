"""What the engine says of rows, brought to all of them in one call where their rows are plain.

A row is not where controls stand outside it, or a template shows errors in a way of its own:
then its view does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import Any

from clientforms.browser.dom.form_controls import set_values
from clientforms.browser.dom.outside_controls import Elsewhere
from clientforms.browser.rows.error_slots import Slot
from clientforms.browser.rows.row_views import Given, Names, RowViews
from clientforms.changes import EditingChanged, FieldErrorsChanged
from clientforms.engine.live.live_forms import LiveForms
from clientforms.engine.post.control_names import to_posted

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
                view = self._views[change.key]
                view.show_field_errors(change, partial(self._live.field_of, change.key))
            else:
                prefix, names = self._live.names_of(change.key)
                alike.setdefault(tuple(names), []).append((prefix, change))
        for each, group in alike.items():
            self._views.show_errors(each, plain, group)

    def show_editing(self, changes: Iterable[EditingChanged]) -> None:
        """Give fields and rows the classes that say what was touched and what was changed."""
        alike: dict[Names, list[tuple[str | None, EditingChanged]]] = {}
        for change in changes:
            prefix, names = self._live.names_of(change.key)
            alike.setdefault(tuple(names), []).append((prefix, change))
        for each, group in alike.items():
            self._views.show_editing(each, group, self._elsewhere.controls(None))

    def hold(self, keys: Iterable[str]) -> list[str]:
        """Let rows post what the engine holds of them; return the keys of those that do not."""
        if self._elsewhere.controls(None):
            return [key for key in keys if self._hold_here_and_there(key)]
        alike: dict[Names, list[Given]] = {}
        for key in keys:
            prefix, names = self._live.names_of(key)
            given = key, prefix, self._live.held_by(key), self._live.unread_in(key)
            alike.setdefault(tuple(names), []).append(given)
        found: list[str] = []
        for each, rows in alike.items():
            found += self._views.set_values(each, rows)
        return found

    def _hold_here_and_there(self, key: str) -> bool:
        prefix = self._live.names_of(key)[0]
        held = {to_posted(name, prefix): each for name, each in self._live.held_by(key).items()}
        controls = self._views[key].controls()
        set_values([each for each in controls if self._live.field_of(key, each.name)], held)
        return True

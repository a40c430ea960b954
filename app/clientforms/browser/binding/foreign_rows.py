"""Follow other scripts that add rows to a formset, remove or replace them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from clientforms.browser.binding.foreign_events import ForeignEvents
from clientforms.browser.binding.foreign_row_observer import ForeignRowObserver
from clientforms.browser.binding.nested_bindings import NestedBindings
from clientforms.browser.binding.row_elements import RowElements
from clientforms.browser.dom import author_messages, formset_markup
from clientforms.browser.dom.form_controls import controls_in, posted_values
from clientforms.browser.dom.pressed_pointer import pressed_pointer
from clientforms.browser.dom.renaming import rename_rows
from clientforms.browser.dom.scope import Scope
from clientforms.browser.rows.row_values import RowValues
from clientforms.browser.rows.row_view import RowView
from clientforms.browser.rows.row_views import RowViews
from clientforms.engine import ClientFormSet
from clientforms.errors import LimitError

__all__ = ["ForeignRows"]

_FOLLOWING = 4  # Node.DOCUMENT_POSITION_FOLLOWING
_ARRIVING = "clientforms-arriving"
"""The prefix of a row's names until it gets a number."""


class ForeignRows:
    """Follows what other scripts do to the rows of one formset."""

    def __init__(
        self,
        container: Any,
        live: ClientFormSet,
        views: RowViews,
        values: RowValues,
        nested: NestedBindings[Any],
        rows: RowElements,
        scope: Scope,
    ) -> None:
        self._container = container
        self._live = live
        self._views = views
        self._values = values
        self._nested = nested
        self._rows = rows
        self._scope = scope
        self._observer: ForeignRowObserver | None = None
        self._arriving: Any = None  # the element of the row that is being added
        self._events = ForeignEvents(self)

    def start(self) -> None:
        """Follow other scripts until the scope ends. Call it when the rows are in place."""
        self._observer = ForeignRowObserver(self._rows.places.parents, self._views, self)
        self._observer.start(self._scope)
        if not self._container.matches(formset_markup.NESTED):
            self._events.listen(self._scope)

    def look(self) -> None:
        """Follow what other scripts did in the running task."""
        if self._observer:
            self._observer.look()

    def adopt(self, key: str, index: int) -> Any | None:
        """Return the element of the new row `key` if another script added it, prepared like ours."""
        row = self._arriving
        if row:
            rename_rows([(row, _ARRIVING, self._live.prefix_of(index))])
            self._values.take_over_files(self._dress(key, row))
        return row

    def was_told(self, target: Any, name: str) -> bool:
        """Return, once, whether another script fired the event `name` about the row `target`."""
        return self._events.was_told(target, name)

    def own_event(self) -> AbstractContextManager[None]:
        """Mark events fired in a block as our own."""
        return self._events.own()

    # Called by the observer

    @property
    def prefix(self) -> str:
        """The formset's prefix, which changes if the formset is nested and its row is renumbered."""
        return str(self._live.prefix)

    def row_came(self, element: Any, number: int) -> None:
        """Add a form for another script's row, or show an error beyond `absolute_max`."""
        pressed_pointer.bring_in_step()
        prefix = self._live.prefix_of(number)
        posted = posted_values(controls_in(element))
        rename_rows([(element, prefix, _ARRIVING)])  # another row may have those names, or get them
        self._arriving = element
        try:
            self._live.in_page.adopt(self._number_at(element), posted, prefix)
            pressed_pointer.bring_in_step()  # the page has moved already, so show it at once
        except LimitError as error:
            rename_rows([(element, _ARRIVING, prefix)])
            self._say(str(error))
        finally:
            self._arriving = None

    def row_gone(self, key: str) -> None:
        """Remove an extra row, or mark an initial row for deletion, because it has to be posted."""
        pressed_pointer.bring_in_step()
        if key not in self._views:
            return  # a waiting change removed it, too
        index = self._live.keys.index(key)
        if index >= self._live.initial_form_count():
            with self._events.row_gone():
                self._live.in_page.discard(key)
            return
        self._rows.put_in_place(key, self._views[key].element)
        try:
            self._live.remove_form(index)
        except LimitError as error:
            self._say(str(error))

    def row_replaced(self, key: str, element: Any) -> None:
        """Use another element for the same row."""
        pressed_pointer.bring_in_step()
        if key not in self._views:
            return
        self._nested.end(key)
        self._dress(key, element)
        self._rows.hide_deletions([key])
        self._live.show_again(key)
        self._values.take_over(self._views.put(key, element))
        self._nested.start(key, element)
        self._rows.show_moves()
        self._live.refresh()

    # Private

    def _say(self, said: str) -> None:
        show = partial(author_messages.show_message, self._container, said, name="rows")
        pressed_pointer.after(self._scope, show)

    def _dress(self, key: str, row: Any) -> RowView:
        """Make another script's element a row like the others."""
        row.setAttribute("data-formset-row", "")
        row.setAttribute("data-key", key)
        row.removeAttribute("data-formset-deleted")
        if not formset_markup.brings_buttons(self._container):
            formset_markup.add_row_actions([row], ordered=self._rows.is_ordered)
        view = self._views.put(key, row)
        self._nested.prepare(key, row)
        view.forget_errors()
        return view

    def _number_at(self, element: Any) -> int:
        """Return the number for a row at `element`, after the extra rows before it."""
        first = self._live.initial_form_count()
        if self._rows.places.is_divided:
            pairs = [(key, self._views[key].element) for key in self._live.keys]
            before = {key for key, row in pairs if _precedes(row, element)}
        else:
            before = {str(row.getAttribute("data-key")) for row in _siblings_before(element)}
        return first + len(before & set(self._live.keys[first:]))


def _precedes(element: Any, other: Any) -> bool:
    return bool(element.compareDocumentPosition(other) & _FOLLOWING)


def _siblings_before(element: Any) -> Iterator[Any]:
    sibling = element.previousElementSibling
    while sibling:
        yield sibling
        sibling = sibling.previousElementSibling

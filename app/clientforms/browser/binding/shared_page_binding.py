"""A formset's binding in a page that is not ours alone: rows of other scripts are taken in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from clientforms.browser.binding.foreign_events import ForeignEvents
from clientforms.browser.binding.foreign_rows import ForeignRows
from clientforms.browser.binding.formset_binding import FormSetBinding
from clientforms.browser.dom import author_messages, formset_markup
from clientforms.browser.dom.form_controls import controls_in, posted_values
from clientforms.browser.dom.pressed_pointer import pressed_pointer
from clientforms.browser.dom.renaming import rename_rows
from clientforms.engine import ClientFormSet
from clientforms.errors import LimitError

__all__ = ["AdoptingFormSetBinding"]

_FOLLOWING = 4  # Node.DOCUMENT_POSITION_FOLLOWING
_ARRIVING = "clientforms-arriving"
"""The prefix in a row's names until it has a number."""


class AdoptingFormSetBinding(FormSetBinding):
    """Binds a ClientFormSet to a container, and follows what others do to the rows there."""

    def __init__(self, container: Any, live: ClientFormSet) -> None:
        super().__init__(container, live)
        self._foreign: ForeignRows | None = None
        self._adopted: Any = None  # the element of a row that is being taken in
        self._events = ForeignEvents(self)

    def mount(self) -> None:
        super().mount()
        self._foreign = ForeignRows(self._places.parents, self._views, self)
        self._foreign.start(self.scope)
        if not self.container.matches(formset_markup.NESTED):
            self._events.listen(self.scope)

    @property
    def prefix(self) -> str:
        """The formset's prefix: a formset inside a row gets another when the row does."""
        return str(self.live.prefix)

    def take_in_rows(self) -> None:
        if self._foreign:
            self._foreign.look()

    def row_came(self, element: Any, number: int) -> None:
        """Make a form of another script's row; past `absolute_max` say that it cannot be one."""
        prefix = self.live.prefix_of(number)
        posted = posted_values(controls_in(element))
        rename_rows([(element, prefix, _ARRIVING)])  # another row may have that name, or get it
        self._adopted = element
        try:
            self.live.adopt(self._number_at(element), posted, prefix)
        except LimitError as error:
            rename_rows([(element, _ARRIVING, prefix)])
            self._say(str(error))
        finally:
            self._adopted = None

    def row_gone(self, key: str) -> None:
        """Let an extra row go. One with initial data has to be posted: it is marked instead."""
        index = self.live.keys.index(key)
        if index >= self.live.initial_form_count():
            with self._events.row_gone():
                self.live.discard(key)
            return
        self._put_in_place(key, self._views[key].element)
        try:
            self.live.remove_form(index)
        except LimitError as error:
            self._say(str(error))

    def _say(self, said: str) -> None:
        show = partial(author_messages.show_message, self.container, said, name="rows")
        pressed_pointer.after(self.scope, show)

    def row_replaced(self, key: str, element: Any) -> None:
        """Go on with another element for the same row."""
        self._nested.end(key)
        self._dress(key, element)
        self._hide_deletions([key])
        self.live.show_again(key)
        self.take_over_view(key, element)
        self._nested.start(key, element)
        self._show_moves()
        self.live.refresh()

    def dispatch(self, target: Any, name: str, detail: Mapping[str, Any] | None = None) -> None:
        if not self._events.was_told(target, name):
            with self._events.own():
                super().dispatch(target, name, detail)

    def _place_row(self, key: str, index: int, html: str) -> Any:
        if not self._adopted:
            return super()._place_row(key, index, html)
        rename_rows([(self._adopted, _ARRIVING, self.live.prefix_of(index))])
        self._dress(key, self._adopted)
        self.uploads.take_all(self._views[key])
        self._corrected = True
        return self._adopted

    def _dress(self, key: str, row: Any) -> None:
        """Make another script's element a row like the others."""
        row.setAttribute("data-formset-row", "")
        row.setAttribute("data-key", key)
        row.removeAttribute("data-formset-deleted")
        if not formset_markup.brings_buttons(self.container):
            formset_markup.add_row_actions([row], ordered=self._ordered)
        view = self.add_view(key, row)
        self._nested.prepare(key, row)
        view.forget_errors()

    def _number_at(self, element: Any) -> int:
        """Return the number that a row at `element` gets: behind the extra rows before it."""
        first = self.live.initial_form_count()
        if self._places.is_divided:
            pairs = [(key, self._views[key].element) for key in self.live.keys]
            before = {key for key, each in pairs if _precedes(each, element)}
        else:
            before = {str(each.getAttribute("data-key")) for each in _siblings_before(element)}
        return first + len(before & set(self.live.keys[first:]))


def _precedes(element: Any, other: Any) -> bool:
    return bool(element.compareDocumentPosition(other) & _FOLLOWING)


def _siblings_before(element: Any) -> Iterator[Any]:
    sibling = element.previousElementSibling
    while sibling:
        yield sibling
        sibling = sibling.previousElementSibling

"""Add, remove, replace, renumber and move the elements of a formset's rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from clientforms.browser.binding.nested_bindings import NestedBindings
from clientforms.browser.binding.row_announcements import RowAnnouncements
from clientforms.browser.dom import formset_markup
from clientforms.browser.dom.outside_controls import Elsewhere, with_labels
from clientforms.browser.dom.scope import Scope
from clientforms.browser.rows.error_slots import Slot, error_selectors
from clientforms.browser.rows.removed_rows import say_goodbye
from clientforms.browser.rows.row_buttons import (
    barred_moves,
    show_deletion,
    show_limits,
    show_remove_all,
)
from clientforms.browser.rows.row_copies import RowCopies
from clientforms.browser.rows.row_markup import group_rows
from clientforms.browser.rows.row_parents import RowPlaces, empty_place
from clientforms.browser.rows.row_values import RowValues
from clientforms.browser.rows.row_views import RowViews
from clientforms.browser.runtime import css_escape, document
from clientforms.changes import (
    FormAdded,
    FormDeletionChanged,
    FormMoved,
    FormRemoved,
    FormRenumbered,
    FormReplaced,
    LimitsChanged,
    OrderChanged,
)
from clientforms.engine import ClientFormSet
from clientforms.engine.html.row_html import rows_html
from clientforms.engine.html.row_names import row_name

__all__ = ["RowElements"]


class RowElements:
    """The elements of one formset's rows, whose views are `views`.

    `adopt` returns the element of a new row, by key and index, if another script added it, else
    None. `show_handles` shows the drag handles in an element.
    """

    places: RowPlaces
    """The places of rows, set by `settle_in()`."""

    def __init__(
        self,
        container: Any,
        live: ClientFormSet,
        views: RowViews,
        values: RowValues,
        nested: NestedBindings[Any],
        elsewhere: Elsewhere,
        scope: Scope,
        *,
        slots: Callable[[], Mapping[str, Slot]],
        adopt: Callable[[str, int], Any | None],
        show_handles: Callable[[Any], None],
    ) -> None:
        self._container = container
        self._live = live
        self._views = views
        self._values = values
        self._nested = nested
        self._elsewhere = elsewhere
        self._scope = scope
        self._slots = slots
        self._adopt = adopt
        self._show_handles = show_handles
        self.is_ordered = bool(live.formset_class.can_order)
        self.announcements = RowAnnouncements(live)
        self.copies = RowCopies(container, live, ordered=self.is_ordered)
        self._came: list[Any] = []
        self._left: list[Any] = []
        self._moved: list[tuple[Any, FormMoved]] = []

    # Starting

    def settle_in(
        self, rows: Sequence[Any], initial_count: int = 0, *, are_authors: bool = False
    ) -> None:
        """Find the places of rows, and prepare the model that new rows are copied from."""
        self.copies.prepare(rows, initial_count, are_authors=are_authors)
        form = self.copies.form
        element = None
        if not rows:
            element = empty_place(
                self._container, form and form.holder, form.row.tagName if form else ""
            )
        self.places = RowPlaces(self._container, rows, element)
        self.places.mark()
        if form:
            self.places.end_with(form.holder)
        self.copies.add_buttons()

    def rows_in(self, container: Any) -> list[Any]:
        """Return the elements of the rows in `container`, made by the formset's template."""
        errors = error_selectors(self._slots())
        return group_rows(container, str(self._live.prefix), len(self._live), errors)[0]

    def nesting(self, keys: Iterable[str]) -> list[str]:
        """Return those of `keys` whose rows have nested formsets."""
        nesting = {row.key for row in self._live.rows if row.nested}
        return [key for key in keys if key in nesting] if nesting else []

    def hide_deletions(self, keys: Iterable[str]) -> None:
        """Hide the DELETE checkboxes of rows, which have buttons instead."""
        if self._live.formset_class.can_delete:
            names = [(key, f"{self._live.names_of(key)[0]}-DELETE") for key in keys]
            self._views.hide_deletions(names)

    # Adding

    def add(self, changes: Sequence[FormAdded]) -> None:
        """Add new rows to the page, all at once if possible."""
        if self._go_together([change.key for change in changes]):
            self._add_together(changes)
        else:
            for change in changes:
                self._add_one(change.key, change.index, change.html)
        count = self._live.initial_form_count()  # all values of other rows count as typed
        self._values.tell_starts([change.key for change in changes if change.index < count])

    def _go_together(self, keys: Sequence[str]) -> bool:
        live = self._live
        if len(keys) < 2 or not self._views.go_together(keys, live.order):
            return False
        return not (self.nesting(keys) or live.takes_files() or live.render_formset())

    def _add_together(self, changes: Sequence[FormAdded]) -> None:
        live, views = self._live, self._views
        added = {change.key: change.html for change in changes}
        parent, following = self.places.next_to(*views.around(list(added), live.order))
        if all(map(self.copies.can_make, added)):
            self.copies.insert(views, added, parent, following)
        else:
            first = changes[0].index + 1
            html = rows_html(
                added.items(),
                live.layout,
                ordered=self.is_ordered,
                label=live.row_label,
                first=first,
            )
            views.insert(list(added), parent, html, following)
        self.hide_deletions(added)
        self._show_handles(self.places.element)
        self._values.fit(added)
        self._came += [views[key].element for key in added]
        self.announcements.added(added)

    def _add_one(self, key: str, index: int, html: str) -> None:
        row = self._adopt(key, index) or self._put_new_row(key, index, html)
        self.hide_deletions([key])
        self._show_handles(row)
        self._values.fit([key])
        self._nested.start(key, row)
        self._came.append(row)
        self.announcements.added([key])

    def _put_new_row(self, key: str, index: int, html: str) -> Any:
        row = self._new_row(key, index, html)
        self.put_in_place(key, row)
        view = self._views.put(key, row)
        self._nested.prepare(key, row)
        self._values.put_back_files(view)
        return row

    def _new_row(self, key: str, index: int, html: str) -> Any:
        """Return a row's element, made by the formset's own template if it has one."""
        live, ordered = self._live, self.is_ordered
        if self.copies.can_make(key):
            return self.copies.new_row(key, index, html)
        if whole := live.render_formset():
            container = document.createElement("div")
            container.innerHTML = whole
            row = self.rows_in(container)[index]
            formset_markup.add_row_actions([row], ordered=ordered)
            row.setAttribute("data-key", key)
            return row
        return formset_markup.element_of(
            formset_markup.row_html(key, html, live.layout, ordered=ordered)
        )

    def put_in_place(self, key: str, row: Any) -> None:
        """Put the row's element before that of the row that follows."""
        parent, following = self.places.next_to(*self._views.around([key], self._live.order))
        parent.insertBefore(row, following)

    # Removing and changing

    def remove(self, change: FormRemoved) -> None:
        """Remove a row from the page, with its controls outside the container."""
        key, index = change.key, change.index
        self._nested.end(key)
        self.announcements.removed(key, self._name_of(key, index))
        row = self._views.take_out(key).element
        for part in with_labels(self._elsewhere.controls(self._live.prefix_of(index))):
            part.remove()
        for name in self._scope.pending():
            if name[0] == key:
                self._scope.cancel(name)
        row.remove()
        self._left.append(row)

    def replace(self, change: FormReplaced) -> None:
        """Replace a row's form. File inputs are kept, because a file cannot be moved to another."""
        key = change.key
        row = self._views[key].element
        focused = document.activeElement
        name = focused.name if row.contains(focused) else None
        other = self._new_row(key, change.index, change.html)
        for control in list(other.querySelectorAll('input[type="file"]')):
            same = row.querySelector(f'input[name="{css_escape(control.name)}"]')
            if same:
                control.replaceWith(same)
        self._nested.end(key)
        row.replaceChildren(*other.childNodes)
        row.classList.remove("clientforms-touched", "clientforms-changed")  # will be reported again
        self._views.put(key, row)
        self._nested.prepare(key, row)
        self.hide_deletions([key])
        self._show_handles(row)
        show_deletion(row, row.hasAttribute("data-formset-deleted"))
        self._values.fit([key])
        self._values.tell_starts([key])
        self._nested.start(key, row)
        self.show_limits(self._live.limits())
        if name and (control := row.querySelector(f'[name="{css_escape(name)}"]')):
            control.focus()

    def rename(self, changes: Sequence[FormRenumbered]) -> None:
        """Rename rows, all at once, and their controls outside the container."""
        renamings = [(change.key, change.old_prefix, change.new_prefix) for change in changes]
        outside = self._elsewhere.is_possible and self._elsewhere.controls(None)
        parts = [
            (part, old, new)
            for _, old, new in (renamings if outside else ())
            for part in with_labels(self._elsewhere.controls(old))
        ]
        self._views.rename(renamings, parts)
        self._nested.follow()

    def change_order(self, change: OrderChanged) -> None:
        """Put the rows into another order."""
        self.put_in_order(change.keys)

    def put_in_order(self, keys: Sequence[str]) -> None:
        """Move the rows that are not in their places; the focus moves with its row."""
        focused = document.activeElement
        self.places.put_in_order([self._views[key].element for key in keys])
        if focused and not focused.isSameNode(document.activeElement):
            focused.focus()

    def say_moved(self, change: FormMoved) -> None:
        """Announce the new place of a row, which `put_in_order()` moves."""
        self._moved.append((self._views[change.key].element, change))
        name = self._name_of(change.key, change.old_position)
        self.announcements.moved(change, name)

    def _name_of(self, key: str, place: int) -> str:
        """Return what the row `key` was called last, at `place` if it has not been called yet."""
        return row_name(self._live.row_label, self._views.number_of(key) or place + 1)

    # Buttons

    def change_deletion(self, change: FormDeletionChanged) -> None:
        """Show and announce whether a row is marked for deletion."""
        self.show_deletion(change)
        self.announcements.marked(change.key)

    def show_deletion(self, change: FormDeletionChanged) -> None:
        """Show whether a row is marked for deletion."""
        row = self._views[change.key].element
        row.toggleAttribute("data-formset-deleted", change.deleted)
        show_deletion(row, change.deleted)

    def show_limits(self, change: LimitsChanged) -> None:
        """Show or hide the buttons of the formset and its rows, and the reasons."""
        show_limits(self._container, change)
        self._views.show_limits(change.remove_refused)

    def show_remove_all(self) -> None:
        """Show an author's button that removes all rows if any row can be removed."""
        show_remove_all(self._container, self._live)

    def show_moves(self) -> None:
        """Disable buttons that cannot move their row."""
        self._views.show_moves(barred_moves(self._container, self._live))

    def number(self) -> None:
        """Update the numbers in the names of the rows and their buttons."""
        self._views.number(self._live.order, self._live.row_label)

    def show_new_places(self) -> None:
        """Update the buttons of all rows after places changed."""
        self._scope.soon(self.number)
        self.show_moves()

    # Events

    def fire_events(self, dispatch: Callable[..., None]) -> None:
        """Fire the events of rows that were added, removed and moved since the last call."""
        came, self._came = self._came, []
        left, self._left = self._left, []
        for row in came:
            dispatch(row, "formset:added")
        for row in left:
            say_goodbye(row, self._container, partial(dispatch, row, "formset:removed"))
        moved, self._moved = self._moved, []
        for row, change in moved:
            detail = {"position": change.position, "oldPosition": change.old_position}
            dispatch(row, "formset:moved", detail)

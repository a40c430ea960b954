"""A formset in its container: rows come, go and are renumbered, and the focus moves along."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

from clientforms.browser.binding.binding import Binding
from clientforms.browser.binding.dragging import Dragging
from clientforms.browser.binding.formset_actions import FormSetActions
from clientforms.browser.binding.nested_bindings import NestedBindings
from clientforms.browser.dom import formset_markup
from clientforms.browser.dom.announcer import announce
from clientforms.browser.dom.form_controls import controls_in, default_values, options_of
from clientforms.browser.dom.management_form import ManagementControls
from clientforms.browser.dom.outside_controls import with_labels
from clientforms.browser.dom.widget_media import load_media
from clientforms.browser.rows.callable_initial import fill_moments
from clientforms.browser.rows.error_slots import error_selectors
from clientforms.browser.rows.file_inputs import stored_files
from clientforms.browser.rows.first_rows import put_rows
from clientforms.browser.rows.formset_messages import WholeMessages, take_messages
from clientforms.browser.rows.removed_rows import say_goodbye
from clientforms.browser.rows.row_buttons import (
    barred_moves,
    show_deletion,
    show_limits,
    show_remove_all,
)
from clientforms.browser.rows.row_copies import RowCopies
from clientforms.browser.rows.row_markup import group_rows, marked_rows
from clientforms.browser.rows.row_parents import RowPlaces, empty_place
from clientforms.browser.rows.unoffered_initial import begin_with_lost
from clientforms.browser.runtime import css_escape, document
from clientforms.changes import (
    Change,
    FormAdded,
    FormDeletionChanged,
    FormMoved,
    FormRemoved,
    FormRenumbered,
    FormReplaced,
    LimitsChanged,
    ManagementChanged,
    NonFormErrorsChanged,
    NoteChanged,
    OrderChanged,
)
from clientforms.engine import ClientFormSet
from clientforms.engine.html.row_html import CHOICES, PRERENDERED, SERIES, rows_html
from clientforms.engine.html.unoffered_values import lost_initial
from clientforms.engine.post.control_names import to_local, to_posted
from clientforms.texts import counted, text

__all__ = ["FormSetBinding"]

_SOME = 30  # rows that are looked at for where errors stand
_STRUCTURE = {FormAdded, FormRemoved, FormReplaced, OrderChanged}
_REMOVABLE = {FormDeletionChanged, LimitsChanged}


class FormSetBinding(Binding):
    """Binds a ClientFormSet to a container."""

    live: ClientFormSet

    def __init__(self, container: Any, live: ClientFormSet) -> None:
        super().__init__(container, live, live.prefix)
        self._ordered = bool(live.formset_class.can_order)
        self._actions = FormSetActions(
            container, live, lambda key: self._views[key].element, self.catch_up
        )
        self._management = ManagementControls(
            self.name, container, self.form_element, self.elsewhere
        )
        self._places: RowPlaces
        self._copies = RowCopies(container, live, ordered=self._ordered)
        self._whole = WholeMessages(lambda: self._places.before_all())
        self._left: list[Any] = []
        self._arrived: list[Any] = []
        self._moved: list[tuple[Any, FormMoved]] = []
        self._dragging: Dragging | None = None
        self._nested = NestedBindings(live, self._bind_nested)

    # Starting

    def mount(self) -> None:
        if choices := self.container.getAttribute(CHOICES):
            self.live.take_options(json.loads(choices))
        counts = self._management.row_counts()
        self._copies.find()
        if counts is None:
            self._render()
            load_media(self.live.media_html())
        else:
            self._take_over(*counts)
        keys = self.live.keys
        if self.live.order != keys:  # by the ORDER that they came with
            self._put_in_order(self.live.order)
        self._views.number(self.live.order)
        self._show_moves()
        self._hide_deletions(keys)
        for key in self._nesting(keys):
            self._nested.start(key, self._views[key].element)
        self.scope.at_end(self._nested.end_all)
        self._show_what_came()
        show_remove_all(self.container, self.live)
        self._actions.listen(self.scope, self._places.element)
        can_drag = self._ordered and not self._places.is_divided
        if can_drag and self.container.getAttribute("data-drag") != "off":
            self._dragging = Dragging(
                self._places.element, self.live, self._actions.move,
                lambda: self._put_in_order(self.live.order),
            )  # fmt: skip
            self._dragging.start(self.scope)
        self.scope.at_end(lambda: formset_markup.show_deletions(self.container))

    def _show_what_came(self) -> None:
        """Show limits, and rows that were marked for deletion when the page was made."""
        self.apply(self.live.limits())
        for change in self.live.deletions():
            self._show_deletion(change.key, change.deleted)

    def _show_moves(self) -> None:
        self._views.show_moves(barred_moves(self.container, self.live))

    def _render(self) -> None:
        live, ordered = self.live, self._ordered
        if self._copies.form:
            self._place_rows([])
            self._management.complete(live.management_data())
            html = dict(zip(live.keys, live.render_rows(range(len(live))), strict=True))
            self._copies.insert(self._views, html, *self._places.next_to(None, None))
            formset_markup.add_actions(self.container, [], ordered=ordered)
        elif whole := live.render_formset():
            self.container.insertAdjacentHTML("beforeend", whole)
            rows = self._group(self.container)
            self._place_rows(rows)
            for key, row in zip(live.keys, rows, strict=True):
                row.setAttribute("data-key", key)
                self.add_view(key, row)
            formset_markup.add_actions(self.container, rows, ordered=ordered)
        else:
            element = put_rows(self.container, live, self._views, ordered=ordered)
            self._places = RowPlaces(self.container, [], element)
        for key in self._nesting(live.keys):
            self._nested.prepare(key, self._views[key].element)
        self.fit_to_page(live.keys)

    def _nesting(self, keys: Iterable[str]) -> list[str]:
        """Return those of `keys` whose rows have formsets of their own."""
        nesting = {row.key for row in self.live.rows if row.nested}
        return [key for key in keys if key in nesting] if nesting else []

    def _group(self, container: Any) -> list[Any]:
        errors = error_selectors(self.slots())
        return group_rows(container, self.name, len(self.live), errors)[0]

    def _place_rows(
        self, rows: Sequence[Any], initial_count: int = 0, *, are_authors: bool = False
    ) -> None:
        """Take note of where rows stand, and make ready what new ones are copied from."""
        self._copies.prepare(rows, initial_count, are_authors=are_authors)
        form = self._copies.form
        element = None
        if not rows:
            element = empty_place(
                self.container, form and form.holder, form.row.tagName if form else ""
            )
        self._places = RowPlaces(self.container, rows, element)
        self._places.mark()
        if form:
            self._places.end_with(form.holder)
        self._copies.add_buttons()

    def _new_row(self, key: str, index: int, html: str) -> Any:
        """Return a row's element; where the formset has a template, as that has it."""
        ordered, layout = self._ordered, self.live.layout
        if self._copies.can_make(key):
            return self._copies.new_row(key, index, html)
        if whole := self.live.render_formset():
            container = document.createElement("div")
            container.innerHTML = whole
            row = self._group(container)[index]
            formset_markup.add_row_actions([row], ordered=ordered)
            row.setAttribute("data-key", key)
            return row
        return formset_markup.element_of(
            formset_markup.row_html(key, html, layout, ordered=ordered)
        )

    def _take_over(self, total: int, initial: int) -> None:
        live = self.live
        prefixes = [live.prefix_of(index) for index in range(total)]
        marked = formset_markup.own_elements(self.container, f"[{PRERENDERED}]")
        fresh = any(each.getAttribute(PRERENDERED) == SERIES for each in marked)
        rows, are_authors = self._rows_in_markup(total, fresh=fresh)
        expected = {"ul": "UL", "table": "TBODY"}.get(live.layout, "DIV")
        are_authors |= bool(rows) and rows[-1].tagName != expected  # then Django's would not fit in
        self._place_rows(rows, initial, are_authors=are_authors and not marked)
        fill_moments(rows, live)
        controls = [
            controls_in(row) + self.elsewhere.controls(prefix)
            for row, prefix in zip(rows, prefixes, strict=False)
        ]
        if rows:
            live.take_options(options_of(controls[0], live.prefix_of(0)))
            self._begin_with_lost(controls, initial)
        values, stored = map(default_values, controls), map(stored_files, controls)
        live.take_over(list(values), initial, list(stored))
        for key, row in zip(live.keys, rows, strict=True):
            row.setAttribute("data-key", key)
            self._nested.prepare(key, row)
        for key, row in zip(live.keys, rows, strict=True):
            self.take_over_view(key, row)
        if self._ordered and live.order != live.keys:
            self.fit_to_page(live.keys)  # what was typed may have given rows their places
        formset_markup.add_actions(self.container, rows, ordered=self._ordered)
        self._management.complete(live.management_data())
        self.apply(ManagementChanged(live.management_data()))
        for element in marked:
            element.removeAttribute(PRERENDERED)
        if not fresh:
            self._take_over_errors()

    def _begin_with_lost(self, rows: Sequence[Sequence[Any]], initial: int) -> None:
        """Let selects begin with initial data that is none of their choices, as far as Python knows it.

        Of `rows`, a list of controls each, the first `initial` have what the markup says, or `live.initial`.
        """
        live, known = self.live, len(self.live.initial or ())
        for index in range(min(initial, known, len(rows))):
            begin_with_lost(rows[index], lost_initial(live.blank_form(index)))
        lost = lost_initial(live.blank_form(known)) if len(rows) > initial else {}
        local = {to_local(name, live.prefix_of(known)) or name: each for name, each in lost.items()}
        for index in range(initial, len(rows)) if lost else ():
            prefix = live.prefix_of(index)
            begin_with_lost(rows[index], {to_posted(k, prefix): v for k, v in local.items()})

    def _rows_in_markup(self, total: int, *, fresh: bool) -> tuple[list[Any], bool]:
        empty = self._copies.form
        if fresh and (rows := marked_rows(self.container)):
            return rows[:total], False
        return group_rows(
            self.container, self.name, total, error_selectors(self.slots()),
            empty=empty and empty.element, pattern=empty and empty.pattern,
            html=self._html_of_a_form,
        )  # fmt: skip

    def _html_of_a_form(self) -> str:
        """Return what Django makes of a form; with `extra=0` there may be none but the empty one."""
        return self.live.render_row(0) if len(self.live) else self.live.sample().clean_html()

    def _take_over_errors(self) -> None:
        live = self.live
        self.learn_places(live.keys[:_SOME])
        shown, invalid = take_messages(self.container, live.sample_non_form_errors())
        for key in live.keys:
            invalid |= self.take_over_errors(key)
        if shown:
            live.keep_non_form_errors(shown)
        self.was_refused = invalid
        if invalid:
            live.validate()

    def _hide_deletions(self, keys: Iterable[str]) -> None:
        if self.live.formset_class.can_delete:
            names = [(key, f"{self.live.names_of(key)[0]}-DELETE") for key in keys]
            self._views.hide_deletions(names)

    def press(self, button: Any, *, moves_focus: bool) -> None:
        """Do what one of the formset's buttons says."""
        self._actions.press(button, moves_focus=moves_focus)

    def before_submit(self) -> None:
        self.live.drop_surplus()

    def _bind_nested(self, container: Any, live: ClientFormSet) -> Binding:
        binding = type(self)(container, live)
        binding.start()
        return binding

    def inside(self) -> Iterator[Binding]:
        """Yield the bindings inside this one, at every depth."""
        for binding in self._nested:
            yield binding
            yield from binding.inside()

    def cleaned_data(self) -> Any:
        """Return the cleaned data, each row's formsets among it by the form's attribute."""
        cleaned = super().cleaned_data()
        if cleaned is not None:
            for row, key in zip(cleaned, self.live.keys, strict=True):
                for name, binding in self._nested.of(key).items():
                    row[name] = binding.cleaned_data()
        return cleaned

    def first_invalid(self) -> Any | None:
        """Return the first control that is marked invalid, or None."""
        wrong = {view.key: view for view in self._views.with_errors(self.live.keys)}
        for key in self.live.keys:
            found = wrong[key].first_invalid() if key in wrong else None
            for binding in self._nested.of(key).values():
                found = found or binding.first_invalid()
            if found:
                return found
        return None

    def row_element(self, control: Any) -> Any | None:
        return control.closest(formset_markup.ROW)

    # Changes

    def _apply_each(self, changes: Sequence[Change]) -> None:
        """As a plain form does, but renumber all rows at once: their names may change places."""
        kinds = {type(each) for each in changes}
        first = len(changes)
        renumbered: list[FormRenumbered] = []
        if FormRenumbered in kinds:
            renumbered = [each for each in changes if isinstance(each, FormRenumbered)]
            first = changes.index(renumbered[0])
        super()._apply_each(changes[:first])
        self._rename(renumbered)
        rest = [each for each in changes[first:] if not isinstance(each, FormRenumbered)]
        super()._apply_each(rest)
        if renumbered or kinds & _STRUCTURE:
            self.scope.soon(lambda: self._views.number(self.live.order))
            self._show_moves()
            self._actions.offers.show()
        if kinds & (_STRUCTURE | _REMOVABLE):
            show_remove_all(self.container, self.live)

    def _rename(self, changes: Sequence[FormRenumbered]) -> None:
        """Give rows their new names, and what belongs to them and stands outside them."""
        if not changes:
            return
        renamings = [(each.key, each.old_prefix, each.new_prefix) for each in changes]
        outside = self.elsewhere.is_possible and self.elsewhere.controls(None)
        parts = [
            (part, old, new)
            for _, old, new in (renamings if outside else ())
            for part in with_labels(self.elsewhere.controls(old))
        ]
        self._views.rename(renamings, parts)
        self._nested.follow()

    def _apply(self, changes: Sequence[Change]) -> None:
        super()._apply(changes)
        arrived, self._arrived = self._arrived, []
        left, self._left = self._left, []
        for row in arrived:
            self.dispatch(row, "formset:added")
        for row in left:
            say_goodbye(row, self.container, partial(self.dispatch, row, "formset:removed"))
        moved, self._moved = self._moved, []
        for row, change in moved:
            detail = {"position": change.position, "oldPosition": change.old_position}
            self.dispatch(row, "formset:moved", detail)

    def apply(self, change: Change) -> None:
        match change:
            case FormAdded(key=key, index=index, html=html):
                self._add_row(key, index, html)
            case FormRemoved(key=key, index=index):
                self._remove_row(key, index)
            case FormReplaced(key=key, index=index, html=html):
                self._replace_row(key, index, html)
            case OrderChanged(keys=keys):
                self._put_in_order(keys)
            case FormMoved(key=key, position=position):
                self._moved.append((self._views[key].element, change))
                numbers = {"place": position + 1, "count": len(self.live)}
                announce(text("Form moved to place %(place)d of %(count)d.", **numbers))
            case FormDeletionChanged(key=key, index=index, deleted=deleted):
                self._show_deletion(key, deleted)
                if deleted:
                    announce(text("Form %(number)d will be deleted.", number=index + 1))
                else:
                    announce(text("Form %(number)d is kept.", number=index + 1))
            case ManagementChanged(values=values):
                self._management.write(values)
            case LimitsChanged():
                show_limits(self.container, change)
                self._views.show_limits(change.remove_refused)
            case NonFormErrorsChanged():
                self._whole.show_errors(change)
            case NoteChanged(key=None, text=note):
                self._whole.show_note(note)
            case _:
                super().apply(change)

    def apply_group(self, kind: type[Change], changes: Sequence[Any]) -> None:
        if kind is not FormAdded or not self._go_together([each.key for each in changes]):
            super().apply_group(kind, changes)
            return
        added = {each.key: each.html for each in changes}
        parent, following = self._places.next_to(*self._views.around(list(added), self.live.order))
        if all(map(self._copies.can_make, added)):
            self._copies.insert(self._views, added, parent, following)
        else:
            layout, first = self.live.layout, changes[0].index + 1
            html = rows_html(added.items(), layout, ordered=self._ordered, first=first)
            self._views.insert(list(added), parent, html, following)
        self._hide_deletions(added)
        if self._dragging:
            self._dragging.show_handles(self._places.element)
        self.fit_to_page(added)
        self._arrived += [self._views[key].element for key in added]
        announce(text("Form %(number)d added.", number=changes[-1].index + 1))

    def _go_together(self, keys: Sequence[str]) -> bool:
        if len(keys) < 2 or not self._views.go_together(keys, self.live.order):
            return False
        return not (self._nesting(keys) or self.live.takes_files() or self.live.render_formset())

    def _add_row(self, key: str, index: int, html: str) -> None:
        row = self._place_row(key, index, html)
        self._hide_deletions([key])
        if self._dragging:
            self._dragging.show_handles(row)
        self.fit_to_page([key])
        self._nested.start(key, row)
        self._arrived.append(row)
        announce(text("Form %(number)d added.", number=index + 1))

    def _place_row(self, key: str, index: int, html: str) -> Any:
        """Put a new row into the page and return its element."""
        row = self._new_row(key, index, html)
        self._put_in_place(key, row)
        view = self.add_view(key, row)
        self._nested.prepare(key, row)
        self._corrected |= self.uploads.put_back(view)
        return row

    def _put_in_place(self, key: str, row: Any) -> None:
        """Put the row's element before that of the row that follows."""
        parent, following = self._places.next_to(*self._views.around([key], self.live.order))
        parent.insertBefore(row, following)

    def _replace_row(self, key: str, index: int, html: str) -> None:
        """Give the row its new form. File inputs stay: nothing can put a file into another."""
        row = self._views[key].element
        focused = document.activeElement
        name = focused.name if row.contains(focused) else None
        other = self._new_row(key, index, html)
        for control in list(other.querySelectorAll('input[type="file"]')):
            kept = row.querySelector(f'input[name="{css_escape(control.name)}"]')
            if kept:
                control.replaceWith(kept)
        self._nested.end(key)
        row.replaceChildren(*other.childNodes)
        row.classList.remove("clientforms-touched", "clientforms-changed")  # it is told anew
        self.add_view(key, row)
        self._nested.prepare(key, row)
        self._hide_deletions([key])
        self.fit_to_page([key])
        self._nested.start(key, row)
        self.apply(self.live.limits())
        if name and (control := row.querySelector(f'[name="{css_escape(name)}"]')):
            control.focus()

    def _put_in_order(self, keys: Sequence[str]) -> None:
        """Move the rows that stand elsewhere; the focus goes along with its row."""
        focused = document.activeElement
        self._places.put_in_order([self._views[key].element for key in keys])
        if focused and not focused.isSameNode(document.activeElement):
            focused.focus()

    def _remove_row(self, key: str, index: int) -> None:
        self._nested.end(key)
        row = self._views.take_out(key).element
        for part in with_labels(self.elsewhere.controls(self.live.prefix_of(index))):
            part.remove()
        for name in self.scope.pending():
            if name[0] == key:
                self.scope.cancel(name)
        row.remove()
        self._left.append(row)
        removed = text("Form %(number)d removed.", number=index + 1)
        left = counted("%(count)d form left.", "%(count)d forms left.", len(self.live))
        announce(f"{removed} {left}")

    def _show_deletion(self, key: str, deleted: bool) -> None:
        row = self._views[key].element
        row.toggleAttribute("data-formset-deleted", deleted)
        show_deletion(row, deleted)

    def shown_errors(self) -> tuple[int, list[Any]]:
        found = [self._whole.shown_errors(), super().shown_errors()]
        found += [binding.shown_errors() for binding in self._nested]
        return sum(count for count, _ in found), [each for _, shown in found for each in shown]

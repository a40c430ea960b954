"""Bind a formset to its container."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from clientforms.browser.binding.binding import Binding
from clientforms.browser.binding.dragging import Dragging
from clientforms.browser.binding.foreign_rows import ForeignRows
from clientforms.browser.binding.formset_actions import FormSetActions
from clientforms.browser.binding.listed_errors import ListedError, errors_of_row, told, within
from clientforms.browser.binding.nested_bindings import NestedBindings
from clientforms.browser.binding.row_elements import RowElements
from clientforms.browser.dom import formset_markup
from clientforms.browser.dom.form_controls import (
    controls_in,
    default_values,
    locked_values,
    options_of,
)
from clientforms.browser.dom.management_form import ManagementControls
from clientforms.browser.dom.widget_media import load_media
from clientforms.browser.rows.callable_initial import fill_moments
from clientforms.browser.rows.error_slots import error_selectors
from clientforms.browser.rows.file_inputs import stored_files
from clientforms.browser.rows.first_rows import put_rows
from clientforms.browser.rows.formset_messages import WholeMessages, take_messages
from clientforms.browser.rows.row_markup import group_rows, marked_rows
from clientforms.browser.rows.row_parents import RowPlaces
from clientforms.browser.rows.unoffered_initial import begin_with_lost
from clientforms.changes import Change, FormAdded, FormDeletionChanged, FormMoved, FormRemoved
from clientforms.engine import ClientFormSet
from clientforms.engine.html.row_html import CHOICES, PRERENDERED, SERIES
from clientforms.engine.html.row_names import row_name
from clientforms.engine.html.unoffered_values import lost_initial
from clientforms.engine.post.control_names import to_local, to_posted

__all__ = ["FormSetBinding"]

_ANNOUNCED = (FormAdded, FormDeletionChanged, FormMoved, FormRemoved)
_SOME = 30  # rows that are searched for the places of errors


class FormSetBinding(Binding):
    """Binds a ClientFormSet to a container."""

    live: ClientFormSet

    def __init__(self, container: Any, live: ClientFormSet, depth: int = 0) -> None:
        super().__init__(container, live, live.prefix)
        self.depth = depth
        if label := container.getAttribute("data-row-label"):
            live.row_label = str(label)  # of a formset in a form, or one that is bound by hand
        self._actions = FormSetActions(
            container, live, lambda key: self._views[key].element, self.catch_up
        )
        self._management = ManagementControls(
            self.name, container, self.form_element, self.elsewhere
        )
        self._whole = WholeMessages(lambda: self._rows.places.before_all())
        self._dragging: Dragging | None = None
        self._is_told_aloud = False  # that rows came, went or moved
        self._nested = NestedBindings(live, self._bind_nested)
        self._rows = RowElements(
            container, live, self._views, self._values, self._nested, self.elsewhere, self.scope,
            slots=self.slots,
            adopt=lambda key, index: self._foreign.adopt(key, index),
            show_handles=self._show_handles,
        )  # fmt: skip
        self._foreign = ForeignRows(
            container, live, self._views, self._values, self._nested, self._rows, self.scope
        )
        self._patches.add_formset(self._rows, self._whole, self._management, self._actions.offers)

    # Starting

    def mount(self) -> None:
        rows = self._rows
        if choices := self.container.getAttribute(CHOICES):
            self.live.in_page.take_options(json.loads(choices))
        counts = self._management.row_counts()
        rows.copies.find()
        if counts is None:
            self._render()
            load_media(self.live.media_html())
        else:
            self._take_over(*counts)
        keys = self.live.keys
        if self.live.order != keys:  # sorted by the ORDER in the markup
            rows.put_in_order(self.live.order)
        rows.number()
        rows.show_moves()
        rows.hide_deletions(keys)
        for key in rows.nesting(keys):
            self._nested.start(key, self._views[key].element)
        self.scope.at_end(self._nested.end_all)
        self._show_what_came()
        self._actions.listen(self.scope, rows.places.element)
        self._start_dragging()
        self.scope.at_end(lambda: formset_markup.show_deletions(self.container))
        self._foreign.start()

    def _show_what_came(self) -> None:
        """Show limits, and rows that were marked for deletion from the start."""
        self._rows.show_limits(self.live.limits())
        for change in self.live.in_page.deletions():
            self._rows.show_deletion(change)
            self._rows.announcements.marked(change.key, from_start=True)
        self._rows.show_remove_all()

    def _start_dragging(self) -> None:
        rows = self._rows
        can_drag = rows.is_ordered and not rows.places.is_divided
        if can_drag and self.container.getAttribute("data-drag") != "off":
            self._dragging = Dragging(
                rows.places.element, self.live, self._actions.move,
                lambda: rows.put_in_order(self.live.order),
            )  # fmt: skip
            self._dragging.start(self.scope)

    def _show_handles(self, element: Any) -> None:
        if self._dragging:
            self._dragging.show_handles(element)

    def _render(self) -> None:
        live, rows = self.live, self._rows
        if rows.copies.form:
            rows.settle_in([])
            self._management.complete(live.management_data())
            html = dict(zip(live.keys, live.render_rows(range(len(live))), strict=True))
            rows.copies.insert(self._views, html, *rows.places.next_to(None, None))
            formset_markup.add_actions(self.container, [], ordered=rows.is_ordered)
        elif whole := live.render_formset():
            self.container.insertAdjacentHTML("beforeend", whole)
            elements = rows.rows_in(self.container)
            rows.settle_in(elements)
            for key, row in zip(live.keys, elements, strict=True):
                row.setAttribute("data-key", key)
                self._views.put(key, row)
            formset_markup.add_actions(self.container, elements, ordered=rows.is_ordered)
        else:
            element = put_rows(self.container, live, self._views, ordered=rows.is_ordered)
            rows.places = RowPlaces(self.container, [], element)
        for key in rows.nesting(live.keys):
            self._nested.prepare(key, self._views[key].element)
        self._values.fit(live.keys)
        self._values.tell_starts(live.keys)

    def _take_over(self, total: int, initial: int) -> None:
        live = self.live
        prefixes = [live.prefix_of(index) for index in range(total)]
        marked = formset_markup.own_elements(self.container, f"[{PRERENDERED}]")
        fresh = any(element.getAttribute(PRERENDERED) == SERIES for element in marked)
        rows, are_authors = self._rows_in_markup(total, fresh=fresh)
        expected = {"ul": "UL", "table": "TBODY"}.get(live.layout, "DIV")
        are_authors |= bool(rows) and rows[-1].tagName != expected  # Django's would not fit
        self._rows.settle_in(rows, initial, are_authors=are_authors and not marked)
        fill_moments(rows, live)
        controls = [
            controls_in(row) + self.elsewhere.controls(prefix)
            for row, prefix in zip(rows, prefixes, strict=False)
        ]
        if rows:
            live.in_page.take_options(options_of(controls[0], live.prefix_of(0)))
            self._begin_with_lost(controls, initial)
        values, stored = map(default_values, controls), map(stored_files, controls)
        fields = {} if fresh else live.row_fields()
        locked = [locked_values(each, fields) for each in controls]
        live.in_page.take_over(list(values), initial, list(stored), locked)
        for key, row in zip(live.keys, rows, strict=True):
            row.setAttribute("data-key", key)
            self._nested.prepare(key, row)
        for key, row in zip(live.keys, rows, strict=True):
            self._values.take_over(self._views.put(key, row))
        if self._rows.is_ordered and live.order != live.keys:
            self._values.fit(live.keys)  # ORDER may have been typed already
        formset_markup.add_actions(self.container, rows, ordered=self._rows.is_ordered)
        self._management.complete(live.management_data())
        self._management.write(live.management_data())
        for element in marked:
            element.removeAttribute(PRERENDERED)
        if not fresh:
            self._take_over_errors()

    def _begin_with_lost(self, rows: Sequence[Sequence[Any]], initial: int) -> None:
        """Let selects start with initial data that they do not offer, as far as Python knows it.

        `rows` has a list of controls for each row. The first `initial` rows use `live.initial`.
        """
        live, known = self.live, len(self.live.initial or ())
        for index in range(min(initial, known, len(rows))):
            begin_with_lost(rows[index], lost_initial(live.blank_form(index)))
        lost = lost_initial(live.blank_form(known)) if len(rows) > initial else {}
        local = {
            to_local(name, live.prefix_of(known)) or name: values for name, values in lost.items()
        }
        for index in range(initial, len(rows)) if lost else ():
            prefix = live.prefix_of(index)
            begin_with_lost(rows[index], {to_posted(k, prefix): v for k, v in local.items()})

    def _rows_in_markup(self, total: int, *, fresh: bool) -> tuple[list[Any], bool]:
        empty = self._rows.copies.form
        if fresh and (rows := marked_rows(self.container)):
            return rows[:total], False
        return group_rows(
            self.container, self.name, total, error_selectors(self.slots()),
            empty=empty and empty.element, pattern=empty and empty.pattern,
            html=self._html_of_a_form,
        )  # fmt: skip

    def _html_of_a_form(self) -> str:
        """Return Django's HTML of a form; if there is none, that of the empty form."""
        return self.live.render_row(0) if len(self.live) else self.live.sample().clean_html()

    def _take_over_errors(self) -> None:
        live = self.live
        self.learn_places(live.keys[:_SOME])
        shown, invalid = take_messages(self.container, live.in_page.sample_non_form_errors())
        for key in live.keys:
            invalid |= self.take_over_errors(key)
        if shown:
            live.in_page.keep_non_form_errors(shown)
        self.was_refused = invalid
        if invalid:
            live.validate()

    def press(self, button: Any, *, moves_focus: bool) -> None:
        """Do the action of one of the formset's buttons."""
        self._actions.press(button, moves_focus=moves_focus)

    def before_submit(self) -> None:
        self.live.in_page.drop_surplus()

    def _bind_nested(self, container: Any, live: ClientFormSet) -> FormSetBinding:
        binding = FormSetBinding(container, live, self.depth + 1)
        binding.start()
        return binding

    def inside(self) -> Iterator[Binding]:
        """Yield the nested bindings, at every depth."""
        for binding in self._nested:
            yield binding
            yield from binding.inside()

    def cleaned_data(self) -> Any:
        """Return the cleaned data, including nested formsets by the form's attribute."""
        cleaned = super().cleaned_data()
        if cleaned is not None:
            for row, key in zip(cleaned, self.live.keys, strict=True):
                for name, binding in self._nested.of(key).items():
                    if not binding.is_disabled():
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

    def listed_errors(self, outer: str = "") -> Iterator[ListedError]:
        for message in self._whole.messages():
            yield ListedError(
                told(message, outer), lambda: next(iter(self._whole.shown_errors()[1]), None)
            )
        wrong = {view.key for view in self._views.with_errors(self.live.keys)}
        rows = {row.key: row for row in self.live.rows}
        for number, key in enumerate(self.live.order, 1):
            name = within(row_name(self.live.row_label, number), outer)
            if key in wrong:
                yield from errors_of_row(rows[key], partial(self._views.__getitem__, key), name)
            for binding in self._nested.of(key).values():
                yield from binding.listed_errors(name)

    def row_element(self, control: Any) -> Any | None:
        return control.closest(formset_markup.ROW)

    def take_in_rows(self) -> None:
        self._foreign.look()

    def shown_errors(self) -> tuple[int, list[Any]]:
        found = [self._whole.shown_errors(), super().shown_errors()]
        found += [binding.shown_errors() for binding in self._nested]
        return sum(count for count, _ in found), [row for _, shown in found for row in shown]

    def dispatch(self, target: Any, name: str, detail: Mapping[str, Any] | None = None) -> None:
        """Fire an event, unless another script fired the same one about its own row."""
        if not self._foreign.was_told(target, name):
            with self._foreign.own_event():
                super().dispatch(target, name, detail)

    # Changes

    def _forms_html(self, indexes: Sequence[int]) -> Sequence[str]:
        return self.live.render_rows(indexes)

    def _show(self, changes: Sequence[Change]) -> None:
        if any(isinstance(change, _ANNOUNCED) for change in changes):
            self._is_told_aloud |= not self.live.is_replacing
        super()._show(changes)

    def _tell(self, shown: Sequence[Change]) -> None:
        super()._tell(shown)
        if self._rows.announcements.has_news():
            self.scope.soon(self._announce)  # one step may be several changes
        self._rows.fire_events(self.dispatch)

    def _announce(self) -> None:
        aloud, self._is_told_aloud = self._is_told_aloud, False
        self._rows.announcements.say(aloud=aloud)

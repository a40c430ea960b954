"""Make new rows of a formset as copies of the author's empty form, or of an author's row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME

from clientforms.browser.dom import author_messages, formset_markup
from clientforms.browser.dom.form_controls import controls_in
from clientforms.browser.rows.empty_form import EmptyForm, clear_rows, find_empty_form
from clientforms.browser.rows.field_visibility import widget_of
from clientforms.browser.rows.row_views import RowViews
from clientforms.browser.runtime import document
from clientforms.engine import ClientFormSet
from clientforms.engine.post.control_names import PLACEHOLDER

__all__ = ["RowCopies"]


class RowCopies:
    """Makes rows for one formset from a model, if there is one."""

    def __init__(self, container: Any, live: ClientFormSet, *, ordered: bool) -> None:
        self._container = container
        self._live = live
        self._ordered = ordered
        self._form: EmptyForm | None = None
        self._compared = False

    @property
    def form(self) -> EmptyForm | None:
        """The model of new rows, None if Django renders them."""
        return self._form

    def find(self) -> None:
        """Look for the author's empty form."""
        self._form = find_empty_form(self._container, str(self._live.prefix))

    def prepare(self, rows: Sequence[Any], initial_count: int, *, are_authors: bool) -> None:
        """Prepare the model; `rows` are the existing ones.

        If the author wrote rows, but no empty form, the last row is the model, if it is an extra one
        or no other element is allowed in its place.
        """
        last = rows[-1] if rows else None
        if not self._form and last and are_authors:
            is_extra = len(rows) > initial_count
            if is_extra or last.tagName in ("TR", "TBODY", "LI"):
                prefix = str(self._live.prefix)
                self._form = EmptyForm.like_row(last, f"{prefix}-{len(rows) - 1}", prefix)
        if self._form:
            self._form.prepare(last)

    def add_buttons(self) -> None:
        """Add missing buttons to the model."""
        if not self._form:
            return
        if not formset_markup.brings_buttons(self._container):
            formset_markup.add_row_actions([self._form.row], ordered=self._ordered)
        elif not formset_markup.own_elements(self._form.row, formset_markup.ACTIONS):
            formset_markup.add_remove_link(self._form.row)

    def can_make(self, key: str) -> bool:
        """Return whether the model fits the row `key`: a copied row must have all its fields."""
        if not self._form:
            return False
        return self._form.is_authors or self._form.has_all(self._live.names_of(key)[1])

    def new_row(self, key: str, index: int, html: str) -> Any:
        """Return the element of a new row; `html` is Django's HTML of its form."""
        assert self._form
        holder = document.createDocumentFragment()
        self._form.copy([(key, self._prefix_of(index), index)], None, holder, None)
        row = holder.firstElementChild
        self._finish(key, row, html)
        return row

    def insert(
        self, views: RowViews, html: Mapping[str, str], parent: Any, following: Any | None
    ) -> None:
        """Insert adjacent new rows before the node `following`; `html` has Django's HTML by key."""
        assert self._form
        places = {key: place for place, key in enumerate(self._live.keys)}
        given = [(key, self._prefix_of(places[key]), places[key]) for key in html]
        views.copy(self._form, given, parent, following)
        has_choices = bool(_choices(self._form.row))
        for key, form_html in html.items():
            changed = self._finish(key, views[key].element, form_html)
            if not (changed or has_choices or self._live.nested(key)):
                break  # the others are alike

    def _finish(self, key: str, row: Any, html: str) -> bool:
        """Fit the copy to its own form; return whether anything was missing."""
        for inner in self._live.nested(key).values():
            clear_rows(row, str(inner.prefix))
        rendered = formset_markup.fragment_of(html)
        _fit_choices(row, rendered)
        self._say_what_misfits(key)
        return self._complete(key, row, rendered)

    def _complete(self, key: str, row: Any, rendered: Any) -> bool:
        """Add fields that authors omit in an empty form: hidden ones, ORDER and DELETE."""
        there = {str(control.name) for control in controls_in(row)}
        fields = self._live.rows[self._live.keys.index(key)].fields
        found = False
        for control in controls_in(rendered):
            field = self._live.field_of(key, control.name)
            is_order = field == ORDERING_FIELD_NAME
            is_hidden = control.type == "hidden" or field == DELETION_FIELD_NAME
            if control.name in there or not field or not (is_order or is_hidden):
                continue
            found = True
            if is_order:
                control.type = "hidden"
            elif control.type != "hidden":
                control.setAttribute("aria-label", str(fields[field].label))
            (row.lastElementChild if row.tagName == "TR" else row).append(control)
        return found

    def _prefix_of(self, index: int) -> str:
        return self._live.prefix_of(index)

    def _say_what_misfits(self, key: str) -> None:
        """Show the author, once, which fields the empty form lacks, and which controls have no field."""
        if self._compared or not self._form or not self._form.is_authors:
            return
        self._compared = True
        live, prefix = self._live, self._live.names_of(key)[0] or ""
        fields = live.rows[live.keys.index(key)].fields
        quiet = [name for name, field in fields.items() if field.widget.is_hidden]
        nested = [
            PLACEHOLDER + str(inner.prefix).removeprefix(prefix)
            for inner in live.nested(key).values()
        ]
        lacking, surplus = self._form.misfits(live.names_of(key)[1], quiet, nested)
        said = [f"{live.prefix}: the empty form in the page does not fit the formset."]
        if lacking:
            said.append(f"It has no control for {', '.join(lacking)}: new rows cannot hold them.")
        if surplus:
            said.append(f"No field is there for {', '.join(surplus)}.")
        if len(said) > 1:
            author_messages.show_message(self._container, " ".join(said), name="empty-form")


def _fit_choices(row: Any, rendered: Any) -> None:
    """Replace choices of a copied row that differ from those of its own form."""
    now, own = _choices(row), _choices(rendered)
    for name, new in own.items():
        old = now.get(name)
        is_tick = len(old or ()) == len(new) == 1 and new[0].type == "checkbox"  # not a choice
        if not old or is_tick or _values(old) == _values(new):
            continue
        if new[0].tagName == "SELECT" and old[0].tagName == "SELECT":
            old[0].innerHTML = new[0].innerHTML
        else:
            widget_of(old).replaceWith(widget_of(new))


def _choices(element: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for control in element.querySelectorAll('select, [type="radio"], [type="checkbox"]'):
        found.setdefault(str(control.name), []).append(control)
    return found


def _values(controls: Sequence[Any]) -> list[str]:
    if controls[0].tagName == "SELECT":
        return [str(option.value) for option in controls[0].options]
    return [str(control.value) for control in controls]

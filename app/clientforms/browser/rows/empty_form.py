"""The author's own empty form, from which new rows are copied: a `<template>`, or hidden in the page.

Django's `formset.empty_form` has `__prefix__` in its names instead of a number; so it is found. What
scripts made for Django's admin look for in it is kept.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME

from clientforms.browser.dom.form_controls import CONTROLS, controls_in
from clientforms.browser.dom.formset_markup import NESTED, ROW, fragment_of, own_elements
from clientforms.browser.dom.renaming import rename_rows
from clientforms.browser.rows.row_markup import resembles, roots
from clientforms.browser.runtime import css_escape, document, rows_script
from clientforms.engine.post.control_names import PLACEHOLDER, field_of, number_in

__all__ = ["EmptyForm", "clear_rows", "find_empty_form"]

_HOLDERS = "template, script[type^='text/']"
_HIDING = ("empty-form", "empty-row", "d-none", "hidden", "is-hidden")
"""Classes that say that an element is an empty form, or hide it."""


_STATE = ("data-key", "data-formset-deleted", "aria-invalid", "aria-describedby", "aria-label")
"""What is said of a row as it stands."""


def find_empty_form(container: Any, prefix: str) -> EmptyForm | None:
    """Return the empty form of the formset `prefix`: one in its container, else one in the page.

    None if there is none. A formset inside a row has it in that row.
    """
    start = f"{prefix}-{PLACEHOLDER}"
    around = container.closest("[data-key]") if container.matches(NESTED) else document.body
    places = [container, *([around] if around else [])]
    for place in places:
        for holder in place.querySelectorAll(_HOLDERS):
            content = _content(holder)
            if _first(content, start):
                return EmptyForm(start, holder, list(content.children))
        if control := _first(place, start):
            elements = _widest(place, control, start)
            return EmptyForm(start, elements[0], [element.cloneNode(True) for element in elements])
    return None


class EmptyForm:
    """An empty form in the page, or a row instead of one: what a new row is copied from."""

    def __init__(self, start: str, holder: Any, elements: Sequence[Any]) -> None:
        """`holder` is what stands in the page; `start` is what its names begin with."""
        self.holder = holder
        self.is_authors = True
        self._start = start
        self._elements = elements
        self._row: Any = None
        self._is_row = holder.tagName not in ("TEMPLATE", "SCRIPT")

    @property
    def element(self) -> Any | None:
        """What looks like a row in the page and is none, None for a `<template>`."""
        return self.holder if self._is_row else None

    @property
    def pattern(self) -> Any | None:
        """An element that rows resemble, None where several make one row."""
        return self._elements[0] if len(self._elements) == 1 else None

    @property
    def row(self) -> Any:
        """The element to copy, once it is prepared."""
        return self._row

    @classmethod
    def like_row(cls, row: Any, row_prefix: str, prefix: str) -> EmptyForm:
        """Return what stands for an empty form if there is none: a copy of a row."""
        start = f"{prefix}-{PLACEHOLDER}"
        copied = row.cloneNode(True)
        for element in copied.querySelectorAll("[data-formset-row-actions], .errorlist"):
            element.remove()
        for element in (copied, *copied.querySelectorAll("*")):
            for name in _STATE:
                element.removeAttribute(name)
        rename_rows([(copied, row_prefix, start)])
        made = cls(start, row, [copied])
        made.is_authors = made._is_row = False
        return made

    def prepare(self, neighbour: Any | None) -> Any:
        """Make the row to copy, like its `neighbour`, and return it."""
        row = _as_row(self._elements, neighbour)
        prefix = self._start.removesuffix(f"-{PLACEHOLDER}")
        if self._is_row:
            for element in (row, *row.children):
                _show(element)
                if element.id == f"{prefix}-empty":  # as in Django's admin
                    element.id = self._start
            if PLACEHOLDER not in row.id:
                row.removeAttribute("id")
        if neighbour and neighbour.classList.contains(f"dynamic-{prefix}"):
            row.classList.add(f"dynamic-{prefix}")  # Django's admin counts rows by it
        controls = controls_in(row)
        if controls and all(control.disabled for control in controls):
            for control in controls:  # so that the empty form is not posted
                control.disabled = False
        row.setAttribute("data-formset-row", "")
        if neighbour:  # which buttons fit depends on what it will stand in
            neighbour.parentElement.cloneNode(False).append(row)
        self._row = row
        return row

    def copy(
        self, rows: Iterable[tuple[str, str, int]], elements: Any, parent: Any, following: Any
    ) -> None:
        """Put copies into `parent` before the node `following`: each with its key, prefix and number.

        `elements` is the JavaScript Map that takes note of rows by key.
        """
        told = json.dumps({"start": self._start, "placeholder": PLACEHOLDER, "given": list(rows)})
        rows_script().copy(elements, parent, following, self._row, told)

    def has_all(self, html_names: Sequence[tuple[str, str]]) -> bool:
        """Return whether the form has a control for each of these fields, but DELETE and ORDER."""
        return not self.misfits(html_names, (), ())[0]

    def misfits(
        self, html_names: Sequence[tuple[str, str]], quiet: Iterable[str], nested: Iterable[str]
    ) -> tuple[list[str], list[str]]:
        """Return the fields that have no control in the empty form, and its names that fit no field.

        `html_names` are fields with their local names. Nobody has to write those in `quiet`; names
        that begin with one of `nested` are of formsets inside.
        """
        names = {
            str(control.name).removeprefix("initial-").replace(self._start, PLACEHOLDER, 1)
            for control in controls_in(self._row)
        }
        inside = tuple(nested)
        fields = {name: field_of(name, html_names) for name in names}
        optional = {*quiet, DELETION_FIELD_NAME, ORDERING_FIELD_NAME}
        there = set(fields.values())
        lacking = [field for field, _ in html_names if field not in there and field not in optional]
        surplus = [
            name
            for name, field in fields.items()
            if field is None and not name.startswith(inside or "\0")
            and name.rpartition("-")[2] not in optional
        ]  # fmt: skip
        return lacking, sorted(surplus)


def clear_rows(element: Any, prefix: str) -> None:
    """Take the rows and the management form of a formset inside a copied row out of it.

    The engine says which rows it has. Its own empty form stays.
    """
    place = element.querySelector(f'[data-prefix="{css_escape(prefix)}"]') or element
    own = [control for control in controls_in(place) if str(control.name).startswith(f"{prefix}-")]
    numbers = {number_in(str(control.name), prefix) for control in own} - {None}
    rows = [row for number in numbers for row in roots(place, f"{prefix}-{number}")]
    start = f"{prefix}-{PLACEHOLDER}"
    for node in (*rows, *(control for control in own if not str(control.name).startswith(start))):
        node.remove()


def _content(holder: Any) -> Any:
    return holder.content if holder.tagName == "TEMPLATE" else fragment_of(holder.textContent)


def _show(element: Any) -> None:
    """Take off what keeps an empty form out of sight."""
    element.classList.remove(*_HIDING)
    element.removeAttribute("hidden")
    element.style.removeProperty("display")
    for name in ("class", "style"):
        if not element.getAttribute(name):
            element.removeAttribute(name)


def _first(place: Any, start: str) -> Any:
    """Return the first control of the empty form in `place`."""
    return place.querySelector(f'[name^="{css_escape(start)}-"]')


def _widest(place: Any, control: Any, start: str) -> list[Any]:
    elements = roots(place, start)
    # What was put around it to hide it is no row.
    while len(elements) == 1 and not elements[0].matches(CONTROLS):
        (element,) = elements
        is_holder = (
            element.matches("fieldset[disabled], [hidden]") or element.style.display == "none"
        )
        if not is_holder or element.matches(ROW) or element.childElementCount != 1:
            break
        if element.firstElementChild.matches(f"{CONTROLS}, label"):
            break
        elements = [element.firstElementChild]
    return elements


def _as_row(elements: Sequence[Any], neighbour: Any | None) -> Any:
    marked = [marked_row for element in elements for marked_row in _marked(element)]
    if marked:
        return document.importNode(marked[0], True)
    copies = [document.importNode(element, True) for element in elements]
    if len(copies) == 1 and _is_row(copies[0], neighbour):
        return copies[0]
    if neighbour:
        row = neighbour.cloneNode(False)
        for name in list(row.getAttributeNames()):
            if name != "class":
                row.removeAttribute(name)
    else:
        around = {"TR": "tbody", "LI": "ul"}.get(copies[0].tagName, "div")
        row = document.createElement(around)
    row.append(*copies)
    return row


def _marked(element: Any) -> list[Any]:
    return [element] if element.matches(ROW) else own_elements(element, ROW)[:1]


def _is_row(element: Any, neighbour: Any | None) -> bool:
    """Return whether `element` is a row, and not a row's only field."""
    if element.matches(f"{CONTROLS}, label"):
        return False
    if not neighbour:
        return True
    first = neighbour.firstElementChild
    if not resembles(element, neighbour):
        return False
    return not (first and resembles(element, first)) or _inside(element) == _inside(neighbour)


def _inside(element: Any) -> list[str]:
    return [str(child.tagName) for child in element.children]

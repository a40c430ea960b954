"""The author's own empty form, from which new rows are copied: a `<template>`, or a hidden element.

It is found by `__prefix__`, which Django's `formset.empty_form` has in its names instead of a
number. Attributes that scripts for Django's admin rely on are kept.
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
"""Classes that mark or hide an empty form."""


_STATE = ("data-key", "data-formset-deleted", "aria-invalid", "aria-describedby", "aria-label")
"""Attributes that depend on a row's state."""


def find_empty_form(container: Any, prefix: str) -> EmptyForm | None:
    """Return the empty form of the formset `prefix` in its container or else in the page, or None.

    For a nested formset, it is looked for in the outer row.
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
    """An empty form in the page, or a copied row: the model for new rows."""

    def __init__(self, start: str, holder: Any, elements: Sequence[Any]) -> None:
        """`holder` is the element in the page; names begin with `start`."""
        self.holder = holder
        self.is_authors = True
        self._start = start
        self._elements = elements
        self._row: Any = None
        self._is_row = holder.tagName not in ("TEMPLATE", "SCRIPT")

    @property
    def element(self) -> Any | None:
        """The element in the page that must not be taken for a row, None for a `<template>`."""
        return self.holder if self._is_row else None

    @property
    def pattern(self) -> Any | None:
        """An element that rows resemble, None if a row consists of several."""
        return self._elements[0] if len(self._elements) == 1 else None

    @property
    def row(self) -> Any:
        """The element to copy, set by `prepare()`."""
        return self._row

    @classmethod
    def like_row(cls, row: Any, row_prefix: str, prefix: str) -> EmptyForm:
        """Return a copy of a row, to use if there is no empty form."""
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
        """Make the row to copy, similar to its `neighbour`, and return it."""
        row = _as_row(self._elements, neighbour)
        prefix = self._start.removesuffix(f"-{PLACEHOLDER}")
        if self._is_row:
            for element in (row, *row.children):
                _show(element)
                if element.id == f"{prefix}-empty":  # the id in Django's admin
                    element.id = self._start
            if PLACEHOLDER not in row.id:
                row.removeAttribute("id")
        if neighbour and neighbour.classList.contains(f"dynamic-{prefix}"):
            row.classList.add(f"dynamic-{prefix}")  # by which Django's admin counts rows
        controls = controls_in(row)
        if controls and all(control.disabled for control in controls):
            for control in controls:  # they were disabled so as not to be posted
                control.disabled = False
        row.setAttribute("data-formset-row", "")
        if neighbour:  # the kind of buttons depends on the parent
            neighbour.parentElement.cloneNode(False).append(row)
        self._row = row
        return row

    def copy(
        self, rows: Iterable[tuple[str, str, int]], elements: Any, parent: Any, following: Any
    ) -> None:
        """Insert copies into `parent` before the node `following`, each with its key, prefix and number.

        `elements` is the JavaScript Map of rows by key, to which they are added.
        """
        told = json.dumps({"start": self._start, "placeholder": PLACEHOLDER, "given": list(rows)})
        rows_script().copy(elements, parent, following, self._row, told)

    def has_all(self, html_names: Sequence[tuple[str, str]]) -> bool:
        """Return whether the form has a control for each of these fields, except DELETE and ORDER."""
        return not self.misfits(html_names, (), ())[0]

    def misfits(
        self, html_names: Sequence[tuple[str, str]], quiet: Iterable[str], nested: Iterable[str]
    ) -> tuple[list[str], list[str]]:
        """Return the fields without a control in the empty form, and its names without a field.

        `html_names` are fields with their local names. Those in `quiet` are optional; names that
        begin with one of `nested` belong to nested formsets.
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
    """Remove the rows and the management form of a nested formset from a copied row.

    The engine will add its rows. Its own empty form stays.
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
    """Remove attributes that hide an empty form."""
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
    # An element around it that hides it is not the row.
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
    """Return whether `element` is a row, not the only field of one."""
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

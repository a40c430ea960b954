"""The places of a formset's rows: siblings, or in several elements of the author.

Anything before, between and after the rows stays in place.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clientforms.browser.dom import formset_markup
from clientforms.browser.runtime import document, rows_script, to_array

__all__ = ["RowPlaces", "empty_place"]

_AROUND = {"TR": "tbody", "TBODY": "table", "LI": "ul, ol"}
"""The parents that a row requires, by its tag."""
_NOT_FOR_MESSAGES = {"TABLE", "THEAD", "TBODY", "TFOOT", "TR", "UL", "OL", "DL"}


class RowPlaces:
    """The places of the rows in one formset's container."""

    def __init__(self, container: Any, rows: Sequence[Any], element: Any = None) -> None:
        """`rows` are the existing ones; `element` is the parent of new ones if there are none."""
        self._container = container
        found = list(rows_script().parents(to_array(rows))) if rows else [element]
        self.parents = found
        self.element = found[0] if len(found) == 1 else _common(found, container)
        self._end: Any = None
        if rows and (len(found) > 1 or rows[-1].nextElementSibling):
            self._end = document.createComment("")  # the place after them, if all are removed
            rows[-1].after(self._end)

    @property
    def is_divided(self) -> bool:
        """Whether the rows have more than one parent."""
        return len(self.parents) > 1

    def mark(self) -> None:
        """Mark the parent of the rows, unless it is the container itself."""
        if not self.element.isSameNode(self._container):
            self.element.setAttribute("data-formset-rows", "")

    def end_with(self, element: Any) -> None:
        """Insert the first rows before `element`, an empty form."""
        foot = self.element.tFoot if self.element.tagName == "TABLE" else None
        if not self._end and element.parentElement.isSameNode(self.element):
            self._end = element
        elif not self._end and foot:
            self._end = foot

    def next_to(self, following: Any | None, previous: Any | None) -> tuple[Any, Any | None]:
        """Return where to insert a row between two others: the parent, and the node after it."""
        if following:
            return following.parentElement, following
        if previous:
            return previous.parentElement, previous.nextSibling or None
        if self._end and self._end.isConnected:
            return self._end.parentElement, self._end
        return self.element, None

    def put_in_order(self, rows: Sequence[Any]) -> None:
        """Move those of `rows` that are not in their places."""
        if not self.is_divided:
            formset_markup.put_in_order(self.element, rows)
            return
        there = list(formset_markup.own_elements(self._container, formset_markup.ROW))
        now = [
            present_row for present_row in there if any(present_row.isSameNode(row) for row in rows)
        ]
        pairs = [pair for pair in zip(now, rows, strict=True) if not pair[0].isSameNode(pair[1])]
        marks = []
        for row, _ in pairs:
            marks.append(document.createComment(""))
            row.replaceWith(marks[-1])
        for mark, (_, row) in zip(marks, pairs, strict=True):
            mark.replaceWith(row)

    def before_all(self) -> Any:
        """Return the element before which messages about the formset as a whole are shown."""
        place = self.element
        if place.isSameNode(self._container):
            rows = formset_markup.own_elements(self._container, formset_markup.ROW)
            place = next(iter(rows), None) or self._container.firstElementChild or place
        while place.parentElement.tagName in _NOT_FOR_MESSAGES and not place.isSameNode(
            self._container
        ):
            place = place.parentElement
        return place


def empty_place(container: Any, holder: Any | None, tag: str) -> Any:
    """Return the parent for rows in a container that has none.

    `holder` is the author's empty form, `tag` a row's tag. If the author has no place for such rows, an
    element is made after the management form.
    """
    marked = formset_markup.own_elements(container, formset_markup.ROWS)
    if marked:
        return marked[0]
    if holder and container.contains(holder) and not container.isSameNode(holder.parentElement):
        return holder.parentElement
    if fitting := container.querySelectorAll(_AROUND[tag]) if tag in _AROUND else ():
        return fitting[len(fitting) - 1]
    if holder and container.contains(holder) and tag not in _AROUND:
        return holder.parentElement
    element = document.createElement("div")
    hidden = [child for child in container.children if child.matches('input[type="hidden"]')]
    if hidden:
        hidden[-1].after(element)
    else:
        container.append(element)
    return element


def _common(elements: Sequence[Any], container: Any) -> Any:
    found = elements[0]
    while not found.isSameNode(container) and not all(
        found.contains(element) for element in elements
    ):
        found = found.parentElement
    return found

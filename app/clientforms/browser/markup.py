"""The elements around Django's own markup: rows, their buttons, and the formset's.

What stands inside a row is Django's. A container that holds such markup already keeps it; what
is missing around it is added.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from clientforms.browser.controls import CONTROLS
from clientforms.browser.runtime import document
from clientforms.engine.names import to_local
from clientforms.engine.shells import (
    row_actions,
    row_html,
    set_actions,
)

__all__ = ["ACTIONS", "CONTAINERS", "NESTED", "NOTE", "ROW", "ROWS", "add_actions",
           "element_of", "fragment_of", "group_rows", "own_elements", "put_in_order", "roots", "row_html", "show_deletions"]  # fmt: skip

ROW = "[data-formset-row]"
ROWS = "[data-formset-rows]"
ACTIONS = "[data-formset-action]"
NESTED = "[data-formset-nested]"
CONTAINERS = f"[data-formset], [data-form], {NESTED}"
NOTE = "data-clientforms-note"


def element_of(html: str) -> Any:
    """Return the one element that `html` describes."""
    template = document.createElement("template")
    template.innerHTML = html
    return template.content.firstElementChild


def fragment_of(html: str) -> Any:
    """Return what `html` describes, in a fragment that belongs to the page's document."""
    template = document.createElement("template")
    template.innerHTML = html
    return document.importNode(template.content, True)


def add_actions(container: Any, rows: list[Any], layout: str, *, ordered: bool) -> None:
    """Give markup that was there already the buttons that its author left out."""
    for row in rows:
        if not own_elements(row, ACTIONS):
            row.insertAdjacentHTML("beforeend", row_actions(layout, ordered))
    if not own_elements(container, '[data-formset-action="add"]'):
        container.insertAdjacentHTML("beforeend", set_actions())


def own_elements(element: Any, selector: str) -> list[Any]:
    """Return what `selector` finds in `element`, not what is in another form or formset inside it."""
    found = []
    for each in element.querySelectorAll(selector):
        nested = each.closest(CONTAINERS)
        if not nested or nested.contains(element):
            found.append(each)
    return found


def put_in_order(parent: Any, rows: Sequence[Any]) -> None:
    """Move those of `rows` that stand elsewhere in `parent`."""
    previous: Any = None
    for row in rows:
        before = row.previousElementSibling
        while before and not before.matches(ROW):
            before = before.previousElementSibling
        if previous is None and before:
            parent.querySelector(ROW).before(row)
        elif previous is not None and not (before and before.isSameNode(previous)):
            previous.after(row)
        previous = row


def show_deletions(container: Any) -> None:
    """Show the DELETE checkboxes again, for a page without buttons that work."""
    for element in container.querySelectorAll("[data-clientforms-hidden]"):
        element.hidden = False
        element.removeAttribute("data-clientforms-hidden")


def group_rows(container: Any, prefixes: list[str], errors: list[str]) -> tuple[Any, list[Any]]:
    """Return the element of the rows and the rows, made from markup without row elements.

    Django's own `{{ formset }}` puts one form after another; everything from a row's first
    control to the next row's is the row, with what the selectors `errors` find before it.
    """
    rows = [row for row in own_elements(container, ROW) if _outermost(row, container)]
    if rows:
        return rows[0].parentElement, rows
    found = [list(roots(container, prefix, errors)) for prefix in prefixes]
    parent = next((each[0].parentElement for each in found if each), None)
    if not parent:
        element = container.querySelector(ROWS) or document.createElement("div")
        element.setAttribute("data-formset-rows", "")
        container.append(element)
        return element, []
    tag = "tbody" if parent.tagName in ("TBODY", "TABLE") else "div"
    rows_element = parent
    if parent.tagName == "TBODY":
        rows_element = parent.parentElement
    elif parent.isSameNode(container):
        rows_element = document.createElement("div")
        found[0][0].before(rows_element)
    rows = []
    for each in found:
        row = document.createElement(tag)
        row.setAttribute("data-formset-row", "")
        row.append(*each)
        rows.append(row)
    rows_element.append(*rows)
    if parent.tagName == "TBODY" and not parent.childElementCount:
        parent.remove()
    rows_element.setAttribute("data-formset-rows", "")
    return rows_element, rows


def _outermost(row: Any, container: Any) -> bool:
    around = row.parentElement.closest(ROW)
    return not around or not container.contains(around) or bool(around.isSameNode(container))


def roots(
    container: Any, prefix: str, errors: Sequence[str] = (".errorlist:not(.nonform)",)
) -> Iterator[Any]:
    """Yield the outermost elements that belong to `prefix`, a row or a formset, in order."""
    controls = [
        control
        for control in container.querySelectorAll(CONTROLS)
        if control.name and to_local(control.name, prefix)
    ]
    if not controls:
        return
    others = [
        control
        for control in container.querySelectorAll(CONTROLS)
        if control.name and not to_local(control.name, prefix)
    ]
    seen: list[Any] = []
    for control in controls:
        root = control
        while not root.parentElement.isSameNode(container) and not any(
            root.parentElement.contains(other) for other in others
        ):
            root = root.parentElement
        if not any(root.isSameNode(each) for each in seen):
            seen.append(root)
    # Between a row's elements stand its error lists, in layouts that put them outside.
    last, element = seen[-1], seen[0]
    previous = element.previousElementSibling
    while previous and previous.matches(", ".join(errors)):
        element, previous = previous, previous.previousElementSibling
    yield element
    while not element.isSameNode(last):
        element = element.nextElementSibling
        yield element

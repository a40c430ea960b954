"""The elements around Django's own markup: rows, their buttons, and the formset's buttons.

Django renders the content of a row. Existing markup in a container is kept, and what is missing
around it is added.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clientforms.browser.dom.shown_texts import put_text
from clientforms.browser.runtime import document
from clientforms.engine.html.row_html import (
    row_actions,
    row_html,
    set_actions,
)
from clientforms.texts import text

__all__ = ["ACTIONS", "ADD", "CONTAINERS", "NESTED", "NOTE", "ROW", "ROWS", "add_actions", "add_remove_link", "add_row_actions", "brings_buttons",
           "element_of", "fragment_of", "own_elements", "put_in_order", "row_html", "show_deletions"]  # fmt: skip

ROW = "[data-formset-row]"
ROWS = "[data-formset-rows]"
ACTIONS = "[data-formset-action]"
ADD = '[data-formset-action="add"]'
NESTED = "[data-formset-nested]"
CONTAINERS = f"[data-formset], [data-form], {NESTED}"
NOTE = "data-clientforms-note"
_ADMIN = ".js-inline-admin-formset"
_DELETION = 'input[type="checkbox"][name$="-DELETE"]'
_LAYOUTS = {"TBODY": "table", "UL": "ul", "OL": "ul"}
"""The layout whose buttons fit into a row, by its tag; all others get a paragraph."""


def element_of(html: str) -> Any:
    """Return the single element in `html`."""
    template = document.createElement("template")
    template.innerHTML = html
    return template.content.firstElementChild


def fragment_of(html: str) -> Any:
    """Return `html` as a fragment of the page's document."""
    template = document.createElement("template")
    template.innerHTML = html
    return document.importNode(template.content, True)


def brings_buttons(container: Any) -> bool:
    """Return whether another script adds the buttons, as in Django's admin."""
    return bool(
        container.getAttribute("data-buttons") == "off"
        or container.closest(_ADMIN)
        or container.querySelector(_ADMIN)
    )


def add_actions(container: Any, rows: Sequence[Any], *, ordered: bool) -> None:
    """Add missing buttons to existing markup."""
    if brings_buttons(container):
        return
    add_row_actions(rows, ordered=ordered)
    if not own_elements(container, ADD):
        _append(container, element_of(set_actions()))


def add_row_actions(rows: Sequence[Any], *, ordered: bool) -> None:
    """Add missing buttons to rows, in elements that are allowed there."""
    html: dict[str, str] = {}
    for row in rows:
        if own_elements(row, ACTIONS):
            continue
        layout = _LAYOUTS.get(str(row.tagName), "div")
        if layout not in html:
            html[layout] = row_actions(layout, ordered)
        if row.tagName in _LAYOUTS or not _needs_care(row):
            row.insertAdjacentHTML("beforeend", html[layout])
        else:
            _append(row, element_of(html[layout]))


def add_remove_link(row: Any) -> None:
    """Add the link with which Django's admin removes a row."""
    link = element_of('<a role="button" class="inline-deletelink" href="#"></a>')
    link.setAttribute("data-formset-action", "remove")
    put_text(link, text("Remove"))
    holder = document.createElement("div" if row.tagName == "TR" else "span")
    holder.append(link)
    place = row.lastElementChild if row.tagName == "TR" else row.firstElementChild
    (place or row).append(holder)


def _needs_care(row: Any) -> bool:
    return row.tagName in ("TR", "DL", "P") or _is_in_list(row)


def _is_in_list(row: Any) -> bool:
    return bool(row.parentElement) and row.parentElement.tagName == "DL"


def _append(parent: Any, actions: Any) -> None:
    """Append `actions` to `parent`, in an element that is allowed there."""
    match str(parent.tagName):
        case "TR":
            _append_to_cells(parent, actions)
        case "TABLE" | "TBODY":
            columns = max((len(table_row.cells) for table_row in parent.rows), default=1)
            cell = document.createElement("td")
            cell.colSpan = columns
            cell.append(actions)
            row = document.createElement("tr")
            row.append(cell)
            place = parent
            if parent.tagName == "TABLE":
                place = parent.tFoot or document.createElement("tfoot")
                parent.append(place)
            place.append(row)
        case "UL" | "OL":
            item = document.createElement("li")
            item.append(actions)
            parent.append(item)
        case "P":
            parent.append(_renamed(actions, "span"))
        case "DL":
            parent.append(_renamed(actions, "dd"))
        case _:
            parent.append(_renamed(actions, "dd") if _is_in_list(parent) else actions)


def _append_to_cells(row: Any, actions: Any) -> None:
    """Append `actions` to the cell of the row's DELETE, or to a new one if it has other controls."""
    cells = [cell for cell in row.cells if cell.querySelector(_DELETION)]
    if cells and len(cells[0].querySelectorAll("input, select, textarea")) == 1:
        cells[0].append(_renamed(actions, "span"))
        return
    row.append(_renamed(actions, "td"))
    table = row.closest("table")
    for heading in table.tHead.rows if table and table.tHead else ():
        if len(heading.cells) == len(row.cells) - 1:
            heading.append(document.createElement("td"))


def _renamed(element: Any, tag: str) -> Any:
    made = document.createElement(tag)
    for name in element.getAttributeNames():
        made.setAttribute(name, element.getAttribute(name))
    made.append(*element.childNodes)
    return made


def own_elements(element: Any, selector: str) -> list[Any]:
    """Return the matches of `selector` in `element`, without those in nested forms and formsets."""
    found = []
    for candidate in element.querySelectorAll(selector):
        nested = candidate.closest(CONTAINERS)
        if not nested or nested.contains(element):
            found.append(candidate)
    return found


def put_in_order(parent: Any, rows: Sequence[Any]) -> None:
    """Move those of `rows` in `parent` that are not in order."""
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
    """Show the controls of DELETE and ORDER again, for a page whose buttons no longer work."""
    for element in container.querySelectorAll("[data-formset-ordered]"):
        element.removeAttribute("data-formset-ordered")  # it lets a style sheet hide ORDER
    for element in container.querySelectorAll("[data-clientforms-hidden]"):
        element.hidden = False
        element.removeAttribute("data-clientforms-hidden")

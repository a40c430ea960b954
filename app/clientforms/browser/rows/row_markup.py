"""Find a formset's rows in existing markup, by marks of the author or by names of controls.

A single element of the author's becomes a row as it is. If Django rendered several elements for a
form, fields or table rows, they get an element around them. Everything else stays in place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from clientforms.browser.dom.form_controls import CONTROLS, controls_in
from clientforms.browser.dom.formset_markup import ADD, ROW, ROWS, fragment_of, own_elements
from clientforms.browser.runtime import document
from clientforms.engine.post.control_names import number_in, to_local

__all__ = ["group_rows", "marked_rows", "resembles", "roots"]

_ERRORS = (".errorlist:not(.nonform)",)
_LISTS = ("TBODY", "UL", "OL")
"""Elements that contain only items, so several items are put into an element of the same kind."""
_ITEMS = ("TR", "LI")


def marked_rows(container: Any, *, without: Any = None) -> list[Any]:
    """Return the rows that are marked in the markup, in order, except the empty form `without`."""
    return [
        row
        for row in own_elements(container, ROW)
        if _is_outermost(row, container) and not (without and without.contains(row))
    ]


def group_rows(
    container: Any,
    prefix: str,
    count: int,
    errors: Sequence[str] = _ERRORS,
    *,
    empty: Any = None,
    pattern: Any = None,
    html: Callable[[], str] = str,
) -> tuple[list[Any], bool]:
    """Return the rows of the formset `prefix`, marked and in the order of their numbers.

    `errors` are selectors of a form's errors. `empty` is the element of the author's empty form, if it
    is in the page; rows resemble `pattern`. `html` returns Django's HTML of a form. The second result
    says whether the rows are elements of the author.
    """
    rows: dict[int, Any] = {}
    unnamed = []
    for row in marked_rows(container, without=empty):
        number = _number_of(row, prefix)
        if number is None or number in rows:
            unnamed.append(row)
        else:
            rows[number] = row
    for number, row in zip(
        [free_number for free_number in range(count) if free_number not in rows],
        unnamed,
        strict=False,
    ):
        rows[number] = row
    is_own = True
    missing = {f"{prefix}-{number}": number for number in range(count) if number not in rows}
    if missing:
        found = _Finder(container, partial(_row_of, prefix)).find(list(missing), errors)
        made, is_own = _make_rows(container, found, pattern, html, alone=count == 1)
        rows |= {missing[row_prefix]: row for row_prefix, row in made.items()}
    return [rows[number] for number in sorted(rows) if number < count], is_own


def roots(container: Any, prefix: str, errors: Sequence[str] = _ERRORS) -> list[Any]:
    """Return the outermost elements of `prefix`, a row or a formset, in order."""
    finder = _Finder(container, lambda name: prefix if to_local(name, prefix) else None)
    found = finder.find([prefix], errors).get(prefix)
    return [*found.errors, *found.elements] if found else []


def resembles(element: Any, other: Any) -> bool:
    """Return whether two elements have the same tag, and a common class if both have classes."""
    if element.tagName != other.tagName:
        return False
    classes, others = set(element.classList), set(other.classList)
    return bool(classes & others) or not (classes and others)


class _Found:
    """The parts of one row: its controls, the elements around them, and errors before those."""

    def __init__(self, controls: list[Any], elements: list[Any], errors: list[Any]) -> None:
        self.controls = controls
        self.elements = elements
        self.errors = errors


class _Finder:
    """Finds elements in a container by their controls' owner, which `owner` returns for a name."""

    def __init__(self, container: Any, owner: Callable[[str], str | None]) -> None:
        self._container = container
        self._controls = controls_in(container)  # without buttons, which have no owner
        self._owners = [owner(str(control.name)) for control in self._controls]

    def find(self, owners: Sequence[str], errors: Sequence[str]) -> dict[str, _Found]:
        """Return what was found for each owner, without owners that have no controls."""
        places: dict[str | None, list[int]] = {}
        for place, owner in enumerate(self._owners):
            places.setdefault(owner, []).append(place)
        found = {}
        for owner in owners:
            if owner not in places:
                continue
            seen: list[Any] = []
            for place in places[owner]:
                root = self._root(place)
                if not any(root.isSameNode(seen_root) for seen_root in seen):
                    seen.append(root)
            controls = [self._controls[place] for place in places[owner]]
            found[owner] = _Found(controls, _range(seen[0], seen[-1]), _before(seen[0], errors))
        return found

    def _root(self, place: int) -> Any:
        """Return the largest element around a control that contains no control of other owners.

        It is enough to test the nearest ones before and after.
        """
        owner, last = self._owners[place], len(self._owners)
        before = next((i for i in range(place - 1, -1, -1) if self._owners[i] != owner), None)
        behind = next((i for i in range(place + 1, last) if self._owners[i] != owner), None)
        others = [
            self._controls[neighbour] for neighbour in (before, behind) if neighbour is not None
        ]
        root = self._controls[place]
        while not root.parentElement.isSameNode(self._container):
            parent = root.parentElement
            if parent.matches(ROWS) or any(parent.contains(other) for other in others):
                break
            if parent.querySelector(ADD):
                break
            root = parent
        return root


def _range(first: Any, last: Any) -> list[Any]:
    """Return the siblings from `first` to `last`."""
    elements = [first]
    while not elements[-1].isSameNode(last) and elements[-1].nextElementSibling:
        elements.append(elements[-1].nextElementSibling)
    return elements


def _before(element: Any, errors: Sequence[str]) -> list[Any]:
    """Return the elements before a row that show its errors and nothing else."""
    found: list[Any] = []
    previous = element.previousElementSibling
    while previous and _shows_errors(previous, ", ".join(errors)):
        found.insert(0, previous)
        previous = previous.previousElementSibling
    return found


def _shows_errors(element: Any, selector: str) -> bool:
    if not selector or element.querySelector(CONTROLS):
        return False
    if element.matches(selector):
        return True
    lists = element.querySelectorAll(selector)
    said = "".join(str(error_list.textContent) for error_list in lists)
    return bool(lists.length) and "".join(said.split()) == "".join(str(element.textContent).split())


def _make_rows(
    container: Any, found: dict[str, _Found], given: Any, html: Callable[[], str], *, alone: bool
) -> tuple[dict[str, Any], bool]:
    """Return rows by prefix, and whether they are elements of the author."""
    pattern = given or _pattern(
        [row_parts.elements[0] for row_parts in found.values() if _is_one(row_parts)]
    )
    for row_parts in found.values():
        if _is_one(row_parts):
            row_parts.elements = _narrowed(row_parts, pattern, html() if alone else "")
    if all(map(_is_one, found.values())) and found:
        first = next(iter(found.values())).elements[0]
        if (given and resembles(first, given)) or not _is_field(first, html()):
            return {prefix: _marked(row_parts) for prefix, row_parts in found.items()}, True
    return _wrapped(container, found), False


def _is_one(found: _Found) -> bool:
    return len(found.elements) == 1 and not found.elements[0].matches(f"{CONTROLS}, label")


def _pattern(elements: Sequence[Any]) -> Any | None:
    """Return the one of `elements` that most others resemble, None if all do."""
    counts = [sum(resembles(element, other) for other in elements) for element in elements[:20]]
    if not counts or max(counts) == len(elements):
        return None
    return elements[counts.index(max(counts))]


def _narrowed(found: _Found, pattern: Any | None, html: str) -> list[Any]:
    """Return a row's elements without those around all rows.

    A row that is alone in them is recognised by comparing it with `html`, Django's HTML of the form.
    """
    around = [found.elements[0]]  # elements that contain all of the row's controls, outermost first
    while inner := next(
        (
            child
            for child in around[-1].children
            if all(child.contains(control) for control in found.controls)
        ),
        None,
    ):
        around.append(inner)
    if around[-1].matches(CONTROLS) and len(around) > 1:
        around.pop()
    if pattern:
        return [next((element for element in around if resembles(element, pattern)), around[0])]
    if not html:
        return [around[0]]
    innermost = around[-1]
    if item := next((element for element in around if element.tagName in _ITEMS), None):
        return [item]
    if innermost.tagName in _LISTS or innermost.tagName == "TABLE":
        items = [child for child in innermost.children if child.querySelector(CONTROLS)]
        if len(items) != len(_made_by_django(html)):
            return [innermost]
        return _range(items[0], items[-1])
    return [next((element for element in around if element.childElementCount > 1), around[0])]


def _is_field(element: Any, html: str) -> bool:
    """Return whether `element` is the only field that Django renders, not an author's row."""
    made = _made_by_django(html)
    return len(made) == 1 and _look(made[0]) == _look(element)


def _made_by_django(html: str) -> list[Any]:
    return [child for child in fragment_of(html).children if not child.matches(_ERRORS[0])]


def _look(element: Any) -> tuple[str, list[str]]:
    inside = [str(child.tagName) for child in element.children if not child.matches(".errorlist")]
    return str(element.tagName), [tag for tag in inside if tag != "INPUT"]


def _marked(found: _Found) -> Any:
    """Mark a row's single element, and move errors before it into it."""
    row = found.elements[0]
    row.setAttribute("data-formset-row", "")
    place = row
    if found.errors and row.tagName == "TR":
        place = next((cell for cell in row.children if cell.querySelector(CONTROLS)), row)
    for holder in reversed(found.errors):
        lists = [holder] if holder.matches(".errorlist") else holder.querySelectorAll(".errorlist")
        place.prepend(*list(lists))
        if not holder.matches(".errorlist"):
            holder.remove()
    return row


def _wrapped(container: Any, found: dict[str, _Found]) -> dict[str, Any]:
    rows: dict[str, Any] = {}
    groups: list[tuple[Any, list[str]]] = []
    for prefix, row_parts in found.items():
        parent = row_parts.elements[0].parentElement
        if groups and groups[-1][0].isSameNode(parent):
            groups[-1][1].append(prefix)
        else:
            groups.append((parent, [prefix]))
    for parent, prefixes in groups:
        pieces = [[*found[prefix].errors, *found[prefix].elements] for prefix in prefixes]
        if parent.tagName in _LISTS and not parent.isSameNode(container):
            made = _split(parent, pieces)
        else:
            made = [_around(parent, elements) for elements in pieces]
            if parent.isSameNode(container) and made[0].tagName == "DIV":
                _together(made)
        rows |= dict(zip(prefixes, made, strict=True))
    return rows


def _around(parent: Any, elements: Sequence[Any]) -> Any:
    row = _new_row(document.createElement("tbody" if parent.tagName == "TABLE" else "div"))
    elements[0].before(row)
    row.append(*elements)
    return row


def _split(parent: Any, pieces: Sequence[Sequence[Any]]) -> list[Any]:
    """Split the list that contains all rows into one for each row."""
    behind = _following(pieces[-1][-1])
    rows: list[Any] = []
    for number, elements in enumerate(pieces):
        end = pieces[number + 1][0] if number + 1 < len(pieces) else None
        between = [] if end is None else _until(elements[-1].nextElementSibling, end)
        row = _new_row(parent.cloneNode(False))
        row.append(*elements, *between)
        (rows[-1] if rows else parent).after(row)
        rows.append(row)
    if behind and parent.childElementCount > len(behind):
        tail = parent.cloneNode(False)
        tail.removeAttribute("id")
        tail.append(*behind)
        rows[-1].after(tail)
    elif behind:
        rows[-1].after(parent)
    elif not parent.childElementCount:
        parent.remove()
    return rows


def _together(rows: Sequence[Any]) -> None:
    """Wrap rows that are children of the container, and what is between them, in an element."""
    element = document.createElement("div")
    element.setAttribute("data-formset-rows", "")
    everything = _range(rows[0], rows[-1])
    rows[0].before(element)
    element.append(*everything)


def _new_row(element: Any) -> Any:
    element.removeAttribute("id")
    element.removeAttribute("data-formset-rows")
    element.setAttribute("data-formset-row", "")
    return element


def _following(element: Any) -> list[Any]:
    return _until(element.nextElementSibling, None)


def _until(element: Any, end: Any | None) -> list[Any]:
    found = []
    while element and not (end and element.isSameNode(end)):
        found.append(element)
        element = element.nextElementSibling
    return found


def _row_of(prefix: str, name: str) -> str | None:
    number = number_in(name, prefix)
    return None if number is None else f"{prefix}-{number}"


def _number_of(row: Any, prefix: str) -> int | None:
    for control in row.querySelectorAll(CONTROLS):
        number = number_in(str(control.name), prefix)
        if number is not None:
            return number
    return None


def _is_outermost(row: Any, container: Any) -> bool:
    around = row.parentElement.closest(ROW)
    return not around or not container.contains(around) or bool(around.isSameNode(container))

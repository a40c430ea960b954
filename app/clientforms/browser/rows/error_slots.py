"""Find out where a template puts errors, and how it shows them, from a form with errors.

Custom templates and error lists may look like anything. So a sample form is rendered once with
two errors in every place: their text marks where errors belong, and the elements around the text
show them. No tags or classes are assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from typing import Any

from clientforms.browser.dom.form_controls import CONTROLS, controls_in
from clientforms.browser.dom.formset_markup import NOTE, own_elements
from clientforms.browser.runtime import css_escape, document
from clientforms.engine.html.form_html import ErrorSample

__all__ = [
    "Slot",
    "error_elements",
    "error_selectors",
    "find_slots",
    "forget",
    "place_of",
    "selector_of",
]

_PARTS = {
    "TABLE": ("TBODY", "CAPTION"), "TBODY": ("TR",), "THEAD": ("TR",), "TFOOT": ("TR",), "TR": ("TD", "TH")
}  # fmt: skip
_TEXT_NODES = 4  # NodeFilter.SHOW_TEXT
_FOLLOWING = 4  # Node.DOCUMENT_POSITION_FOLLOWING


@dataclass(frozen=True, eq=False)
class Slot:
    """A place relative to a field's first control, and the look of errors there.

    `depth` is the number of levels from the control up to the errors' sibling. `own` says that their
    parent contains only this field: then `index` counts the elements before the errors, or those
    after them, from -1 downwards. Otherwise `index` counts the elements from the errors to the
    sibling, and is -1 for errors after it.
    """

    depth: int = 0
    own: bool = False
    index: int = 1
    branch: tuple[tuple[int, str], ...] = ()
    """The path to errors deeper than the sibling: steps among elements, and their tags."""
    anchor: str = ""
    """The field whose control is used for errors that belong to no field."""
    item: Any = None
    """The node for a single error, if the template does not show Django's list."""
    mark: str = ""
    wrapper: Any = None
    selector: str = ""
    css_depth: int | None = None
    classes: tuple[tuple[int, str, bool], ...] = ()
    """Classes that the template changes for errors: levels up from the control, the class, and whether
    errors add or remove it."""

    @property
    def is_plain(self) -> bool:
        """Whether only Django's own list is shown, beside the control or an element around it."""
        return not (self.branch or self.item or self.wrapper or self.classes)

    def elements(self, html: str, messages: Sequence[str]) -> list[Any]:
        """Return the elements for these errors; `html` is Django's list of them."""
        made = error_elements(html)
        if self.item:
            made = [self._item(message) for message in messages]
        if not self.wrapper:
            return made
        wrapper = self.wrapper.cloneNode(True)
        wrapper.querySelector("slot[data-errors]").replaceWith(*made)
        return [wrapper]

    def insert(self, elements: Sequence[Any], control: Any, row: Any) -> None:
        """Insert `elements` where the template would render them in `row`."""
        if not row.contains(control):  # outside the row, with a form attribute
            control.before(*elements)
            return
        sibling = self._sibling(control, row)
        parent = sibling.parentElement
        if not _may_hold(parent, elements[0]):  # a table cell around it may contain anything
            (control.closest("td, th") or sibling).prepend(*_without_cells(elements))
        elif self.branch and (place := self.place(control, row)):
            parent, before = place
            parent.insertBefore(elements[0], before)
            for previous, element in pairwise(elements):
                previous.after(element)
        elif self.own and not parent.isSameNode(row):
            others = [child for child in parent.children if not child.hasAttribute(NOTE)]
            own = next(index for index, other in enumerate(others) if other.isSameNode(sibling))
            if (
                self.index >= 0
            ):  # before the control, as in the template, if there is less before it
                count = min(self.index, own)
            else:
                count = max(len(others) + 1 + self.index, own + 1)
            if count <= 0:
                parent.prepend(*elements)
            else:
                others[min(count, len(others)) - 1].after(*elements)
        elif self.index < 0:
            sibling.after(*elements)
        else:
            for _ in range(self.index - 1):
                sibling = sibling.previousElementSibling or sibling
            sibling.before(*elements)

    def styled(self, control: Any, row: Any) -> Any | None:
        """Return the element that has the field's CSS classes, None if there is none."""
        if self.css_depth is None:
            return None
        if not row.contains(control):
            return control.parentElement
        element = control
        for _ in range(self.css_depth):
            if element.parentElement.isSameNode(row):
                break
            element = element.parentElement
        return element

    def toggle_classes(self, controls: Sequence[Any], row: Any, *, failing: bool) -> None:
        """Set the classes of the field's `controls` and elements around them like the template."""
        for depth, name, added in self.classes:
            for element in controls if depth == 0 else controls[:1]:
                for _ in range(depth):
                    element = element.parentElement
                if row.contains(element) and not element.isSameNode(row):
                    element.classList.toggle(name, failing == added)

    def place(self, control: Any, row: Any = None) -> tuple[Any, Any] | None:
        """Follow the branch: return the parent of the errors and the node that follows them."""
        (offset, _), *steps, (index, last) = self.branch
        element = self._sibling(control, row)
        for _ in range(abs(offset)):
            element = (
                element.nextElementSibling if offset > 0 else element.previousElementSibling
            ) or element
        for step, tag in steps:
            if element.tagName != tag or step >= len(element.children):
                return None
            element = element.children[step]
        if element.tagName != last:
            return None
        children = element.children
        return element, children[index] if index < len(children) else None

    def _sibling(self, control: Any, row: Any) -> Any:
        sibling = control
        for _ in range(self.depth):
            parent = sibling.parentElement
            if not parent or (row and parent.isSameNode(row)):
                break
            sibling = parent
        return sibling

    def _item(self, message: str) -> Any:
        item = self.item.cloneNode(True)
        for text in _texts(item):
            text.data = text.data.replace(self.mark, message)
        return item


def place_of(errors: Any, controls: Sequence[Any], row: Any) -> dict[str, Any]:
    """Return the arguments of a Slot for the place of `errors` beside a field's controls in `row`."""
    return _place([errors], list(controls), row)


def error_elements(html: str) -> list[Any]:
    """Return the elements in `html`, the list of errors; plain text is put into an element."""
    content = _parsed(html)
    elements = list(content.children)
    if elements or not html.strip():
        return elements
    text = document.createElement("span")
    text.textContent = content.textContent
    return [text]


def find_slots(sample: ErrorSample) -> dict[str, Slot]:
    """Return slots by field name or `__all__`, without fields that show no errors."""
    content = _parsed(sample.html)
    controls = _by_field(content, sample.field_of)
    clean_controls = cache(lambda: _by_field(_parsed(sample.clean_html()), sample.field_of))
    all_texts = [(text, str(text.data)) for text in _texts(content)]  # read once for all marks
    slots = {}
    for name, marks in sample.marks.items():
        texts = [next((text for text, data in all_texts if mark in data), None) for mark in marks]
        if texts[0] is None:
            continue
        items, is_list = _items(texts, error_elements(sample.lists[name]))
        look = _look(items, is_list, marks[0])
        outer = look.pop("outer")
        if anchor := name if name in controls else _next_field(items[-1], controls):
            if look["wrapper"]:
                inside = _place(items, controls[anchor], content)
                control = clean_controls().get(anchor, [None])[0]
                if control and _is_kept(Slot(**inside), control, items[0].parentNode):
                    look["wrapper"], outer = None, items
            look |= _place(outer, controls[anchor], content)
        css = _css_depth(controls.get(name, []), sample.error_classes.get(name, ""))
        if sample.is_authors and name in controls:
            look["classes"] = _classes(controls[name], clean_controls().get(name, []))
        slots[name] = Slot(anchor=anchor, css_depth=css, **look)
    return slots


def selector_of(html: str) -> str:
    """Return a selector for elements like the one in `html`, empty if it is too general."""
    elements = error_elements(html)
    return _selector(elements[0]) if elements else ""


def error_selectors(slots: Mapping[str, Slot]) -> list[str]:
    """Return selectors for the errors of one form in markup, including Django's own."""
    found = [slot.selector for slot in slots.values() if slot.selector]
    return list(dict.fromkeys([".errorlist:not(.nonform)", *found]))


def forget(element: Any, selectors: Sequence[str]) -> bool:
    """Remove errors that came with the markup from `element`; return whether there were any."""
    found = False
    for selector in selectors:
        for errors in list(own_elements(element, selector)):
            if errors.querySelector(CONTROLS):
                continue
            while not errors.parentElement.isSameNode(element) and _is_all(
                [errors], errors.parentElement
            ):
                errors = errors.parentElement
            errors.remove()
            found = True
    return found


def _parsed(html: str) -> Any:
    template = document.createElement("template")
    template.innerHTML = html
    return template.content


def _by_field(content: Any, field_of: Callable[[str], str | None]) -> dict[str, list[Any]]:
    controls: dict[str, list[Any]] = {}
    for control in controls_in(content):
        if control.type != "hidden" and (field := field_of(control.name)):
            controls.setdefault(field, []).append(control)
    return controls


def _is_kept(slot: Slot, control: Any, wrapper: Any) -> bool:
    """Return whether the template renders the element around errors even without errors."""
    place = slot.place(control) if slot.branch else None
    return (
        place is not None
        and place[0].className == wrapper.className
        and not place[0].textContent.strip()
    )


def _may_hold(parent: Any, element: Any) -> bool:
    """Return whether `parent`, if it is part of a table, may contain `element`."""
    return parent.tagName not in _PARTS or element.tagName in _PARTS[str(parent.tagName)]


def _without_cells(elements: Sequence[Any]) -> list[Any]:
    found = []
    for element in elements:
        inside = element.tagName in ("TR", "TD", "TBODY")
        found += _without_cells(list(element.children)) if inside else [element]
    return found


def _texts(root: Any) -> Iterator[Any]:
    walker = document.createTreeWalker(root, _TEXT_NODES)
    while text := walker.nextNode():
        yield text


def _items(texts: Sequence[Any | None], lists: Sequence[Any]) -> tuple[list[Any], bool]:
    """Return the nodes that show the errors, and whether that is Django's list."""
    first, second = texts
    assert first is not None
    element = first.parentElement
    while element:
        if lists and element.isEqualNode(lists[0]):
            return [element], True
        element = element.parentElement
    if second and first.isSameNode(second):
        return [first], True  # a list of plain text
    if second is None:
        element = first
        while element.parentElement and _is_all([element], element.parentElement):
            element = element.parentElement
        return [element], False
    common = first.parentNode
    while not common.contains(second):
        common = common.parentNode
    return [_child_with(common, first), _child_with(common, second)], False


def _look(items: list[Any], is_list: bool, mark: str) -> dict[str, Any]:
    outer = items[0]
    if _is_all(items, items[0].parentNode):
        outer = items[0].parentElement
        while outer.parentElement and _is_all([outer], outer.parentElement):
            outer = outer.parentElement
    wrapper = None
    if not outer.isSameNode(items[0]):
        place = document.createElement("slot")
        place.setAttribute("data-errors", "")
        path = _path(outer, items[0])
        wrapper = outer.cloneNode(True)
        inside = wrapper
        for step in path:
            inside = inside.childNodes[step]
        for sibling in list(inside.parentNode.childNodes):
            if not sibling.isSameNode(inside):
                sibling.remove()
        inside.replaceWith(place)
    item = None
    if not is_list:
        item = items[0]
        if item.nodeType == 3:  # text among other nodes gets its own element
            item = document.createElement("span")
            item.textContent = mark
    selector = _selector(items[0]) if items[0].nodeType != 3 else ""
    outermost = [outer] if wrapper else items
    return {
        "outer": outermost,
        "wrapper": wrapper,
        "item": item,
        "mark": mark,
        "selector": selector,
    }


def _place(outer: list[Any], controls: list[Any], content: Any) -> dict[str, Any]:
    first, last, control = outer[0], outer[-1], controls[0]
    common = first.parentNode
    while not common.contains(control):
        common = common.parentNode
    sibling, depth = control, 0
    while not sibling.parentNode.isSameNode(common):
        sibling, depth = sibling.parentNode, depth + 1
    precedes = bool(first.compareDocumentPosition(control) & _FOLLOWING)
    branch: list[tuple[int, str]] = []
    if not first.parentNode.isSameNode(common):
        branch = _branch(common, sibling, first)
    first, last = _child_with(common, first), _child_with(common, last)
    alone = all(
        any(inner_control.isSameNode(own) for own in controls) or inner_control.type == "hidden"
        for inner_control in controls_in(common)
    )
    if alone and not common.isSameNode(content):
        children = list(common.children)
        before = sum(bool(_comes_after(first, child)) for child in children)
        after = sum(bool(_comes_after(child, last)) for child in children)
        index = before if precedes else -1 - after
        return {"depth": depth, "own": not branch, "index": index, "branch": tuple(branch)}
    if not precedes:
        return {"depth": depth, "own": False, "index": -1, "branch": tuple(branch)}
    between = sum(
        bool(_comes_after(child, last) and _comes_after(sibling, child))
        for child in common.children
    )
    return {"depth": depth, "own": False, "index": between + 1, "branch": tuple(branch)}


def _branch(common: Any, sibling: Any, errors: Any) -> list[tuple[int, str]]:
    """Return the path from `sibling` to the place of `errors` in another child of `common`."""
    top = _child_with(common, errors)
    children = list(common.children)
    places = [next(place for place, child in enumerate(children) if child.isSameNode(end))
              for end in (sibling, top)]  # fmt: skip
    branch = [(places[1] - places[0], "")]
    element = top
    while True:
        inner = _child_with(element, errors)
        nodes = list(element.childNodes)
        index = sum(
            node.nodeType == 1
            for node in nodes[
                : next(place for place, child in enumerate(nodes) if child.isSameNode(inner))
            ]
        )
        branch.append((index, str(element.tagName)))
        if inner.isSameNode(errors):
            return branch
        element = inner


def _next_field(element: Any, controls: dict[str, list[Any]]) -> str:
    """Return the first field after `element`, or else the last one before it."""
    behind = [
        name
        for name, field_controls in controls.items()
        if _comes_after(field_controls[0], element)
    ]
    return behind[0] if behind else next(reversed(controls), "")


def _css_depth(controls: list[Any], classes: str) -> int | None:
    element, depth = (controls[0] if controls else None), 0
    while element and classes:
        if all(element.classList.contains(name) for name in classes.split()):
            return depth
        element, depth = element.parentElement, depth + 1
    return None


def _classes(failing: list[Any], clean: list[Any]) -> tuple[tuple[int, str, bool], ...]:
    """Return a Slot's `classes`: those of the first control and elements with only this field."""
    found: list[tuple[int, str, bool]] = []
    if not clean:
        return ()
    one, other, depth = failing[0], clean[0], 0
    while one and other and one.tagName == other.tagName and _holds_alone(one, failing):
        now, before = set(one.classList), set(other.classList)
        found += [(depth, name, True) for name in sorted(now - before)]
        found += [(depth, name, False) for name in sorted(before - now)]
        one, other, depth = one.parentElement, other.parentElement, depth + 1
    return tuple(found)


def _holds_alone(element: Any, controls: list[Any]) -> bool:
    return all(
        control.type == "hidden" or any(control.isSameNode(own) for own in controls)
        for control in controls_in(element)
    )


def _is_all(items: Sequence[Any], parent: Any) -> bool:
    """Return whether `parent` contains these nodes and nothing else that is visible."""
    if parent.nodeType != 1:
        return False
    return all(
        any(node.isSameNode(item) for item in items)
        or (node.nodeType == 3 and not node.data.strip())
        or node.nodeType == 8
        for node in parent.childNodes
    )


def _child_with(parent: Any, node: Any) -> Any:
    while not node.parentNode.isSameNode(parent):
        node = node.parentNode
    return node


def _path(root: Any, node: Any) -> list[int]:
    steps: list[int] = []
    while not node.isSameNode(root):
        siblings = list(node.parentNode.childNodes)
        steps.insert(
            0, next(place for place, sibling in enumerate(siblings) if sibling.isSameNode(node))
        )
        node = node.parentNode
    return steps


def _comes_after(node: Any, other: Any) -> bool:
    return bool(other.compareDocumentPosition(node) & _FOLLOWING)


def _selector(element: Any) -> str:
    classes = [f".{css_escape(name)}" for name in element.classList]
    role = element.getAttribute("role")
    marks = "".join(classes) or (f'[role="{css_escape(role)}"]' if role else "")
    return f"{str(element.tagName).lower()}{marks}" if marks else ""

"""Where a field's error list stands: looked up in a form that Django rendered with errors.

Custom templates put error lists where they like. So a sample form is rendered once with an
error in every place, and for each field two numbers are kept: how far up from its first control
the list's sibling is, and how many elements before it (negative: after it) the list stands.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from clientforms.browser.controls import CONTROLS, controls_in
from clientforms.browser.runtime import document

__all__ = ["Slot", "find_slots"]


@dataclass(frozen=True, slots=True)
class Slot:
    """A place relative to a field's first control."""

    depth: int = 0
    before: int = 1

    def insert(self, errors: Any, control: Any, row: Any) -> None:
        """Put the element `errors` where Django would have rendered it in `row`."""
        neighbour = control
        for _ in range(self.depth):
            if not neighbour.parentElement or neighbour.parentElement.isSameNode(row):
                break
            neighbour = neighbour.parentElement
        if self.before < 0:
            neighbour.after(errors)
            return
        for _ in range(self.before - 1):
            neighbour = neighbour.previousElementSibling or neighbour
        neighbour.before(errors)


def find_slots(html: str, field_of: Callable[[str], str | None]) -> dict[str, Slot]:
    """Return field name to slot, looked up in `html`, a form with every error there can be.

    `field_of` says which field a control's name belongs to.
    """
    template = document.createElement("template")
    template.innerHTML = html
    slots: dict[str, Slot] = {}
    for control in controls_in(template.content):
        field = field_of(control.name)
        if field is None or field in slots or control.type == "hidden":
            continue
        slots[field] = _slot(control)
    return slots


def _slot(control: Any) -> Slot:
    """Climb from the control until a sibling is an error list that belongs to it."""
    element, depth = control, 0
    while element:
        distance = 0
        sibling = element.previousElementSibling
        while sibling:
            distance += 1
            if sibling.classList.contains("errorlist"):
                return Slot(depth, distance)
            if sibling.querySelector(CONTROLS):
                break  # another field's; its errors are not ours
            sibling = sibling.previousElementSibling
        following = element.nextElementSibling
        if following and following.classList.contains("errorlist"):
            return Slot(depth, -1)
        element, depth = element.parentElement, depth + 1
    return Slot()

"""Renaming a row's controls when its place changes: names, ids, and what refers to ids.

Anchored on the exact prefix: `art-1` touches neither `art-10` nor `part-1`. Attributes only:
what was typed stays, also where it looks like a prefix.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

__all__ = ["rename_rows", "renamed"]

_ATTRIBUTES = ("name", "id", "for", "aria-describedby", "aria-labelledby", "aria-controls",
               "aria-owns", "list", "headers", "form")  # fmt: skip
_PASSING = "clientforms-passing-"
_SELECTOR = ", ".join(f"[{attribute}]" for attribute in _ATTRIBUTES)


def renamed(text: str, old_prefix: str, new_prefix: str) -> str:
    """Return `text` with each whole occurrence of the old prefix replaced."""
    pattern = rf"(?<![A-Za-z0-9]){re.escape(old_prefix)}(?![A-Za-z0-9])"
    return re.sub(pattern, lambda _: new_prefix, text)


def rename_rows(renamings: Sequence[tuple[Any, str, str]]) -> None:
    """Rename rows at once: a row's element, its old prefix and its new one. A control that stands
    outside its row is renamed as a row of its own.

    Where a row would get a name that another one still has, all go through names of their own
    first: radio buttons of one name are one group, and a group keeps one tick.
    """
    ticked = [
        radio
        for row, _, _ in renamings
        for radio in (row, *row.querySelectorAll('input[type="radio"]'))
        if getattr(radio, "type", "") == "radio" and radio.checked
    ]
    held = {old for _, old, _ in renamings}
    clash = False
    for _, old, new in renamings:
        held.discard(old)
        clash = clash or new in held
    if clash:
        for number, (row, old, _) in enumerate(renamings):
            _rename_row(row, old, f"{_PASSING}{number}")
    for number, (row, old, new) in enumerate(renamings):
        _rename_row(row, f"{_PASSING}{number}" if clash else old, new)
    for radio in ticked:  # joining a group for a moment may have unticked it
        radio.checked = True


def _rename_row(row: Any, old_prefix: str, new_prefix: str) -> None:
    _rename(row, old_prefix, new_prefix)
    _rename_inside(row, old_prefix, new_prefix)


def _rename_inside(root: Any, old_prefix: str, new_prefix: str) -> None:
    for element in root.querySelectorAll(_SELECTOR):
        _rename(element, old_prefix, new_prefix)
    for template in root.querySelectorAll("template"):  # an author's own, for rows in the row
        _rename_inside(template.content, old_prefix, new_prefix)


def _rename(element: Any, old_prefix: str, new_prefix: str) -> None:
    for attribute in _ATTRIBUTES:
        value = element.getAttribute(attribute)
        if value and old_prefix in value:
            element.setAttribute(attribute, renamed(value, old_prefix, new_prefix))

"""Renaming a row's controls when its place changes: names, ids, and what refers to ids.

Anchored on the exact prefix: `art-1` touches neither `art-10` nor `part-1`. Attributes only:
what was typed stays, also where it looks like a prefix.
"""

from __future__ import annotations

import re
from typing import Any

__all__ = ["rename_row", "renamed"]

_ATTRIBUTES = ("name", "id", "for", "aria-describedby", "aria-labelledby", "aria-controls",
               "aria-owns", "list", "headers", "form")  # fmt: skip
_SELECTOR = ", ".join(f"[{attribute}]" for attribute in _ATTRIBUTES)


def renamed(text: str, old_prefix: str, new_prefix: str) -> str:
    """Return `text` with each whole occurrence of the old prefix replaced."""
    pattern = rf"(?<![A-Za-z0-9]){re.escape(old_prefix)}(?![A-Za-z0-9])"
    return re.sub(pattern, lambda _: new_prefix, text)


def rename_row(row: Any, old_prefix: str, new_prefix: str) -> None:
    """Rename everything inside the element `row`, which goes from one prefix to another."""
    ticked = [each for each in row.querySelectorAll('input[type="radio"]') if each.checked]
    for element in row.querySelectorAll(_SELECTOR):
        for attribute in _ATTRIBUTES:
            value = element.getAttribute(attribute)
            if value and old_prefix in value:
                element.setAttribute(attribute, renamed(value, old_prefix, new_prefix))
    for radio in ticked:  # a group of the same name may have unticked it on the way
        radio.checked = True

"""Texts in elements, which are marked if they are in another language than the page."""

from __future__ import annotations

from typing import Any

from clientforms.texts import marks

__all__ = ["mark", "put_text"]


def put_text(element: Any, text: str) -> None:
    """Make `text` the content of `element`, and mark its language."""
    element.textContent = text
    mark(element, text)


def mark(element: Any, *texts: str) -> None:
    """Set `lang` and `dir` of an element that shows `texts`, if one of them has no translation."""
    for name, value in marks(*texts).items():
        element.setAttribute(name, value)

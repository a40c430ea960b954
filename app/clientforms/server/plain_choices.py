"""Choices as JSON can have them."""

from __future__ import annotations

from typing import Any

__all__ = ["plain_choices"]


def plain_choices(choices: Any) -> list[Any]:
    """Return choices, grouped or not, as JSON can have them: lists of a value and a label."""
    return [
        [
            "" if value is None else str(value),
            plain_choices(label) if isinstance(label, (list, tuple)) else str(label),
        ]
        for value, label in choices
    ]

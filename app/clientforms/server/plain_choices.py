"""Converts choices to plain data for JSON."""

from __future__ import annotations

from typing import Any

__all__ = ["plain_choices"]


def plain_choices(choices: Any) -> list[Any]:
    """Return choices as a list of `[value, label]` lists. The label of a group is such a list itself."""
    return [
        [
            "" if value is None else str(value),
            plain_choices(label) if isinstance(label, (list, tuple)) else str(label),
        ]
        for value, label in choices
    ]

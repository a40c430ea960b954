"""Stands in pages for `clientforms.server`: forms that register themselves there can be imported."""

from __future__ import annotations

from typing import Any

__all__ = ["apush_choices", "apush_errors", "push_choices", "push_errors", "register"]


def register(form_class: type, **options: Any) -> type:
    """Return the class as it is: a page knows no registry."""
    return form_class


def push_errors(*arguments: Any, **options: Any) -> None:
    """Do nothing: a page has nobody to push to."""


async def apush_errors(*arguments: Any, **options: Any) -> None:
    """Do nothing."""


def push_choices(*arguments: Any, **options: Any) -> None:
    """Do nothing."""


async def apush_choices(*arguments: Any, **options: Any) -> None:
    """Do nothing."""

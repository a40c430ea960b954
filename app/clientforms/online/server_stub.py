"""Replaces `clientforms.server` in pages, so that modules that register their forms can be imported."""

from __future__ import annotations

from typing import Any

__all__ = ["apush_choices", "apush_errors", "push_choices", "push_errors", "register"]


def register(form_class: type, **options: Any) -> type:
    """Return the class unchanged: pages have no registry."""
    return form_class


def push_errors(*arguments: Any, **options: Any) -> None:
    """Do nothing: pages cannot push."""


async def apush_errors(*arguments: Any, **options: Any) -> None:
    """Do nothing."""


def push_choices(*arguments: Any, **options: Any) -> None:
    """Do nothing."""


async def apush_choices(*arguments: Any, **options: Any) -> None:
    """Do nothing."""

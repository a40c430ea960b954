"""`clientforms.server` in a page with a Django site: forms are live without being registered, and nobody is told.

It is packed as `clientforms/server/__init__.py`.
"""

from __future__ import annotations

from typing import Any

__all__ = ["apush_choices", "apush_errors", "push_choices", "push_errors", "register"]


def register(form_class: Any, **_options: Any) -> Any:
    """Return the class: in a page, each form that a template shows is live."""
    return form_class


def push_errors(*_arguments: Any, **_options: Any) -> None:
    """Do nothing, because no other page is connected."""


def push_choices(*_arguments: Any, **_options: Any) -> None:
    """Do nothing, because no other page is connected."""


async def apush_errors(*_arguments: Any, **_options: Any) -> None:
    """Do nothing, because no other page is connected."""


async def apush_choices(*_arguments: Any, **_options: Any) -> None:
    """Do nothing, because no other page is connected."""

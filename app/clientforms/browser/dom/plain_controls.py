"""Validate and reset controls of a `<form>` that do not belong to a live form.

The browser no longer does that itself, because of `novalidate` and the cancelled reset event.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientforms.browser.runtime import rows_script

__all__ = ["PlainControls"]


class PlainControls:
    """The controls of `form` for which `is_field` returns False."""

    def __init__(self, form: Any, is_field: Callable[[Any], bool]) -> None:
        self._form = form
        self._is_field = is_field

    def first_invalid(self) -> Any | None:
        """Return the first control that is invalid by its own attributes, or None.

        As in the browser's own validation, each gets an `invalid` event; the first one gets it when
        it is reported.
        """
        found = [
            control for control in rows_script().invalid(self._form) if not self._is_field(control)
        ]
        for control in found[1:]:
            control.checkValidity()
        return found[0] if found else None

    def reset(self) -> None:
        """Reset each control to its default value."""
        for control in rows_script().resettable(self._form):
            if not self._is_field(control):
                rows_script().reset(control)

"""Controls of a `<form>` that are no field of a live form: what browsers do for them stays.

`novalidate` and a cancelled reset take the browser's own checks and its reset from them too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientforms.browser.runtime import rows_script

__all__ = ["PlainControls"]


class PlainControls:
    """The controls of `form` of which `is_field` says that they are no field."""

    def __init__(self, form: Any, is_field: Callable[[Any], bool]) -> None:
        self._form = form
        self._is_field = is_field

    def first_invalid(self) -> Any | None:
        """Return the first control that breaks a rule of its own, or None.

        As when a browser checks a form itself, each of them gets its `invalid` event; that of the
        first comes when it is reported.
        """
        found = [
            control for control in rows_script().invalid(self._form) if not self._is_field(control)
        ]
        for control in found[1:]:
            control.checkValidity()
        return found[0] if found else None

    def reset(self) -> None:
        """Give each control what it came with."""
        for control in rows_script().resettable(self._form):
            if not self._is_field(control):
                rows_script().reset(control)

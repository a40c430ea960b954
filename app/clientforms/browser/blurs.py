"""Controls that are left, told when it is safe: not while a pointer is pressed on something else.

An error list that comes between press and release moves the button that is being pressed away,
and its click is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientforms.browser.runtime import document
from clientforms.browser.scope import Scope

__all__ = ["Blurs"]


class Blurs:
    """Calls `tell` with each control that was left."""

    def __init__(self, scope: Scope, tell: Callable[[Any], None]) -> None:
        self._scope = scope
        self._tell = tell
        self._pointer_is_down = False
        self._left_under_pointer: list[Any] = []

    def start(self) -> None:
        """Follow the pointer until the scope ends."""
        self._scope.listen(document, "pointerdown", self._on_pointer_down, capture=True)
        # A key says so too: a pointer that was let go outside the window is not heard of.
        for event in ("pointerup", "pointercancel", "keydown"):
            self._scope.listen(document, event, self._on_pointer_up, capture=True)

    def take(self, event: Any) -> None:
        """Take note of a `focusout`."""
        if self._pointer_is_down:
            self._left_under_pointer.append(event.target)
        else:
            self._tell(event.target)

    def _on_pointer_down(self, event: Any) -> None:
        self._pointer_is_down = True

    def _on_pointer_up(self, event: Any) -> None:
        self._pointer_is_down = False
        if self._left_under_pointer:  # the click comes first: it belongs to the same task
            self._scope.later(("", "blur"), 0, self._after_click)

    def _after_click(self) -> None:
        left, self._left_under_pointer = self._left_under_pointer, []
        for control in left:
            self._tell(control)

"""While a pointer is pressed, nothing moves under it: what falls due waits until the click is done.

A press that begins on a button ends as a click only if it ends on the same button. An error list, a row
or a note that comes in between moves the button away, and the click is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import document, window

__all__ = ["pressed_pointer"]

# Of a finger or a pen, the click comes in a later task than the end of the press; after a long press
# or a swipe, none.
_UNTIL_CLICK = 350  # milliseconds
# How a press ends: `pointerup` is not heard of over an alert, a context menu or another window.
_ENDS = ("pointerup", "pointercancel", "keydown", "dragstart", "contextmenu", "visibilitychange")


class PressedPointer:
    """Knows whether a pointer is pressed in the page, and calls what waits for its end."""

    def __init__(self) -> None:
        self._users = 0
        self._scope = Scope()
        self._press: Scope | None = None
        self._showing = 0
        self._changes: list[tuple[int, Scope, Callable[[], None]]] = []
        self._waiting: list[tuple[Scope, Callable[[], None]]] = []

    def follow(self, scope: Scope) -> None:
        """Follow the pointer as long as `scope` lasts, or another that asked for it."""
        if self._users == 0:
            self._scope = Scope()
            self._scope.listen(document, "pointerdown", self._on_down, capture=True)
        self._users += 1
        scope.at_end(self._leave)

    def is_down(self) -> bool:
        """Return whether a press has not ended yet."""
        return self._press is not None

    def after(self, scope: Scope, callback: Callable[[], None]) -> None:
        """Call `callback` at once if no pointer is pressed, otherwise after the click.

        If the page is being brought in step, that is done first. It is not called any more once
        `scope` has ended.
        """
        if self._press is not None or self._showing:
            self._waiting.append((scope, callback))
        else:
            self.let_go()
            callback()

    def show_after(self, scope: Scope, callback: Callable[[], None], depth: int = 0) -> None:
        """As `after()`, for what brings the page in step with an engine that is ahead of it.

        That comes before all else, since the rest looks at the page: by `depth`, which is 0 for what
        stands in no other, so that rows have their names before what is inside them is shown.
        """

        def show() -> None:
            self._showing += 1
            try:
                callback()
            finally:
                self._showing -= 1

        if self._press is not None:
            self._changes.append((depth, scope, show))
            self._changes.sort(key=lambda change: change[0])
            return
        self.bring_in_step()
        show()
        if not self._showing and self._press is None:
            _call_all(self._waiting)

    def is_showing(self) -> bool:
        """Return whether the page is being brought in step: it shows some of what the engine holds.

        A control whose row is moved then loses the focus, and still holds what it held before.
        """
        return self._showing > 0

    def is_behind(self) -> bool:
        """Return whether the page does not show yet what the engine holds."""
        return bool(self._changes)

    def bring_in_step(self) -> None:
        """Show now what waits to be shown, whatever is pressed."""
        while self._changes:
            _, scope, show = self._changes.pop(0)
            if not scope.has_ended:
                show()

    def let_go(self) -> None:
        """Take the press for ended, and do now what waits for that."""
        self._end_press()
        self.bring_in_step()
        _call_all(self._waiting)

    # Events

    def _on_down(self, event: Any) -> None:
        """Hold for a finger, a pen or the first button. One on a select opens it, and its end is not heard of."""
        self._end_press_soon()
        target = event.target
        opens = target.tagName == "SELECT" and not target.multiple and target.size <= 1
        if event.button or not event.isPrimary or opens:
            return
        self._scope.cancel("released")
        self._press = press = Scope()
        for name in _ENDS:
            press.listen(document, name, self._on_end, capture=True)
        press.listen(document, "pointerover", self._on_over, capture=True)
        press.listen(window, "blur", self._on_end)

    def _on_over(self, event: Any) -> None:
        if event.isPrimary and not event.buttons:  # it was let go where nobody heard of it
            self._end_press_soon()

    def _on_end(self, event: Any) -> None:
        press = self._press
        if press is None or (event.type.startswith("pointer") and not event.isPrimary):
            return
        if event.type != "pointerup":
            self._end_press_soon()
            return
        press.listen(document, "click", lambda _: self._end_press_soon(), capture=True)
        press.later(
            "click", 0 if event.pointerType == "mouse" else _UNTIL_CLICK, self._end_press_soon
        )

    def _end_press_soon(self) -> None:
        """End the press now; what waits follows the running task, to which a click belongs."""
        self._end_press()
        if self._changes or self._waiting:
            self._scope.later("released", 0, self.let_go)

    def _end_press(self) -> None:
        self._scope.cancel("released")
        press, self._press = self._press, None
        if press is not None:
            press.end()

    def _leave(self) -> None:
        self._users -= 1
        if self._users == 0:
            self._end_press()
            self._changes.clear()
            self._waiting.clear()
            self._scope.end()


def _call_all(waiting: list[tuple[Scope, Callable[[], None]]]) -> None:
    while waiting:
        scope, callback = waiting.pop(0)
        if not scope.has_ended:
            callback()


pressed_pointer = PressedPointer()

"""Postpone changes of the page while a pointer is pressed, until the click is done.

A press on a button becomes a click only if it ends on the same button. An error list, a row or a
note that appears meanwhile would move the button away, and the click would be lost.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import document, window

__all__ = ["pressed_pointer"]

# With a finger or a pen, the click comes in a later task than the end of the press, and never after
# a long press or a swipe.
_UNTIL_CLICK = 350  # milliseconds
# Events that end a press: `pointerup` is not fired over an alert, a context menu or another window.
_ENDS = ("pointerup", "pointercancel", "keydown", "dragstart", "contextmenu", "visibilitychange")


class PressedPointer:
    """Tracks whether a pointer is pressed, and runs callbacks that wait for its end."""

    def __init__(self) -> None:
        self._users = 0
        self._scope = Scope()
        self._press: Scope | None = None
        self._showing = 0
        self._changes: list[tuple[int, Scope, Callable[[], None]]] = []
        self._waiting: list[tuple[Scope, Callable[[], None]]] = []

    def follow(self, scope: Scope) -> None:
        """Track the pointer until `scope`, and every other scope passed here, has ended."""
        if self._users == 0:
            self._scope = Scope()
            self._scope.listen(document, "pointerdown", self._on_down, capture=True)
        self._users += 1
        scope.at_end(self._leave)

    def is_down(self) -> bool:
        """Return whether a pointer is pressed."""
        return self._press is not None

    def after(self, scope: Scope, callback: Callable[[], None]) -> None:
        """Call `callback` at once if no pointer is pressed, otherwise after the click.

        If the page is being updated, that is finished first. After the end of `scope`, `callback`
        is not called.
        """
        if self._press is not None or self._showing:
            self._waiting.append((scope, callback))
        else:
            self.let_go()
            callback()

    def show_after(self, scope: Scope, callback: Callable[[], None], depth: int = 0) -> None:
        """Like `after()`, for callbacks that update the page to the state of the engine.

        They run before all others, which read the page, and in the order of `depth`, which is 0 for
        outermost formsets: rows get their names before nested formsets are shown.
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
        """Return whether the page is being updated, so that it matches the engine only partly.

        A control whose row is moved loses the focus meanwhile, and still has its old value.
        """
        return self._showing > 0

    def is_behind(self) -> bool:
        """Return whether updates of the page are waiting."""
        return bool(self._changes)

    def bring_in_step(self) -> None:
        """Run the waiting updates now, even if a pointer is pressed."""
        while self._changes:
            _, scope, show = self._changes.pop(0)
            if not scope.has_ended:
                show()

    def let_go(self) -> None:
        """Treat the press as ended, and run everything that waits."""
        self._end_press()
        self.bring_in_step()
        _call_all(self._waiting)

    # Events

    def _on_down(self, event: Any) -> None:
        """Start a press by the primary button, finger or pen, except on a select, which hides its end."""
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
        if event.isPrimary and not event.buttons:  # it was released without an event
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
        """End the press now, and run what waits in a later task, after a click in this one."""
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

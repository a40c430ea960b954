"""Ctrl+Z and similar keys for the last action on rows or entries, wherever the focus is.

The browser's own undo ignores buttons, and would empty a field that was filled in long before.
So the keys are handled here after a button was pressed, until something is typed.
"""

from __future__ import annotations

from typing import Any, Protocol

from clientforms.browser.dom.form_controls import takes_text
from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import document

__all__ = ["Undoable", "action_of", "undo_keys"]

_KEYS = {("z", False): "undo", ("z", True): "redo", ("y", False): "redo"}
_PLACES = {"KeyZ": "z", "KeyY": "y"}
# Input types of the context menu and the Edit menu (Input Events Level 2).
_INPUTS = {"historyUndo": "undo", "historyRedo": "redo"}
# In these, browsers fire `input` only when the date or time is complete.
_IN_PARTS = {"date", "time", "datetime-local", "month", "week"}
_PART_KEYS = {"ArrowUp", "ArrowDown", "Backspace", "Delete"}


class Undoable(Protocol):
    """An object with steps that can be undone and redone."""

    def go(self, action: str) -> bool:
        """Do `undo` or `redo`; return whether there was such a step."""


class UndoKeys:
    """The undo keys of one page, which belong to the object that acted last."""

    def __init__(self) -> None:
        self._last: Undoable | None = None
        self._scope: Scope | None = None

    def acted(self, last: Undoable) -> None:
        """Let the keys undo the last step of `last`, until the user types."""
        self._last = last
        if self._scope is None:
            self._scope = scope = Scope()
            scope.listen(document, "keydown", self._on_key)
            scope.listen(document, "beforeinput", self._on_before_input, capture=True)
            scope.listen(document, "input", self._on_input, capture=True)

    def forget(self, gone: Undoable) -> None:
        """Give the keys back to the browser if they belong to `gone`."""
        if self._last is gone:
            self._end()

    def are_taken(self) -> bool:
        """Return whether the keys undo the last action."""
        return self._last is not None

    def _end(self) -> None:
        self._last = None
        if self._scope is not None:
            self._scope.end()
            self._scope = None

    def _on_key(self, event: Any) -> None:
        action = action_of(event)
        if action and not event.defaultPrevented and not _has_its_own_undo(event.target):
            self._go(action, event)
        elif event.isTrusted and _types_a_part(event):
            self._end()

    def _on_before_input(self, event: Any) -> None:
        action = _INPUTS.get(str(event.inputType))
        if action and not _has_its_own_undo(event.target):
            self._go(action, event)

    def _on_input(self, event: Any) -> None:
        if event.isTrusted:  # not by a script
            self._end()

    def _go(self, action: str, event: Any) -> None:
        if self._last is not None and self._last.go(action):
            event.preventDefault()


def action_of(event: Any) -> str | None:
    """Return `undo` or `redo` if a `keydown` event means that, else None.

    Some systems report AltGr as Ctrl and Alt. On keyboards without Latin letters, the place of the
    key counts.
    """
    if not (event.ctrlKey or event.metaKey) or event.altKey or event.isComposing:
        return None
    if event.getModifierState("AltGraph"):
        return None
    key = str(event.key).lower()
    if len(key) == 1 and not key.isascii():
        key = _PLACES.get(str(event.code), "")
    action = _KEYS.get((key, bool(event.shiftKey)))
    return None if key == "y" and event.metaKey else action  # Cmd+Y is the browser's history


def _types_a_part(event: Any) -> bool:
    """Return whether a `keydown` changes part of a date or time, which may fire no `input`."""
    if event.ctrlKey or event.metaKey or event.altKey:
        return False
    key = str(event.key)
    return getattr(event.target, "type", "") in _IN_PARTS and (len(key) == 1 or key in _PART_KEYS)


def _has_its_own_undo(target: Any) -> bool:
    """Return whether `target` is an editor, or a text field outside live forms."""
    if getattr(target, "isContentEditable", False):
        return True
    if not getattr(target, "tagName", "") or not takes_text(target):
        return False
    form = target.closest("form") or target.form
    return not (target.closest("[data-bound]") or (form and form.querySelector("[data-bound]")))


undo_keys = UndoKeys()

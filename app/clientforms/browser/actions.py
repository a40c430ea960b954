"""A formset's buttons and keys: what they do, and where the focus goes after it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientforms.browser import markup
from clientforms.browser.announcer import announce
from clientforms.browser.controls import first_control, has_focus, takes_text
from clientforms.browser.scope import Scope
from clientforms.engine import ClientFormSet
from clientforms.errors import LimitError
from clientforms.texts import counted

__all__ = ["FormSetActions"]

_MOVES = {"ArrowUp": "move-up", "ArrowDown": "move-down"}
_KEYS = {("z", False): "undo", ("z", True): "redo", ("y", False): "redo"}


class FormSetActions:
    """Carries out `[data-formset-action]` and the keys of one formset's container."""

    def __init__(
        self,
        container: Any,
        live: ClientFormSet,
        element_of: Callable[[str], Any],
        catch_up: Callable[[], object],
    ) -> None:
        self._container = container
        self._live = live
        self._element_of = element_of  # a row's key to its element
        self._catch_up = (
            catch_up  # with what the page holds: it is removed, copied and come back to
        )
        self._ordered = bool(live.formset_class.can_order)
        self._offers = False  # to have a removed row back
        self._moves_focus = True
        self._soon: Callable[[Callable[[], None]], None]

    def listen(self, scope: Scope) -> None:
        """Listen until `scope` ends."""
        self._soon = scope.soon
        scope.listen(self._container, "click", self._on_click)
        scope.listen(self._container, "keydown", self._on_key)

    def press(self, button: Any, *, moves_focus: bool = True) -> None:
        """Do what `button` says; without `moves_focus` the user stays where they are."""
        row = button.closest(markup.ROW)
        key = str(row.getAttribute("data-key")) if row else ""
        self._moves_focus = moves_focus
        try:
            self.act(str(button.getAttribute("data-formset-action")), key)
        except LimitError as error:
            announce(str(error))  # the button goes with the verdict, which is under way
        finally:
            self._moves_focus = True

    def act(self, action: str, key: str) -> None:
        """Do what a button says, and put the focus where the user goes on."""
        self._catch_up()
        live = self._live
        before = set(live.keys)
        self.offer_undo(action in ("remove", "remove-all"))
        match action:
            case "undo" | "redo":
                if live.undo() if action == "undo" else live.redo():
                    self._focus_first_new(before)
            case "duplicate":
                live.duplicate(live.keys.index(key))
                self._focus_first_new(before)
            case "add":
                index = live.add_another()
                self._focus(live.keys[index])
            case "remove":
                index = live.keys.index(key)
                live.remove_form(index)
                if key in live.keys:
                    self._focus_button(self._element_of(key), "restore")
                else:
                    self._focus_neighbour(index)
            case "remove-all":
                count = live.remove_all()
                announce(counted("%(count)d form removed.", "%(count)d forms removed.", count))
                self._focus_button(self._container, "add")
            case "restore":
                live.restore(live.keys.index(key))
                self._focus(key)
            case "move-up" | "move-down":
                position = live.order.index(key)
                to = position + (-1 if action == "move-up" else 1)
                if 0 <= to < len(live):
                    live.move(position, to)

    def offer_undo(self, offered: bool) -> None:
        """Show or hide the offer to have a removed row back."""
        if offered or self._offers:
            self._offers = offered
            for offer in markup.own_elements(self._container, "[data-formset-removed]"):
                offer.hidden = not offered

    # Events

    def _on_click(self, event: Any) -> None:
        button = event.target.closest(markup.ACTIONS)
        if not button or not self._is_own(button):
            return
        event.preventDefault()
        self.press(button)

    def _on_key(self, event: Any) -> None:
        """Alt+Up and Alt+Down, on a row's handle also without Alt, move it where rows have an order.

        Ctrl+Z and Ctrl+Y (or with Shift) undo and redo outside text, where the browser does so by
        itself.
        """
        if not self._is_own(event.target):
            return
        row = event.target.closest(markup.ROW)
        meant = event.altKey or event.target.closest("[data-formset-handle]")
        if meant and event.key in _MOVES and row and self._may_move(event.target):
            event.preventDefault()
            self.act(_MOVES[str(event.key)], str(row.getAttribute("data-key")))
            return
        action = _KEYS.get((str(event.key).lower(), bool(event.shiftKey)))
        if action and (event.ctrlKey or event.metaKey) and not takes_text(event.target):
            event.preventDefault()
            self.act(action, "")

    def _is_own(self, target: Any) -> bool:
        """Return whether `target` is not of a formset inside this one, nor just taken away there."""
        container = target.closest("[data-bound]")
        return bool(container) and bool(container.isSameNode(self._container))

    def _may_move(self, target: Any) -> bool:
        # Alt+Down opens a select; without can_order no place means anything to Django.
        return self._ordered and target.tagName != "SELECT"

    # Focus. It waits for the running script: to put it anywhere, a browser has to lay out the page.

    def _focus_first_new(self, before: set[str]) -> None:
        """Go to the row that came; where none did, stay, or go to add if the button went."""
        new = [key for key in self._live.keys if key not in before]
        if new:
            self._focus(new[0])
        elif not has_focus(self._container):
            self._focus_button(self._container, "add")

    def _focus(self, key: str) -> None:
        if self._moves_focus:
            self._soon(lambda: self._focus_now(key))

    def _focus_now(self, key: str) -> None:
        if key in self._live.keys and (control := first_control(self._element_of(key))):
            control.focus()

    def _focus_button(self, element: Any, action: str) -> None:
        for button in markup.own_elements(element, f'[data-formset-action="{action}"]')[:1]:
            if self._moves_focus:
                self._soon(button.focus)

    def _focus_neighbour(self, index: int) -> None:
        """Go to the row that moved up into the gap, else to the one before, else to add."""
        keys = self._live.keys
        if keys:
            self._focus(keys[min(index, len(keys) - 1)])
        else:
            self._focus_button(self._container, "add")

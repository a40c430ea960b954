"""A formset's buttons and keys: what they do, and where the focus goes afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientforms.browser.binding.row_announcements import limit_reached, name_of
from clientforms.browser.dom import formset_markup
from clientforms.browser.dom.announcer import announce
from clientforms.browser.dom.form_controls import first_control, has_focus, takes_text
from clientforms.browser.dom.pressed_pointer import pressed_pointer
from clientforms.browser.dom.scope import Scope
from clientforms.browser.dom.undo_keys import action_of, undo_keys
from clientforms.browser.rows.undo_offers import RemovalOffers
from clientforms.engine import ClientFormSet
from clientforms.engine.rows.history import Removal
from clientforms.errors import LimitError
from clientforms.texts import counted, text

__all__ = ["FormSetActions"]

_MOVES = {"ArrowUp": "move-up", "ArrowDown": "move-down"}
_OF_A_ROW = {"duplicate", "remove", "restore", *_MOVES.values()}


class FormSetActions:
    """Handles `[data-formset-action]` buttons and keys in one formset's container."""

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
        # so that removing, copying and undoing see what the page holds
        self._catch_up = catch_up
        self._ordered = bool(live.formset_class.can_order)
        self.offers = RemovalOffers(container, live, element_of)
        self._moves_focus = True
        self._soon: Callable[[Callable[[], None]], None]
        self._scope: Scope

    def listen(self, scope: Scope, rows_element: Any) -> None:
        """Listen until `scope` ends. `rows_element` contains the rows."""
        self._scope, self._soon = scope, scope.soon
        self.offers.start(rows_element)
        scope.at_end(self.offers.clear)
        scope.at_end(lambda: undo_keys.forget(self))
        scope.listen(self._container, "click", self._on_click)
        scope.listen(self._container, "keydown", self._on_key)
        if form := self._container.closest("form"):
            scope.listen(form, "clientforms:submit", lambda _: self.offers.clear())

    def press(self, button: Any, *, moves_focus: bool = True) -> None:
        """Do the action of `button`; without `moves_focus` the focus stays where it is."""
        row = button.closest(formset_markup.ROW)
        key = str(row.getAttribute("data-key")) if row else ""
        self._moves_focus = moves_focus
        try:
            if removal := self.offers.removal_of(button):
                self._take_back(removal)
            else:
                self._act_or_refuse(str(button.getAttribute("data-formset-action")), key)
        finally:
            self._moves_focus = True

    def _act_or_refuse(self, action: str, key: str) -> None:
        """Do an action, or announce why it cannot be done."""
        try:
            self.act(action, key)
        except LimitError:  # the pending verdict will hide the button
            announce(self._refused(action, key))

    def _refused(self, action: str, key: str) -> str:
        if action == "remove":
            return self._live.limits().remove_refused.get(key) or text("This cannot be removed.")
        if action in _MOVES.values():
            return text("This cannot be moved.")
        return limit_reached(self._live)

    def act(self, action: str, key: str) -> None:
        """Do an action, and move the focus to where the user goes on."""
        if action in ("undo", "redo"):
            done = self.go(action)
            if not done:
                nothing = text("Nothing to undo."), text("Nothing to redo.")
                announce(nothing[action == "redo"])
        else:
            self._catch_up()
            with self._live.one_step():
                done = self._change(action, key)
        if done:
            undo_keys.acted(self)

    def move(self, position: int, to: int) -> None:
        """Move the row at one place of the page to another, as dragging does."""
        self._catch_up()
        with self._live.one_step():
            self._live.move(position, to)
        undo_keys.acted(self)

    def go(self, action: str) -> bool:
        """Undo or redo, and return whether there was anything."""
        with self._live.unrecorded():  # what a script filled in since is not a step of the user
            self._catch_up()
        before = set(self._live.keys)
        # What happens to rows is announced instead, by what shows it.
        announce(text("Undone.") if action == "undo" else text("Redone."))
        done = self._live.undo() if action == "undo" else self._live.redo()
        if done:
            self._focus_first_new(before)
        else:
            announce("")
        return done

    def _change(self, action: str, key: str) -> bool:
        """Change the rows; return whether there was anything to do."""
        live = self._live
        before = set(live.keys)
        if action in _OF_A_ROW and key not in before:
            return False  # its row was removed while the button was pressed
        match action:
            case "duplicate":
                live.duplicate(live.keys.index(key))
                self._focus_first_new(before)
            case "add":
                index = live.add_another()
                self._focus(live.keys[index])
            case "remove":
                self._remove(key)
            case "remove-all":
                self._remove_all()
            case "restore":
                live.restore(live.keys.index(key))
                self._focus(key)
            case "move-up" | "move-down":
                position = live.order.index(key)
                to = position + (-1 if action == "move-up" else 1)
                if not 0 <= to < len(live):
                    announce(text("Already first.") if to < 0 else text("Already last."))
                    return False
                live.move(position, to)
            case _:
                return False
        return True

    def _remove(self, key: str) -> None:
        index = self._live.keys.index(key)
        name = name_of(self._live, key)
        self._live.remove_form(index)
        if key in self._live.keys:
            self._focus_button(self._element_of(key), "restore")
            return
        self._focus_neighbour(index)
        self._offer(text("%(row)s removed.", row=name))

    def _remove_all(self) -> None:
        count = self._live.remove_all()
        said = counted("%(count)d removed.", "%(count)d removed.", count)
        if not count:
            announce(text("This cannot be removed."))
        self._focus_button(self._container, "add")
        if count:
            self._offer(said)

    def _offer(self, said: str) -> None:
        self.offers.offer(said)
        if self._moves_focus:
            self._soon(self.offers.bring_into_view)

    def _take_back(self, removal: Removal) -> None:
        """Bring back removed rows, and move the focus to the first."""
        with self._live.unrecorded():
            self._catch_up()
        try:
            done = self._live.take_back(removal)
        except LimitError:  # other rows took the place
            announce(limit_reached(self._live))
            return
        if done:
            self._focus(removal.first.key)
            undo_keys.acted(self)

    # Events

    def _on_click(self, event: Any) -> None:
        button = event.target.closest(formset_markup.ACTIONS)
        if not button or not self._is_own(button):
            return
        event.preventDefault()
        pressed_pointer.after(self._scope, lambda: self.press(button))

    def _on_key(self, event: Any) -> None:
        """Handle Alt+Up and Alt+Down, on a row's handle also without Alt, which move ordered rows.

        Ctrl+Z and Ctrl+Y (or Ctrl+Shift+Z) undo and redo, except in text, where the browser does so
        itself. Right after an action `undo_keys` handles them, in text too.
        """
        if not self._is_own(event.target):
            return
        row = event.target.closest(formset_markup.ROW)
        meant = event.altKey or event.target.closest("[data-formset-handle]")
        if meant and event.key in _MOVES and row and self._may_move(event.target):
            event.preventDefault()
            self._act_or_refuse(_MOVES[str(event.key)], str(row.getAttribute("data-key")))
            return
        action = action_of(event)
        if action and not undo_keys.are_taken() and not takes_text(event.target):
            event.preventDefault()
            self._act_or_refuse(action, "")

    def _is_own(self, target: Any) -> bool:
        """Return whether `target` is in this formset, not in a nested one, nor just removed."""
        container = target.closest("[data-bound]")
        return bool(container) and bool(container.isSameNode(self._container))

    def _may_move(self, target: Any) -> bool:
        # Alt+Down opens a select. Without can_order, Django ignores places.
        return self._ordered and target.tagName != "SELECT"

    # Focus. It waits for the running script, because it makes the browser lay out the page.

    def _focus_first_new(self, before: set[str]) -> None:
        """Focus the first new row; without one, stay, or focus "add" if the button was removed."""
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
        for button in formset_markup.own_elements(element, f'[data-formset-action="{action}"]')[:1]:
            if self._moves_focus:
                self._soon(button.focus)

    def _focus_neighbour(self, index: int) -> None:
        """Focus the row that filled the gap, or else the last row, or else "add"."""
        keys = self._live.keys
        if keys:
            self._focus(keys[min(index, len(keys) - 1)])
        else:
            self._focus_button(self._container, "add")

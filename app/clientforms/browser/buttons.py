"""Which of a formset's buttons are to be seen: those of what can be done now."""

from __future__ import annotations

from typing import Any

from clientforms.browser.markup import ACTIONS, own_elements
from clientforms.changes import LimitsChanged
from clientforms.engine import ClientFormSet

__all__ = ["show_deletion", "show_limits", "show_remove_all"]

_ADDING = '[data-formset-action="add"], [data-formset-action="duplicate"]'
_REMOVING_ALL = '[data-formset-action="remove-all"]'


def show_limits(container: Any, limits: LimitsChanged) -> None:
    """Hide the add button where no form can be added, and say why beside it."""
    for button in own_elements(container, _ADDING):
        button.hidden = bool(limits.add_refused)
    for note in own_elements(container, "[data-formset-limit]"):
        note.hidden = not limits.add_refused
        note.textContent = limits.add_refused


def show_deletion(row: Any, deleted: bool) -> None:
    """Offer to restore the row, or to remove it."""
    for button in own_elements(row, ACTIONS):
        match button.getAttribute("data-formset-action"):
            case "restore":
                button.hidden = not deleted
            case "remove":
                button.hidden = deleted


def show_remove_all(container: Any, live: ClientFormSet) -> None:
    """Show an author's button that removes all while there is a row that can go."""
    buttons = own_elements(container, _REMOVING_ALL)
    if buttons:
        refused = live.limits().remove_refused
        kept = [key for index, key in enumerate(live.keys) if not live.is_deleted(index)]
        for button in buttons:
            button.hidden = all(key in refused for key in kept)

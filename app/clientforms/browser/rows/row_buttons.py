"""Show, hide and disable a formset's buttons according to what can be done."""

from __future__ import annotations

from typing import Any

from clientforms.browser.dom.formset_markup import ACTIONS, own_elements
from clientforms.changes import LimitsChanged
from clientforms.engine import ClientFormSet

__all__ = ["barred_moves", "show_deletion", "show_limits", "show_remove_all"]

_ADDING = '[data-formset-action="add"], [data-formset-action="duplicate"]'
_MOVING = '[data-formset-action^="move-"]'
_REMOVING_ALL = '[data-formset-action="remove-all"]'


def show_limits(container: Any, limits: LimitsChanged) -> None:
    """Hide the add button if no form can be added, and show the reason beside it."""
    for button in own_elements(container, _ADDING):
        button.hidden = bool(limits.add_refused)
    for note in own_elements(container, "[data-formset-limit]"):
        note.hidden = not limits.add_refused
        note.textContent = limits.add_refused


def show_deletion(row: Any, deleted: bool) -> None:
    """Show the button to restore the row, or the one to remove it."""
    for button in own_elements(row, ACTIONS):
        match button.getAttribute("data-formset-action"):
            case "restore":
                button.hidden = not deleted
            case "remove":
                button.hidden = deleted


def show_remove_all(container: Any, live: ClientFormSet) -> None:
    """Show an author's button that removes all rows if any row can be removed."""
    buttons = own_elements(container, _REMOVING_ALL)
    if buttons:
        refused = live.limits().remove_refused
        kept = [key for index, key in enumerate(live.keys) if not live.is_deleted(index)]
        for button in buttons:
            button.hidden = all(key in refused for key in kept)


def barred_moves(container: Any, live: ClientFormSet) -> dict[str, tuple[bool, bool]]:
    """Return which rows cannot move up, and down: a pair of flags by key.

    Their buttons keep their place and the focus, and are marked as disabled.
    """
    order, initial = live.order, live.initial_form_count()
    barred: dict[str, tuple[bool, bool]] = {}
    first = 0
    if not live.formset_class.can_order:  # initial rows stay first, in their order
        first = initial
        if initial and container.querySelector(_MOVING):
            barred = dict.fromkeys(order[:initial], (True, True))
    if first < len(order):
        barred[order[first]] = (True, False)
        barred[order[-1]] = (order[-1] == order[first], True)
    return barred

"""Which of a formset's buttons are to be seen, and which work: those of what can be done now."""

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


def barred_moves(container: Any, live: ClientFormSet) -> dict[str, tuple[bool, bool]]:
    """Return the rows that cannot go up, or down, by key: whether it is the one, and the other.

    The buttons for it stay where they are and keep the focus, they say that they do nothing.
    """
    order, initial = live.order, live.initial_form_count()
    barred: dict[str, tuple[bool, bool]] = {}
    first = 0
    if not live.formset_class.can_order:  # then initial rows stay first, as they are
        first = initial
        if initial and container.querySelector(_MOVING):
            barred = dict.fromkeys(order[:initial], (True, True))
    if first < len(order):
        barred[order[first]] = (True, False)
        barred[order[-1]] = (order[-1] == order[first], True)
    return barred

"""A row that has left: told to the page once more, where it can hear of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientforms.browser.runtime import document

__all__ = ["say_goodbye"]


def say_goodbye(row: Any, container: Any, tell: Callable[[], None]) -> None:
    """Call `tell` while `row` is attached, so that its event bubbles, but posts nothing."""
    place = document.createElement("fieldset")
    place.disabled = place.hidden = True
    radios = _part_radios(row, place)
    place.append(row)
    container.append(place)
    tell()
    place.remove()
    for radio in radios:
        radio.removeAttribute("form")


def _part_radios(row: Any, place: Any) -> list[Any]:
    """Give the row's radio buttons a form of their own inside `place`, and return them.

    Another row has their names by now; in one form they would be one group, with one tick.
    """
    form = document.createElement("form")
    form.id = "clientforms-removed"
    place.append(form)
    radios = list(row.querySelectorAll('input[type="radio"]'))
    for radio in radios:
        radio.setAttribute("form", form.id)
    return radios

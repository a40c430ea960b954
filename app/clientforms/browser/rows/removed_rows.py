"""Fire the event of a removed row so that it bubbles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientforms.browser.runtime import document

__all__ = ["say_goodbye"]


def say_goodbye(row: Any, container: Any, tell: Callable[[], None]) -> None:
    """Call `tell` while `row` is attached to `container` again, but disabled and hidden."""
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
    """Move the row's radio buttons into a separate form inside `place`, and return them.

    Another row may have their names now; in the same form they would be one group.
    """
    form = document.createElement("form")
    form.id = "clientforms-removed"
    place.append(form)
    radios = list(row.querySelectorAll('input[type="radio"]'))
    for radio in radios:
        radio.setAttribute("form", form.id)
    return radios

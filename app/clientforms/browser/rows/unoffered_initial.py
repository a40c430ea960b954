"""Let selects in existing markup start with initial data that they do not offer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clientforms.browser.dom.form_controls import default_values, posted_values
from clientforms.browser.runtime import css_escape, rows_script, to_array

__all__ = ["begin_with_lost"]


def begin_with_lost(controls: Iterable[Any], lost: Mapping[str, str]) -> None:
    """Add the values in `lost`, by control name, to selects and select them.

    This is done only if the markup selects nothing, so that the browser chose the first option. A
    choice that the user made meanwhile stays.
    """
    for control in controls if lost else ():
        value = lost.get(control.name)
        known = f'[selected], [value="{css_escape(value or "")}"]'
        if value is None or control.tagName != "SELECT" or control.querySelector(known):
            continue
        place = control.selectedIndex
        is_untouched = posted_values([control]) == default_values([control])
        rows_script().choose(control, to_array([value]))
        if not is_untouched:
            control.selectedIndex = place

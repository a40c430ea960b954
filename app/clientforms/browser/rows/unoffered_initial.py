"""Selects in markup that is there, whose initial data is none of their choices: they begin with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from clientforms.browser.dom.form_controls import default_values, posted_values
from clientforms.browser.runtime import css_escape, rows_script, to_array

__all__ = ["begin_with_lost"]


def begin_with_lost(controls: Iterable[Any], lost: Mapping[str, str]) -> None:
    """Let selects offer what the initial data says, `lost`, control name to value, and begin with it.

    Only if the markup chooses nothing in a select: then it is the browser that chose the first option.
    What somebody has chosen meanwhile stays.
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

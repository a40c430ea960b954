"""Fill in fields of a prerendered page whose initial value depends on the present moment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clientforms.browser.dom import formset_markup
from clientforms.browser.dom.form_controls import (
    CONTROLS,
    default_values,
    posted_values,
    set_values,
)
from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.html.row_html import MOMENT

__all__ = ["fill_moments"]


def fill_moments(rows: Sequence[Any], live: ClientForm | ClientFormSet) -> None:
    """Set marked controls in `rows` to their present initial value.

    It becomes their default value, as if the page had been made now. Typed values stay.
    """
    if not rows or not rows[0].parentElement.querySelector(f"[{MOMENT}]"):
        return
    for index, row in enumerate(rows[: len(live.keys)]):
        if not row.querySelector(f"[{MOMENT}]"):
            continue
        rendered = _by_name(formset_markup.fragment_of(live.render_row(index)))
        for name, controls in _by_name(row).items():
            if name in rendered and controls[0].hasAttribute(MOMENT):
                _begin_with(controls, rendered[name])


def _by_name(root: Any) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    for control in root.querySelectorAll(CONTROLS):
        found.setdefault(control.name, []).append(control)
    return found


def _begin_with(controls: Sequence[Any], rendered: Sequence[Any]) -> None:
    """Copy the default values of `rendered` to the controls of one name."""
    now = posted_values(controls)
    is_untouched = now == default_values(controls)
    for control, other in zip(controls, rendered, strict=False):
        control.removeAttribute(MOMENT)
        if control.type in ("checkbox", "radio"):
            control.defaultChecked = other.defaultChecked
        elif control.tagName == "SELECT":
            wanted = {option.value for option in other.options if option.defaultSelected}
            for option in control.options:
                option.defaultSelected = option.value in wanted
        else:
            control.defaultValue = other.defaultValue  # keeps typed values
    if not is_untouched:  # unlike defaults, the user's choices have to be restored
        set_values(controls, now)

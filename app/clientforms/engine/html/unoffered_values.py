"""Values that a widget's selects should show although they do not offer them.

Given such a value, a select for one choice shows its first option, which nobody chose. Radio
buttons, tick boxes and multiple selects show that nothing is chosen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.forms import BaseForm, BoundField
from django.forms.widgets import MultiWidget, Select, SelectDateWidget

from clientforms.engine.html.html_controls import submitted
from clientforms.engine.post.posted_text import posted_text

__all__ = ["lost_initial", "with_lost"]

_KINDS = (Select, SelectDateWidget, MultiWidget)


def with_lost(posted: Mapping[str, list[str]], bound_field: BoundField) -> dict[str, list[str]]:
    """Return `posted` with the field's value put back if a select does not offer it.

    `posted` (control name to strings) is what Django's HTML of the field would post.
    """
    widget = bound_field.field.widget
    if not isinstance(widget, _KINDS):
        return dict(posted)
    given = _given_to_selects(widget, bound_field.html_name, bound_field.value())
    wanted = {name: posted_text(text) for name, text in given}
    # A control that is missing in `posted` is disabled, or has no option yet.
    return {name: [wanted[name]] if wanted.get(name) else values for name, values in posted.items()}


def lost_initial(form: BaseForm) -> dict[str, str]:
    """Return initial data of the unbound `form` that selects do not offer, by control name."""
    found: dict[str, str] = {}
    for name, field in form.fields.items():
        if not isinstance(field.widget, _KINDS):
            continue
        bound_field = form[name]
        value = bound_field.value()
        if any(text for _, text in _given_to_selects(field.widget, name, value)):
            posted = submitted(str(bound_field))
            wanted = with_lost(posted, bound_field)
            found |= {
                html_name: wanted[html_name][0]
                for html_name in posted
                if wanted[html_name] != posted[html_name]
            }
    return found


def _given_to_selects(widget: Any, name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the name of each select for one choice, and the value it is given as text."""
    if isinstance(widget, Select):
        chosen = None if widget.allow_multiple_selected else widget.format_value(value)
        for choice in [chosen] if isinstance(chosen, str) else chosen or ():
            yield name, str(choice)
    elif isinstance(widget, SelectDateWidget):
        for part, number in widget.format_value(value).items():
            yield getattr(widget, f"{part}_field") % name, "" if number is None else str(number)
    elif isinstance(widget, MultiWidget):
        values = value if isinstance(value, (list, tuple)) else widget.decompress(value)
        named = zip(widget.widgets_names, widget.widgets, values or (), strict=False)
        for suffix, inner, inner_value in named:
            yield from _given_to_selects(inner, name + suffix, inner_value)

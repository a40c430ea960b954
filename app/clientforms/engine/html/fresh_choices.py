"""Work out what an untouched tick box, select, or group of radio buttons posts, without rendering it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.forms import BoundField
from django.forms.widgets import CheckboxInput, ChoiceWidget, Select

from clientforms.engine.html.widget_html import is_certain, is_choice
from clientforms.engine.post.posted_text import posted_text

__all__ = ["fresh_choices"]

_FEW = 20
"""Options. Django prepares each of them, and `long_selects.py` does not."""
_SHOWING = {"multiple", "size"}
"""Attributes that change what a select posts of which nothing was chosen."""


def fresh_choices(bound_field: BoundField) -> list[str] | None:
    """Return what the field's tick box, or controls for a choice, post untouched; None if Django has to render them.

    Something else than Django's own code may decide, or there are so many options that `posting_html()` is faster.
    """
    field, widget = bound_field.field, bound_field.field.widget
    if (
        type(bound_field) is not BoundField
        or not isinstance(widget, (CheckboxInput, ChoiceWidget))
        or not is_choice(field, widget)
        or not _SHOWING.isdisjoint(widget.attrs)
        or not is_certain(field, bound_field.form.renderer)
    ):
        return None
    value = bound_field.value()
    if isinstance(widget, CheckboxInput):
        if not widget.check_test(value):
            return []
        shown = widget.format_value(value)
        return (
            None if hasattr(shown, "__html__") else ["on" if shown is None else posted_text(shown)]
        )
    if _count(widget.choices) > _FEW:
        return None
    groups = widget.optgroups(bound_field.html_name, widget.format_value(value))
    options = [option for _, members, _ in groups for option in members]
    if any(hasattr(option["value"], "__html__") for option in options):
        return None
    chosen = [option for option in options if option["selected"]]
    if isinstance(widget, Select) and not widget.allow_multiple_selected:
        chosen = chosen[-1:] or options[:1]
    return [posted_text(str(option["value"])) for option in chosen]


def _count(choices: Sequence[Any]) -> int:
    return sum(len(label) if isinstance(label, (list, tuple)) else 1 for _, label in choices)

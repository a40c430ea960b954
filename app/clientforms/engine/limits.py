"""How many rows there may be: Django's `max_num`, `min_num` and `absolute_max`, as reasons."""

from __future__ import annotations

from collections.abc import Sequence

from django.forms import BaseFormSet

from clientforms.changes import LimitsChanged
from clientforms.engine.row import Row
from clientforms.texts import text

__all__ = ["current"]


def current(formset: BaseFormSet, rows: Sequence[Row], initial_count: int) -> LimitsChanged:
    """Return what may not be done now, each with the reason in Django's own (translated) words."""
    kept = sum(not row.deleted for row in rows)
    add_refused = ""
    if kept >= formset.max_num or len(rows) >= formset.absolute_max:
        add_refused = str(formset.error_messages["too_many_forms"] % {"num": formset.max_num})
    remove_refused = {}
    for index, row in enumerate(rows):
        if row.deleted:
            continue
        if index < initial_count and not formset.can_delete:
            remove_refused[row.key] = text("This form is part of the initial data.")
        elif kept <= formset.min_num:
            remove_refused[row.key] = str(
                formset.error_messages["too_few_forms"] % {"num": formset.min_num}
            )
    return LimitsChanged(add_refused, remove_refused)

"""The limits on the number of rows, with reasons, and the names of the management form."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from django.forms import BaseFormSet
from django.forms.formsets import ManagementForm

from clientforms.changes import LimitsChanged
from clientforms.engine.rows.row import Row
from clientforms.texts import text

__all__ = ["current", "management_names"]


def current(formset: BaseFormSet, rows: Sequence[Row], initial_count: int) -> LimitsChanged:
    """Return which actions are refused now, with reasons in Django's own translated words."""
    kept = sum(not row.deleted for row in rows)
    add_refused = ""
    if kept >= formset.max_num or len(rows) >= formset.absolute_max:
        add_refused = str(formset.error_messages["too_many_forms"] % {"num": formset.max_num})
    remove_refused = {}
    for index, row in enumerate(rows):
        if row.deleted:
            continue
        if index < initial_count and not formset.can_delete:
            remove_refused[row.key] = text("This was here before, and has to stay.")
        elif kept <= formset.min_num:
            remove_refused[row.key] = str(
                formset.error_messages["too_few_forms"] % {"num": formset.min_num}
            )
    return LimitsChanged(add_refused, remove_refused)


@cache
def management_names(prefix: str) -> tuple[str, ...]:
    """Return the names of the management form's controls: total, initial, minimum, maximum."""
    form = ManagementForm(prefix=prefix)
    names = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
    return tuple(form.add_prefix(name) for name in names)

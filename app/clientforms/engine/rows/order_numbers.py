"""ORDER: the numbers that keep Django's order of the rows equal to that of the page.

Django sorts rows by ORDER, rows without a number last, and equal ones by their index. It leaves
out blank extra rows and deleted ones (`BaseFormSet.ordered_forms`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.forms.formsets import ORDERING_FIELD_NAME

from clientforms.engine.post.control_names import PLACEHOLDER
from clientforms.engine.rows.row import Row

__all__ = ["ORDER", "as_found", "has_number", "holds_order_alone", "in_places_of"]

ORDER = f"{PLACEHOLDER}-{ORDERING_FIELD_NAME}"
"""The local name of its control."""


def has_number(row: Row) -> bool:
    """Return whether the row's ORDER is not empty."""
    return any(row.values.get(ORDER, ()))


def as_found(rows: Iterable[Row], place_of: Callable[[Row], int]) -> list[Row] | None:
    """Return `rows` as Django sorts them, None if an ORDER is not a number."""
    try:
        keys = {row: _sort_key(row, place_of(row)) for row in rows}
    except ValidationError:
        return None
    return sorted(keys, key=keys.__getitem__)


def in_places_of(found: Sequence[Row], rows: Sequence[Row]) -> list[Row]:
    """Return `rows` with those in `found` sorted like `found`, in the places they had together."""
    sorted_rows, there = iter(found), set(found)
    return [next(sorted_rows) if row in there else row for row in rows]


def holds_order_alone(form: BaseForm) -> bool:
    """Return whether the bound `form` differs from a blank one in ORDER only."""
    return set(form.changed_data) == {ORDERING_FIELD_NAME}


def _sort_key(row: Row, place: int) -> tuple[bool, int, int]:
    texts, field = row.values.get(ORDER), row.fields.get(ORDERING_FIELD_NAME)
    number = field.to_python(texts[-1]) if texts and field else None
    return number is None, number or 0, place

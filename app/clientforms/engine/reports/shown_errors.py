"""The errors that a page shows, with the labels of their fields, in the order of the page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS

from clientforms.engine.data.to_words import field_label
from clientforms.engine.rows.row import Row

__all__ = ["ShownError", "errors_shown_in"]


@dataclass(frozen=True, slots=True)
class ShownError:
    """The errors of one field, called `label`, or of the form as a whole if `field` is None."""

    field: str | None
    label: str
    messages: tuple[str, ...]


def errors_shown_in(row: Row) -> Iterator[ShownError]:
    """Yield what the page shows of the errors of `row`: its own, and then those of its fields."""
    if own := row.shown.get(NON_FIELD_ERRORS):
        yield ShownError(None, "", own)
    for name, field in row.fields.items() if row.shown else ():
        if messages := row.shown.get(name):
            yield ShownError(name, field_label(name, field), messages)

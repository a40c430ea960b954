"""The editing state of a row: which fields are touched, and which differ from their first value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.forms import BaseForm

from clientforms.changes import EditingChanged
from clientforms.engine.rows.row import Row

__all__ = ["editing_changes"]

_NONE: frozenset[str] = frozenset()


def editing_changes(row: Row, form: BaseForm | None) -> Iterator[EditingChanged]:
    """Yield the change of the row's editing state. Its bound `form` is None if making it failed."""
    before = row.shown_editing
    touched = frozenset(row.edited | row.left) & row.fields.keys()
    now = touched, before[1] if form is None else _changed(row, form)
    if before != now:
        row.shown_editing = now
        fields = (before[0] ^ now[0]) | (before[1] ^ now[1])
        told = {name: (name in now[0], name in now[1]) for name in row.fields if name in fields}
        yield EditingChanged(row.key, told, bool(now[0]), bool(now[1]))


def _changed(row: Row, form: Any) -> frozenset[str]:
    """Return the fields in Django's `changed_data` that differ from the values they came with.

    To Django, a select that shows its first option has changed, though nobody changed it.
    """
    values, start = row.values, row.start
    if values is start and not row.files:
        return _NONE
    others = [local for local, held in values.items() if start.get(local) != held]
    others += [local for local in start if local not in values]
    fields = {row.field_of(local) for local in (*others, *row.files)}
    try:
        if type(form).changed_data is not BaseForm.changed_data:
            return frozenset(form.changed_data if fields else ()) & fields
        return frozenset(name for name in fields & form.fields.keys() if form[name]._has_changed())
    except BaseException:  # noqa: BLE001 - a user's code may raise anything; others report it
        return _NONE

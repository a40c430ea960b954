"""How far somebody has come with a row: the fields that were left or changed, and those that differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.forms import BaseForm

from clientforms.changes import EditingChanged
from clientforms.engine.rows.row import Row

__all__ = ["editing_changes"]

_NONE: frozenset[str] = frozenset()


def editing_changes(row: Row, form: BaseForm | None) -> Iterator[EditingChanged]:
    """Yield what became of the row's fields, `form` being its bound form, None if it cannot be made."""
    before = row.shown_editing
    touched = frozenset(row.edited | row.left) & row.fields.keys()
    now = touched, before[1] if form is None else _changed(row, form)
    if before != now:
        row.shown_editing = now
        fields = (before[0] ^ now[0]) | (before[1] ^ now[1])
        told = {name: (name in now[0], name in now[1]) for name in row.fields if name in fields}
        yield EditingChanged(row.key, told, bool(now[0]), bool(now[1]))


def _changed(row: Row, form: Any) -> frozenset[str]:
    """Return the fields that Django says are changed, and that hold something else than they came with.

    A select that shows its first option is changed for Django, and nobody has changed it.
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
    except BaseException:  # noqa: BLE001 - a user's code may raise anything; who asks for it hears of it
        return _NONE

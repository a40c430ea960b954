"""Read errors from a server's JSON, sorted by rows.

The shapes are Django's own: `form.errors.get_json_data()`, `formset.errors`, plain messages or
lists of them, and names with prefixes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS

from clientforms.engine.rows.row import Row
from clientforms.errors import DataError

__all__ = ["AddedErrors", "read_form_errors", "read_formset_errors"]

AddedErrors = list[tuple[str | None, str]]
"""Pairs of a field, None for the form as a whole, and a message."""

_FORMS, _NON_FORM = "forms", "non_form_errors"


def read_form_errors(data: Any, row: Row, where: str) -> AddedErrors:
    """Return the errors of one form from `data`, which maps field names or `__all__` to messages.

    Raises DataError naming `where` for an unknown field or an invalid message.
    """
    if not isinstance(data, Mapping):
        raise DataError(f"{where}: errors are an object, field name to messages; got {data!r}.")
    added: AddedErrors = []
    for name, value in data.items():
        if name != NON_FIELD_ERRORS and name not in row.fields:
            raise DataError(
                f"{where}: there is no field {name!r} to show an error at. "
                f"Its fields are {', '.join(row.fields)}."
            )
        field = None if name == NON_FIELD_ERRORS else name
        added += [(field, message) for message in _messages(value, f"{where}, {name!r}")]
    return added


def read_formset_errors(
    data: Any,
    rows: Sequence[Row],
    name: str,
    place: Callable[[str], tuple[int, str | None]],
) -> tuple[dict[int, AddedErrors], list[str]]:
    """Return the errors by row number, and those of the formset as a whole.

    `data` is a list like `formset.errors`, with an object for each form that is not deleted, or that
    list as `forms` beside `non_form_errors`, or an object whose keys are names with prefixes, which
    `place` resolves.
    """
    whole: list[str] = []
    if isinstance(data, Mapping) and data.keys() <= {_FORMS, _NON_FORM}:
        whole = _messages(data.get(_NON_FORM, ()), f"{name}, {_NON_FORM}")
        data = data.get(_FORMS, [])
    if isinstance(data, Mapping):
        return _read_names(data, name, place)
    kept = [index for index, row in enumerate(rows) if not row.deleted]
    if not isinstance(data, (list, tuple)) or len(data) > len(kept):
        raise DataError(
            f"{name}: errors are a list of one object for each of its {len(kept)} forms that are "
            f"not deleted, or names with prefixes; got {data!r}."
        )
    return {
        index: read_form_errors(errors, rows[index], f"{name}, form {index}")
        for index, errors in zip(kept, data, strict=False)
    }, whole


def _read_names(
    data: Mapping[str, Any], name: str, place: Callable[[str], tuple[int, str | None]]
) -> tuple[dict[int, AddedErrors], list[str]]:
    by_row: dict[int, AddedErrors] = {}
    whole: list[str] = []
    for key, value in data.items():
        messages = _messages(value, f"{name}, {key!r}")
        if key == NON_FIELD_ERRORS:
            whole += messages
            continue
        index, field = place(key)
        by_row.setdefault(index, []).extend((field, message) for message in messages)
    return by_row, whole


def _messages(value: Any, where: str) -> list[str]:
    match value:
        case str():
            return [value]
        case {"message": str(message)}:
            return [message]
        case list() | tuple():
            return [message for member in value for message in _messages(member, where)]
    raise DataError(f"{where}: a message is text, or an object with a message; got {value!r}.")

"""Convert Python values to plain JSON values, for JavaScript and for display."""

from __future__ import annotations

import datetime
import decimal
import math
from collections.abc import Iterable, Mapping
from collections.abc import Set as AnySet
from typing import Any

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.duration import duration_iso_string
from django.utils.functional import Promise

from clientforms.engine.models.model_kinds import is_model
from clientforms.engine.rows.files import StoredFile

__all__ = ["NumberText", "to_plain"]

_AS_THEY_ARE = frozenset({type(None), bool, int, str})


class NumberText(str):
    """A number as text, because JSON has no exact number for it: a Decimal."""

    __slots__ = ()


def to_plain(value: Any) -> Any:
    """Return `value` as a plain JSON value.

    Dates, times and durations become ISO strings; uploaded files dicts of name, size and content
    type, stored files dicts of name and URL; model instances their primary key; sets lists, sorted
    as text; bytes UTF-8 text; NaN and the infinities "NaN", "Infinity" and "-Infinity". Any other
    value that JSON lacks (a Decimal, a UUID, an Enum) becomes its string.
    """
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is dict:
        return {str(key): to_plain(member) for key, member in value.items()}
    match value:
        case None | bool():
            return value
        case int():
            return int(value)
        case float() if math.isnan(value):
            return "NaN"
        case float() if math.isinf(value):
            return "Infinity" if value > 0 else "-Infinity"
        case float():
            return float(value)
        case decimal.Decimal():
            return NumberText(value)
        case Promise():
            return str(value)
        case str():
            return str(value)  # JavaScript needs no subclass such as SafeString
        case datetime.timedelta():
            return duration_iso_string(value)
        case datetime.date() | datetime.time():
            return value.isoformat()
        case UploadedFile():
            return {
                "name": value.name,
                "size": value.size,
                "content_type": value.content_type,
            }
        case File() | StoredFile():  # without its size: the storage is not available here
            return {"name": value.name, "url": getattr(value, "url", None)}
        case _ if is_model(value):
            return to_plain(value.pk)
        case Mapping():
            return {str(key): to_plain(member) for key, member in value.items()}
        case bytes() | bytearray() | memoryview():
            return bytes(value).decode("utf-8", "replace")
        case AnySet():
            return [to_plain(member) for member in sorted(value, key=str)]
        case Iterable() if (members := _members(value)) is not None:
            return [to_plain(member) for member in members]
    return str(value)


def _members(value: Iterable[Any]) -> list[Any] | None:
    """Return the members of `value`, or None if it cannot be iterated after all."""
    try:
        return [*value]
    except TypeError:
        return None

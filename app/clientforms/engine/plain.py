"""Python values to plain JSON values, for JavaScript and for showing."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.base import File
from django.db.models import Model
from django.utils.duration import duration_iso_string

__all__ = ["to_plain"]


def to_plain(value: Any) -> Any:
    """Return `value` as JSON can carry it.

    Dates, times and durations become ISO strings; files dicts of name, size and content type;
    model instances their primary key; what has no JSON form (a Decimal, a UUID) its string.
    """
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return str(value)  # a SafeString is a subclass that JavaScript need not meet
        case datetime.timedelta():
            return duration_iso_string(value)
        case datetime.date() | datetime.time():
            return value.isoformat()
        case File():
            content_type = getattr(value, "content_type", None)
            return {
                "name": value.name,
                "size": value.size,
                "content_type": content_type,
            }
        case Model():
            return to_plain(value.pk)
        case Mapping():
            return {str(key): to_plain(each) for key, each in value.items()}
        case bytes():
            return value.decode("utf-8", "replace")
        case Iterable():
            return [to_plain(each) for each in value]
    return str(value)

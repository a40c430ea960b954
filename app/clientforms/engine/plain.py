"""Python values to plain JSON values, for JavaScript and for showing."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.files.base import File
from django.core.files.uploadedfile import UploadedFile
from django.utils.duration import duration_iso_string

from clientforms.engine.model_kinds import is_model
from clientforms.engine.uploads import StoredFile

__all__ = ["to_plain"]

_AS_THEY_ARE = frozenset({type(None), bool, int, float, str})


def to_plain(value: Any) -> Any:
    """Return `value` as JSON can carry it.

    Dates, times and durations become ISO strings; uploaded files dicts of name, size and content
    type, stored ones of name and URL;
    model instances their primary key; what has no JSON form (a Decimal, a UUID) its string.
    """
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is dict:
        return {str(key): to_plain(each) for key, each in value.items()}
    match value:
        case None | bool() | int() | float():
            return value
        case str():
            return str(value)  # a SafeString is a subclass that JavaScript need not meet
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
        case File() | StoredFile():  # its size is not asked: its storage is not here
            return {"name": value.name, "url": getattr(value, "url", None)}
        case _ if is_model(value):
            return to_plain(value.pk)
        case Mapping():
            return {str(key): to_plain(each) for key, each in value.items()}
        case bytes():
            return value.decode("utf-8", "replace")
        case Iterable():
            return [to_plain(each) for each in value]
    return str(value)

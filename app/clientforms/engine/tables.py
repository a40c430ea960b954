"""Cleaned data, as plain values, as a table for spreadsheets. Knows no form."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from typing import Any

__all__ = ["to_csv"]


def to_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return `rows` as CSV (RFC 4180), with a line of headings for all keys that any of them has.

    Lists and objects are written as JSON, true and false as such, None as nothing.
    """
    rows = list(rows)
    headings = list(dict.fromkeys(key for row in rows for key in row))
    written = io.StringIO()
    table = csv.DictWriter(written, headings, restval="", lineterminator="\r\n")
    table.writeheader()
    for row in rows:
        table.writerow({key: _cell(value) for key, value in row.items()})
    return written.getvalue()


def _cell(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool() | list() | dict():
            return json.dumps(value, ensure_ascii=False)
    return value

"""Cleaned data, as plain values, as a table for spreadsheets. Knows no form."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from clientforms.engine.data.to_json import NumberText

__all__ = ["to_csv", "with_numbers"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What spreadsheets take for the start of a formula, or pass over before one (OWASP, CSV injection)."""


def to_csv(rows: Iterable[Mapping[str, Any]], *, guard: bool = True) -> str:
    """Return `rows` as CSV (RFC 4180), with a line of headings for all keys that any of them has.

    Lists and objects are written as JSON, true and false as such, None as nothing, floats as Python
    writes them. To `guard` is to put an apostrophe before text that a spreadsheet would take for a
    formula, in headings as well; what Django cleaned to a number, such as -5, is none.
    """
    rows = list(rows)
    headings = list(dict.fromkeys(key for row in rows for key in row))
    written = io.StringIO()
    table = csv.writer(written, lineterminator="\r\n")
    table.writerow([_cell(key, guard) for key in headings])
    for row in rows:
        table.writerow([_cell(row.get(key), guard) for key in headings])
    return written.getvalue()


def with_numbers(row: Mapping[str, Any], names: Collection[str]) -> dict[str, Any]:
    """Return `row` with the text under these names as numbers, as which `to_csv()` writes them."""
    return {
        key: NumberText(value) if key in names and isinstance(value, str) else value
        for key, value in row.items()
    }


def _cell(value: Any, guard: bool) -> Any:
    match value:
        case str() if guard and value.startswith(_FORMULA) and not isinstance(value, NumberText):
            return f"'{value}"
        case None:
            return ""
        case bool() | list() | dict():
            return json.dumps(value, ensure_ascii=False)
    return value

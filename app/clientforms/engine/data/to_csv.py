"""Write cleaned data, given as plain values, as a table for spreadsheets."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from clientforms.engine.data.to_json import NumberText

__all__ = ["to_csv", "with_numbers"]

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
"""What starts a formula in spreadsheets, or may stand before one (OWASP, CSV injection)."""


def to_csv(rows: Iterable[Mapping[str, Any]], *, guard: bool = True) -> str:
    """Return `rows` as CSV (RFC 4180), with a heading for each key that occurs in any of them.

    Lists, objects and booleans are written as JSON, None as nothing, floats as in Python. With
    `guard`, text and headings that a spreadsheet would take for a formula get an apostrophe in
    front; numbers such as -5 do not.
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
    """Return `row` with the text under these names marked as numbers, which `to_csv()` never guards."""
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

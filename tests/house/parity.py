"""Reads docs/parity.md: its tables, and the names in their cells."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.conftest import ROOT

__all__ = ["Row", "tables"]

DOCUMENT = ROOT / "docs" / "parity.md"


@dataclass(frozen=True)
class Row:
    """One row: names of theirs, and where ours are."""

    theirs: tuple[str, ...]
    python: tuple[str, ...]
    page: tuple[str, ...]
    remarks: str


def tables() -> dict[str, list[Row]]:
    """Return heading to rows, the two lines at each table's head left out."""
    found: dict[str, list[Row]] = {}
    for section in DOCUMENT.read_text("utf-8").split("\n## ")[1:]:
        heading, _, body = section.partition("\n")
        lines = [line for line in body.splitlines() if line.startswith("|")][2:]
        found[heading] = [_row(line) for line in lines]
    return found


def _row(line: str) -> Row:
    theirs, python, page, remarks = (cell.strip() for cell in line.strip("|\n").split("|"))
    return Row(_names(theirs), _names(python), _names(page), remarks)


def _names(cell: str) -> tuple[str, ...]:
    return tuple(re.findall(r"`([^`]+)`", cell))

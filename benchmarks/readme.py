"""Puts the benchmark's table into the README, between two marks."""

from __future__ import annotations

from pathlib import Path

__all__ = ["BEGIN", "END", "replaced", "write"]

BEGIN = "<!-- bench: written by `make bench ARGS=--readme` -->"
END = "<!-- /bench -->"


def replaced(text: str, table: str) -> str:
    """Return `text` with `table` between the marks. Raises ValueError where they are not there."""
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the README has no {BEGIN} … {END}")
    return f"{before}{begin}\n{table.strip()}\n{end}{after}"


def write(path: Path, table: str) -> None:
    path.write_text(replaced(path.read_text("utf-8"), table), "utf-8")

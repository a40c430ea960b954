"""The shown errors of a binding, each with its words for a list and its place in the page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from clientforms.browser.rows.row_view import RowView
from clientforms.engine.reports.shown_errors import errors_shown_in
from clientforms.engine.rows.row import Row
from clientforms.texts import text

__all__ = ["ListedError", "errors_of_row", "told", "within"]


@dataclass(frozen=True, slots=True)
class ListedError:
    """One error: `text` says what is wrong and where, and `place` returns what can be focused."""

    text: str
    place: Callable[[], Any | None]


def errors_of_row(row: Row, view: Callable[[], RowView], name: str) -> Iterator[ListedError]:
    """Yield the errors of one row, which is called `name`; empty for a plain form."""
    for shown in errors_shown_in(row):
        where = within(shown.label, name)
        for message in shown.messages:
            yield ListedError(told(message, where), partial(_place_of, view, shown.field))


def told(message: str, where: str) -> str:
    """Return a message after the name of the place that it is about, if it has one."""
    return f"{where}: {message}" if where else message


def within(label: str, name: str) -> str:
    """Return how a field with this label in the row `name` is called; either may be empty."""
    if label and name:
        return text("%(label)s, %(row)s", label=label.rstrip(":"), row=name)
    return label.rstrip(":") or name


def _place_of(find: Callable[[], RowView], field: str | None) -> Any | None:
    """Return the first control of the field that can be seen, or else an element with errors."""
    view = find()
    controls = view.field_controls(field) if field else []
    seen = [control for control in controls if control.type != "hidden"]
    enabled = [control for control in seen if not control.disabled]
    lists = view.shown_errors()
    whole = [element for element in lists if element.matches(".nonfield")]
    return next(iter([*enabled, *seen, *whole, *lists]), None)

"""Report which fields of a row are shown and enabled, and their choices."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.forms import BaseForm

from clientforms.changes import Change, FieldChoicesChanged, FieldStateChanged
from clientforms.engine.data.lost_choices import dependent, locals_of, lost_in, offering
from clientforms.engine.html.html_controls import submitted
from clientforms.engine.post.control_names import to_local
from clientforms.engine.reports.error_changes import shown_copy
from clientforms.engine.rows.row import Row
from clientforms.engine.rules.conditions import conditions_of

__all__ = ["fit_to_choices", "state_changes"]


def fit_to_choices(row: Row, form: BaseForm, prefix: str | None, *, says: bool) -> bool:
    """Give `row` the values that it posts after its choices changed; return whether any changed.

    A value that was chosen stays, as an error if it is no longer offered; the error is shown if the
    page `says` errors by itself. If nothing was chosen, a select shows its first choice.
    """
    if conditions_of(form) is None:
        return False
    values: dict[str, list[str] | None] = {}
    start = dict(row.start)
    for name in dependent(form):
        lost, before = lost_in(row, form, name), row.lost.pop(name, None)
        if lost:
            row.lost[name] = lost
            if says and not before and name in row.shown_choices:
                row.touched.add(name)
            continue
        posting = locals_of(row, name)
        if not posting and row.shown_choices.get(name) == _choices(row, form, name):
            continue  # a script disabled it, or chose a missing option
        html = form[name].as_widget()
        shown: dict[str, list[str] | None] = dict.fromkeys(posting)
        for posted, held in submitted(html).items():
            shown[to_local(posted, prefix) or posted] = held
        if not row.has_chosen(name):  # so it is the row's first value
            start |= {local: held for local, held in shown.items() if held}
        values |= shown
    if start != row.start:
        row.start = start
    news = {local: held for local, held in values.items() if row.values.get(local) != held}
    row.take(news)
    return bool(news)


def state_changes(row: Row, form: BaseForm) -> Iterator[Change]:
    """Yield the changes of fields with conditions since the last report."""
    conditions = conditions_of(form)
    if conditions is None:
        return
    shown = shown_copy(row, form)
    for name in _conditional(form):
        shows, enables = conditions.shows(name), conditions.enables(name)
        now = shows, enables, form.fields[name].required
        if row.shown_states.get(name, (True, True, None)) != now:
            row.shown_states[name] = now
            attribute, css_class = _required_marks(shown, name)
            yield FieldStateChanged(row.key, name, *now, attribute, css_class)
    for name in dependent(form):
        choices = _choices(row, form, name)
        if row.shown_choices.get(name) != choices:
            with offering(row, shown):
                html = shown[name].as_widget()
            row.shown_choices[name] = choices
            yield FieldChoicesChanged(row.key, name, html)


def _choices(row: Row, form: Any, name: str) -> tuple[Any, ...]:
    return list(form.fields[name].choices), row.lost.get(name)


def _conditional(form: Any) -> list[str]:
    declared = {*form.show_if, *form.enable_if, *form.require_if}
    return [name for name in form.fields if name in declared]


def _required_marks(form: BaseForm, name: str) -> tuple[bool, str]:
    """Return whether Django renders `required`, and the CSS class of required fields."""
    attrs = form[name].build_widget_attrs({})
    return bool(attrs.get("required")), getattr(form, "required_css_class", "")

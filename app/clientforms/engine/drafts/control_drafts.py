"""Drafts of the controls of a page, which `static/readings.js` reads without Python.

A *part* is the content of one form or formset: all of it, or only the rows that were typed into.
Rows are recognised by their first values. Nothing in a part is trusted.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME

from clientforms.engine.drafts.draft_fitting import Live, identity, read
from clientforms.engine.live.client_formset import ClientFormSet
from clientforms.engine.post.control_names import PLACEHOLDER, to_local
from clientforms.engine.post.posted_text import posted_text
from clientforms.engine.rows.row import Row
from clientforms.errors import DataError

__all__ = ["draft_of_controls", "with_early", "with_late_controls"]

_MOST_ROWS = 10_000
_UNKNOWN = "values:unknown"  # identity of an initial row that no present row matches
_GONE = "hidden:unknown"


@dataclass(frozen=True, slots=True)
class _Control:
    now: list[str] | None
    """None if only the first value is known."""
    start: list[str]
    label: str
    hidden: bool


@dataclass(frozen=True, slots=True)
class _Row:
    index: int
    key: str | None
    controls: Mapping[str, _Control]
    """By local name."""
    again: list[str]
    nested: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Part:
    prefix: str
    total: int
    initial: int
    began: int
    rows: Sequence[_Row]
    order: list[int] | None
    """Numbers of the rows in the order of the page; None if some rows are missing."""


def draft_of_controls(live: Live | None, data: Any) -> dict[str, Any] | None:
    """Return the draft made from the part `data` of `live`, None if nothing was typed.

    `live` is None if the page no longer has that form. Raises DataError if `data` is not a part.
    """
    part = _read_part(data, live)
    rows = {row.index: row for row in part.rows}
    found = _matched(live, part)
    numbers = range(max([*rows, -1]) + 1 if part.order is not None else part.total)
    drafted = [
        _draft_row(rows.get(number), number < part.initial, found.get(number)) for number in numbers
    ]
    order = _order(part, len(drafted))
    untouched = part.total == part.began and order == sorted(order)
    if untouched and not any(row["typed"] or row["nested"] for row in drafted):
        return None
    return {"fields": _labels(part), "rows": drafted, "order": order}


def with_late_controls(draft: Any, live: Live | None, data: Any) -> dict[str, Any] | None:
    """Return `draft` with what was typed after it was saved. Raises DataError.

    `draft` is None if there is none yet. Its rows are recognised by their keys, or by their numbers
    if nobody had typed into them.
    """
    if draft is None:
        return draft_of_controls(live, data)
    before, part = read(draft, "draft"), _read_part(data, live)
    rows: list[dict[str, Any]] = [dict(row) for row in draft["rows"]]
    order, found = list(before.order), _matched(live, part)
    for row in part.rows:
        today = found.get(row.index)
        place = _place(rows, row)
        if place is None:
            place = len(rows)
            rows.append({"was": None, "key": row.key, "typed": {}})
            order.append(place)
        there = rows[place]
        if there.get("key") is None:
            there |= {"was": _was(row, row.index < part.initial, today), "key": row.key}
        typed = dict(there["typed"])
        for local, control in row.controls.items():
            if control.now == control.start:
                typed.pop(local, None)
            elif control.now is not None:
                typed[local] = control.now or None
        nested = dict(there.get("nested", {}))
        for name, inner in row.nested.items():
            inside = today.nested.get(name) if today else None
            nested[name] = with_late_controls(nested.get(name), inside, inner)
        rows[place] = there | {
            "typed": typed,
            "nested": {name: inner_draft for name, inner_draft in nested.items() if inner_draft},
        }
    return {"fields": {**_labels(part), **before.fields}, "rows": rows, "order": order}


def with_early(draft: dict[str, Any], now: Mapping[str, Any] | None) -> dict[str, Any]:
    """Return `draft` merged with `now`, what has been typed already into the form to be restored.

    If a field is in both, `draft` wins.
    """
    if now is None:
        return draft
    rows = [dict(row) for row in draft["rows"]]
    there = {early_row["was"]: early_row for early_row in now["rows"] if early_row["was"]}
    extra = (early_row for early_row in now["rows"] if not early_row["was"])
    for row in rows:
        typed = there.get(row["was"]) if row["was"] else next(extra, None)
        row["typed"] = {**(typed["typed"] if typed else {}), **row["typed"]}
    return draft | {"rows": rows}


def _place(rows: Sequence[Mapping[str, Any]], row: _Row) -> int | None:
    keys = [draft_row.get("key") for draft_row in rows]
    if row.key is not None and row.key in keys:
        return keys.index(row.key)
    there = row.index < len(keys) and (row.key is None or keys[row.index] is None)
    return row.index if there else None


def _draft_row(row: _Row | None, is_initial: bool, found: Row | None) -> dict[str, Any]:
    was = _was(row, is_initial, found)
    if row is None:
        return {"was": was, "key": None, "typed": {}, "nested": {}}
    nested = {
        name: draft_of_controls(found.nested.get(name) if found else None, inner)
        for name, inner in row.nested.items()
    }
    return {
        "was": was,
        "key": row.key,
        "typed": {
            local: control.now or None
            for local, control in row.controls.items()
            if control.now is not None and control.now != control.start
        },
        "again": row.again,
        "nested": {name: inner_draft for name, inner_draft in nested.items() if inner_draft},
    }


def _was(row: _Row | None, is_initial: bool, found: Row | None) -> str | None:
    if not is_initial:
        return None
    return identity(found) if found else _GONE if row and _hidden(row) else _UNKNOWN


def _order(part: _Part, count: int) -> list[int]:
    if part.order is None:
        return list(range(count))
    there = [number for number in part.order if number < count]
    return there + [number for number in range(count) if number not in set(there)]


def _labels(part: _Part) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in part.rows:
        for local, control in row.controls.items():
            bare = local.removeprefix(f"{PLACEHOLDER}-").removeprefix(f"{part.prefix}-")
            found.setdefault(bare, control.label or bare)
    return found


# Matching initial rows


def _matched(live: Live | None, part: _Part) -> dict[int, Row]:
    """Map the numbers of the part's initial rows to the present rows that match them."""
    if live is None:
        return {}
    if not isinstance(live, ClientFormSet):
        return {row.index: live.rows[0] for row in part.rows[:1]}
    today = dict(enumerate(live.rows[: live.initial_form_count()]))
    matched = {}
    for row in part.rows:
        if row.index >= part.initial:
            continue
        numbers = [row.index] if row.index in today else []
        numbers += [number for number in today if number != row.index]
        for number in numbers:
            if _is_same(row, today[number]):
                matched[row.index] = today.pop(number)
                break
    return matched


def _is_same(row: _Row, today: Row) -> bool:
    """Return whether the first values of both rows match, those of hidden fields if there are any."""
    hidden = _hidden(row)
    began = {
        local: values
        for local, values in today.start.items()
        if (name := today.field_of(local)) and (not hidden or today.fields[name].widget.is_hidden)
    }
    if hidden:
        return any(map(any, hidden.values())) and hidden == _some(began)
    return all(
        _some({local: control.start}) == _some({local: began.get(local, [])})
        for local, control in row.controls.items()
        if local.rpartition("-")[2] not in (ORDERING_FIELD_NAME, DELETION_FIELD_NAME)
        and today.field_of(local)
    )


def _hidden(row: _Row) -> dict[str, list[str]]:
    return _some(
        {local: control.start for local, control in row.controls.items() if control.hidden}
    )


def _some(values: Mapping[str, list[str]]) -> dict[str, list[str]]:
    return {local: posted for local, posted in values.items() if any(posted)}


# Reading


def _read_part(data: Any, live: Live | None) -> _Part:
    match data:
        case {
            "prefix": str(prefix),
            "total": int(total),
            "initial": int(initial),
            "began": int(began),
            "rows": list(rows),
            "order": list() | None as order,
            **rest,
        } if 0 <= total <= _MOST_ROWS and initial <= total:
            if order is not None and not all(
                type(number) is int and number >= 0 for number in order
            ):
                raise DataError(f"This is not an order of forms: {str(order)[:80]!r}.")
            single = rest.get("kind") == "form"
            read_rows = [_read_row(row, prefix, live, single=single) for row in rows]
            return _Part(prefix, total, initial, began, read_rows, order)
    raise DataError(f"This is not the content of a form: {str(data)[:80]!r}.")


def _read_row(data: Any, prefix: str, live: Live | None, *, single: bool) -> _Row:
    match data:
        case {
            "index": int(index),
            "key": str() | None as key,
            "controls": dict(controls),
            "again": dict(again),
            "nested": dict(nested),
        } if 0 <= index < _MOST_ROWS:
            found = {}
            for name, control in controls.items():
                local = (
                    _local_of_form(name, prefix, live)
                    if single
                    else to_local(name, f"{prefix}-{index}")
                )
                if local is not None and not local.startswith("initial-"):
                    found[local] = _read_control(control)
            return _Row(index, key, found, list(again), nested)
    raise DataError(f"This is not the content of a form: {str(data)[:80]!r}.")


def _local_of_form(name: str, prefix: str, live: Live | None) -> str:
    """Return the name with the prefix of the present form, which may have changed."""
    bare = name.removeprefix(f"{prefix}-") if prefix else name
    now = live.prefix if live else prefix
    return f"{now}-{bare}" if now else bare


def _read_control(data: Any) -> _Control:
    match data:
        case {"start": list(start), "label": str(label), "hidden": bool(hidden), **rest}:
            match rest.get("now"):
                case None if _are_texts(start):
                    return _Control(None, _posted(start), label, hidden)
                case list(now) if _are_texts(start) and _are_texts(now):
                    return _Control(_posted(now), _posted(start), label, hidden)
    raise DataError(f"This is not the content of a control: {str(data)[:80]!r}.")


def _posted(values: list[str]) -> list[str]:
    return list(map(posted_text, values))


def _are_texts(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)

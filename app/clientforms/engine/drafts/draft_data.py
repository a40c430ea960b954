"""Drafts: save what was typed into live forms as plain JSON, and restore it as far as it fits.

A draft holds the differences from the first values, so changes made by the server meanwhile
survive. The browser decides where drafts are stored, and for how long. Nothing in a draft is
trusted: it may come from an older form, or be damaged.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.forms import Field
from django.forms.utils import pretty_name

from clientforms.engine.drafts.draft_fitting import (
    Live,
    Misfit,
    Plan,
    Reason,
    identity,
    misfits_of,
    read,
)
from clientforms.engine.live.client_formset import ClientFormSet
from clientforms.engine.rows.row import Content, Row
from clientforms.engine.rows.secret_fields import is_withheld
from clientforms.errors import DataError

__all__ = [
    "Restored",
    "adopt",
    "all_typed",
    "draft_of",
    "is_there",
    "restore",
    "state_of",
    "with_changes",
]


State = tuple[Sequence[str], Mapping[str, Any]]
"""The keys in the order of the page, and the content of each row by key."""


@dataclass(frozen=True, slots=True)
class Restored:
    """The result of restoring a draft: what did not fit, and what has to be entered again.

    `again` and `fields` are pairs of a row's key and a field name: fields whose value no draft
    keeps, and restored fields.
    """

    misfits: tuple[Misfit, ...]
    again: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, str], ...]


def draft_of(
    live: Live,
    secret: Collection[str] = (),
    filled: Collection[tuple[str, str]] = (),
    *,
    since: State | None = None,
) -> dict[str, Any] | None:
    """Return what was typed as plain JSON data, None if nothing was.

    `secret` names fields that the page knows to hold secrets; `filled` has pairs of a row's key and
    a field for which a file was chosen. With `since`, an earlier `state_of()`, unchanged rows are
    reduced to their keys, for `with_changes()`.
    """
    initial_count = live.initial_form_count() if isinstance(live, ClientFormSet) else 0
    before = since[1] if since else {}
    rows: list[Any] = []
    fields: dict[str, str] = {}
    for index, row in enumerate(live.rows):
        if row.key in before and before[row.key] == _row_state(row):
            rows.append(row.key)
            continue
        again = _again(row, secret, filled)
        inner = {name: draft_of(formset, secret, filled) for name, formset in row.nested.items()}
        nested = {name: draft for name, draft in inner.items() if draft}
        rows.append(
            {
                "was": identity(row) if index < initial_count else None,
                "key": row.key,
                "typed": _typed(row, secret),
                **({"again": again} if again else {}),
                **({"nested": nested} if nested else {}),
            }
        )
        fields |= {
            name: _label(name, field)
            for name, field in row.fields.items()
            if name not in fields and not is_withheld(field, name in secret)
        }
    order = _order(live)
    untouched = since is None and len(rows) == live.started_with and order == sorted(order)
    if untouched and not any(row_draft["typed"] or "nested" in row_draft for row_draft in rows):
        return None
    return {"fields": fields, "rows": rows, "order": order}


def state_of(live: Live) -> State:
    """Return the present state of `live`, to pass to a later `draft_of(since=…)`."""
    return _keys(live), {row.key: _row_state(row) for row in live.rows}


def with_changes(draft: Any, changes: Any, name: str) -> dict[str, Any]:
    """Return `draft` with the `changes` that `draft_of(since=…)` returned. Raises DataError."""
    fields = read(draft, name).fields
    match changes:
        case {"fields": dict(others), "rows": list(rows), "order": order}:
            known = {str(row.get("key")): row for row in draft["rows"]}
            now = [known.get(row) if isinstance(row, str) else row for row in rows]
            made = {"fields": {**fields, **others}, "rows": now, "order": order}
            read(made, name)
            return made
    raise DataError(f"{name}: these are not changes of a draft: {str(changes)[:80]!r}.")


def restore(live: Live, draft: Any, secret: Collection[str] = ()) -> Restored:
    """Restore what was typed as far as it fits. Raises DataError if `draft` is not a draft.

    Fields that are not in the draft get their first values. A formset's `undo()` reverts it at once.
    """
    plan = Plan(live, read(draft, live.name), secret)
    contents, misfits = plan.contents, list(plan.misfits)
    if isinstance(live, ClientFormSet):
        with live.replacing():
            live.in_page.put_back(contents, plan.order)
    else:
        live.in_page.put_back(contents[0])
    for content, number in zip(contents, plan.numbers, strict=True):
        misfits += _refused_by_page(live, content, number)
    again = list(plan.again)
    fields = [(content.row.key, name) for content in contents for name in sorted(content.fields)]
    for row, name, part in plan.nested:
        if name not in row.nested:
            misfits += all_typed(part, name)
            continue
        inner = restore(row.nested[name], part, secret)
        misfits += inner.misfits
        again += inner.again
        fields += inner.fields
    return Restored(tuple(misfits), tuple(again), tuple(fields))


def is_there(live: Live, draft: Any, secret: Collection[str] = ()) -> bool:
    """Return whether `restore()` would change nothing and find no misfits.

    That is so if the server rendered the posted values, or the browser kept them. Raises DataError.
    """
    plan = Plan(live, read(draft, live.name), secret)
    rows = [content.row for content in plan.contents]
    return (
        not plan.misfits
        and rows == list(live.rows)
        and [row.key for row in plan.order or rows] == _keys(live)
        and all(content.values == content.row.values for content in plan.contents)
        and all(
            name in row.nested and is_there(row.nested[name], part, secret)
            for row, name, part in plan.nested
        )
    )


def adopt(live: Live, draft: Any, secret: Collection[str] = ()) -> None:
    """Treat the values in the draft as typed, though the rows began with them. Raises DataError."""
    plan = Plan(live, read(draft, live.name), secret)
    for row, name, part in plan.nested:
        if name in row.nested:
            adopt(row.nested[name], part, secret)
    for content in plan.contents:
        row = content.row
        typed = [local for local in row.values if row.field_of(local) in content.fields]
        row.start = {**row.start, **{local: [] for local in typed}}


def all_typed(draft: Any, name: str, reason: Reason = "form") -> list[Misfit]:
    """Return everything in the draft as misfits. Raises DataError."""
    found = read(draft, name)
    numbered = len(found.rows) > 1
    return [
        misfit
        for number, row in enumerate(found.rows, start=1)
        for misfit in misfits_of(found, row, name, number if numbered else None, reason)
    ]


def _row_state(row: Row) -> tuple[Any, ...]:
    # Unchanged values are the same object, so comparing them is quick.
    return row.values, {name: state_of(inner) for name, inner in row.nested.items()}


def _typed(row: Row, secret: Collection[str]) -> dict[str, list[str] | None]:
    if row.values is row.start:
        return {}
    typed: dict[str, list[str] | None] = {}
    for local in dict.fromkeys((*row.values, *row.start)):
        name = row.field_of(local)
        if name is None or local.startswith("initial-") or local in row.beside:
            continue
        now = row.values.get(local)
        if now != row.start.get(local) and not is_withheld(row.fields[name], name in secret):
            typed[local] = now
    return typed


def _again(row: Row, secret: Collection[str], filled: Collection[tuple[str, str]]) -> list[str]:
    there = {row.field_of(local) for local, values in row.values.items() if any(values)}
    there |= {row.field_of(local) for local, files in row.files.items() if files}
    there |= {name for key, name in filled if key == row.key}
    return [
        name
        for name, field in row.fields.items()
        if name in there and is_withheld(field, name in secret)
    ]


def _label(name: str, field: Field) -> str:
    return str(field.label or pretty_name(name))


def _keys(live: Live) -> list[str]:
    return live.order if isinstance(live, ClientFormSet) else live.keys


def _order(live: Live) -> list[int]:
    numbers = {key: number for number, key in enumerate(live.keys)}
    return [numbers[key] for key in _keys(live)]


def _refused_by_page(live: Live, content: Content, number: int | None) -> list[Misfit]:
    """Return what was put into the row, but not accepted by its controls in the page."""
    row = content.row
    noun = live.row_label if isinstance(live, ClientFormSet) else ""
    return [
        Misfit("value", live.name, number, _label(name, row.fields[name]), tuple(posted), noun)
        for local, posted in content.values.items()
        if (name := row.field_of(local)) in content.fields and row.values.get(local) != posted
    ]

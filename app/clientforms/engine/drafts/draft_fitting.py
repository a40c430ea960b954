"""Plan how a draft fits into live forms: which row gets what, decided before anything changes.

`draft_data.py` makes drafts and restores them.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from django.forms import BaseForm, CheckboxInput
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME

from clientforms.engine.data import from_python as given
from clientforms.engine.live.client_form import ClientForm
from clientforms.engine.live.client_formset import ClientFormSet
from clientforms.engine.post.control_names import PLACEHOLDER, field_of
from clientforms.engine.post.posted_text import posted_text
from clientforms.engine.rows.row import Content, Row
from clientforms.engine.rows.secret_fields import is_withheld
from clientforms.errors import DataError

__all__ = [
    "Draft",
    "DraftRow",
    "Live",
    "Misfit",
    "Plan",
    "Reason",
    "identity",
    "misfits_of",
    "read",
]

Live = ClientForm | ClientFormSet
Reason = Literal["field", "value", "limit", "row", "started otherwise", "form"]
_BY_VALUES = "values:"


@dataclass(frozen=True, slots=True)
class Misfit:
    """Something that was typed and no longer fits.

    The `reason`s are: the field is gone, it rejects the value, no more rows are allowed, the initial
    row is gone or its data changed, the whole form is gone. `number` is the row's, from 1, and `noun`
    what such rows are called, if that is known.
    """

    reason: Reason
    name: str
    number: int | None
    label: str = ""
    values: tuple[str, ...] = ()
    noun: str = ""


@dataclass(frozen=True, slots=True)
class DraftRow:
    """One row of a draft. `was` identifies an initial row and is None for an extra one."""

    was: str | None
    typed: Mapping[str, list[str] | None]
    again: Sequence[str] = ()
    nested: Mapping[str, Any] = field(default_factory=dict)
    """Drafts of nested formsets, by the form's attribute."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft of one form or formset. `fields` maps names to labels."""

    fields: Mapping[str, str]
    rows: Sequence[DraftRow]
    order: Sequence[int]


def read(data: Any, name: str) -> Draft:
    """Return `data` as a draft. It is not trusted: raises DataError if it is not one."""
    match data:
        case {"fields": dict(fields), "rows": list(rows), "order": list(order)} if all(
            isinstance(label, str) for label in fields.values()
        ) and sorted(_whole(order)) == list(range(len(rows))):
            return Draft(fields, [_read_row(row, name) for row in rows], order)
    raise DataError(f"{name}: this is not a draft of a form: {str(data)[:80]!r}.")


def _read_row(data: Any, name: str) -> DraftRow:
    match data:
        case {"was": str() | None as was, "typed": dict(typed)} if all(
            values is None or _is_strings(values) for values in typed.values()
        ):
            again, nested = data.get("again", []), data.get("nested", {})
            if _is_strings(again) and isinstance(nested, dict):
                for inner in nested.values():
                    read(inner, name)
                return DraftRow(was, _posted(typed), again, nested)
    raise DataError(f"{name}: this is not a row of a draft: {str(data)[:80]!r}.")


def _posted(typed: Mapping[str, list[str] | None]) -> dict[str, list[str] | None]:
    """Return `typed` as a POST carries it: a page may have stored the raw text of its controls."""
    return {
        local: None if values is None else list(map(posted_text, values))
        for local, values in typed.items()
    }


def _is_strings(values: Any) -> bool:
    return isinstance(values, list) and all(isinstance(value, str) for value in values)


def _whole(numbers: list[Any]) -> Iterator[int]:
    for number in numbers:
        yield number if isinstance(number, int) and not isinstance(number, bool) else -1


class Plan:
    """Which row gets what, decided before anything changes."""

    def __init__(self, live: Live, draft: Draft, secret: Collection[str]) -> None:
        self.misfits: list[Misfit] = []
        self.again: list[tuple[str, str]] = []
        self.contents: list[Content] = []
        self.numbers: list[int | None] = []
        self.order: list[Row] | None = None
        self.nested: list[tuple[Row, str, Any]] = []
        self._live = live
        self._in_formset = isinstance(live, ClientFormSet)
        self._draft = draft
        self._secret = secret
        self._taken: dict[int, Row] = {}
        if isinstance(live, ClientFormSet):
            self._fit_rows(live)
        else:
            self._fit(live.rows[0], 0, draft.rows[0] if draft.rows else None, None)
            for number in range(1, len(draft.rows)):
                self._give_up(number, "row")

    def _fit_rows(self, live: ClientFormSet) -> None:
        initial = list(live.rows[: live.initial_form_count()])
        matched = self._match_initial(initial)
        for index, row in enumerate(initial):
            found = matched.get(index)
            self._fit(row, index, None if found is None else self._draft.rows[found], found)
        extras = self._extras_that_fit(live, initial)
        there = list(live.rows[len(initial) :])
        for found in extras:
            index = len(self.contents)
            row = there.pop(0) if there else live.in_page.fresh_row(index)
            self._fit(row, index, None if found is None else self._draft.rows[found], found)
        if live.formset_class.can_order and list(self._draft.order) != sorted(self._draft.order):
            self.order = self._in_order()

    def _match_initial(self, initial: list[Row]) -> dict[int, int]:
        """Map the numbers of initial rows to the numbers of the draft's rows for them."""
        drafted = {
            number: row for number, row in enumerate(self._draft.rows) if row.was is not None
        }
        matched: dict[int, int] = {}
        for index, row in enumerate(initial):
            this = identity(row)
            same = [number for number, row_draft in drafted.items() if row_draft.was == this]
            if same:
                best = index if index in same else same[0]
                matched[index] = best
                del drafted[best]
        for number, row_draft in drafted.items():
            if not _has_typed(row_draft):
                continue
            fits = (row_draft.was or "").startswith(_BY_VALUES)
            if fits and number < len(initial) and number not in matched:
                matched[number] = number
                self.misfits.append(
                    Misfit("started otherwise", self._live.name, number + 1, noun=self._noun)
                )
            else:
                self._give_up(number, "row")
        return matched

    def _extras_that_fit(self, live: ClientFormSet, initial: list[Row]) -> list[int | None]:
        """Return the numbers of the draft's extra rows that fit, and None for each blank one needed."""
        extras = [number for number, row in enumerate(self._draft.rows) if row.was is None]
        deletion = f"{PLACEHOLDER}-{DELETION_FIELD_NAME}"
        kept = sum(not content.values.get(deletion) for content in self.contents)
        room = min(
            live.formset_class.max_num - kept, live.formset_class.absolute_max - len(initial)
        )
        while len(extras) > max(room, 0):
            blank = [number for number in extras if not _has_typed(self._draft.rows[number])]
            if not blank:
                self._give_up(extras[-1], "limit")
            extras.remove((blank or extras)[-1])
        missing = live.formset_class.min_num - len(initial) - len(extras)
        return [*extras, *[None] * max(missing, 0)]

    def _in_order(self) -> list[Row]:
        order = [self._taken[number] for number in self._draft.order if number in self._taken]
        return order + [content.row for content in self.contents if content.row not in order]

    def _give_up(self, number: int, reason: Reason) -> None:
        self.misfits += misfits_of(
            self._draft, self._draft.rows[number], self._live.name, number + 1, reason, self._noun
        )

    @property
    def _noun(self) -> str:
        return self._live.row_label if isinstance(self._live, ClientFormSet) else ""

    def _withheld(self, row: Row, name: str) -> bool:
        return is_withheld(row.fields[name], name in self._secret)

    def _misfit(
        self, reason: Reason, local: str, posted: Sequence[str] | None, number: int | None
    ) -> None:
        label = _label(self._draft, local, self._live.prefix)
        values = tuple(posted or ())
        self.misfits.append(Misfit(reason, self._live.name, number, label, values, self._noun))

    def _fit(self, row: Row, index: int, draft: DraftRow | None, found: int | None) -> None:
        number = None if found is None else found + 1
        values, fields = dict(row.start), set[str]()
        if draft is not None:
            if found is not None:
                self._taken[found] = row
            form = self._live.blank_form(index) if draft.typed else None
            field_of = cache(row.field_of)  # called for each pair of a field and a value
            for name, typed in self._by_field(row, draft, number).items():
                values, fits = self._fit_field(row, form, name, values, typed, number, field_of)
                fields |= {name} if fits else set()
            self.again += [(row.key, name) for name in draft.again if name in row.fields]
            self.nested += [(row, name, inner) for name, inner in draft.nested.items()]
        for local, posted in row.values.items():  # what no draft keeps is left as it is
            name = row.field_of(local) or ""
            if name in row.fields and self._withheld(row, name):
                values[local] = posted
        self.contents.append(Content(row, values, frozenset(fields)))
        self.numbers.append(number)

    def _by_field(
        self, row: Row, draft: DraftRow, number: int | None
    ) -> dict[str, dict[str, list[str] | None]]:
        by_field: dict[str, dict[str, list[str] | None]] = {}
        for local, posted in draft.typed.items():
            name = None if local.startswith("initial-") else row.field_of(local)
            if name is None:
                self._misfit("field", local, posted, number)
            elif not self._withheld(row, name):
                by_field.setdefault(name, {})[local] = posted
        return by_field

    def _fit_field(
        self,
        row: Row,
        form: BaseForm,
        name: str,
        values: dict[str, list[str]],
        typed: Mapping[str, list[str] | None],
        number: int | None,
        field_of: Callable[[str], str | None],
    ) -> tuple[dict[str, list[str]], bool]:
        """Return `values` with what was typed into one field, and whether any of it fits."""
        merged = {**values, **typed}
        wanted = {local: posted for local, posted in merged.items() if posted is not None}
        if isinstance(row.fields[name].widget, CheckboxInput):
            return wanted, True  # rendering loses the value that a page's own markup gave it
        if name in getattr(form, "choices_for", ()):
            return wanted, True  # its choices depend on the other values in the draft
        own = {local: posted for local, posted in wanted.items() if field_of(local) == name}
        held = given.held(form[name], own, form.prefix if self._in_formset else None)
        fits = True
        for local, posted in typed.items():
            got = held.get(local)
            if got == posted:
                continue
            lost = [value for value in posted or () if value not in (got or ())]
            if got and lost and len(got) + len(lost) == len(posted or ()):
                wanted[local] = got  # some of several choices are left
            else:
                wanted.pop(local, None)
                if local in row.start:
                    wanted[local] = row.start[local]
                fits = False
            self._misfit("value", local, lost, number)
        return wanted, fits


def misfits_of(
    draft: Draft, row: DraftRow, name: str, number: int | None, reason: Reason, noun: str = ""
) -> list[Misfit]:
    """Return everything that was typed into one row of the draft as misfits."""
    misfits = [
        Misfit(reason, name, number, _label(draft, local, name), tuple(posted or ()), noun)
        for local, posted in row.typed.items()
    ]
    for inner in (read(part, name) for part in row.nested.values()):
        for inner_row in inner.rows:
            misfits += misfits_of(inner, inner_row, name, number, reason, noun)
    return misfits


def _has_typed(row: DraftRow) -> bool:
    return bool(row.typed or row.nested)


def _label(draft: Draft, local: str, prefix: str | None) -> str:
    bare = local.removeprefix(f"{PLACEHOLDER}-").removeprefix(f"{prefix}-")
    name = field_of(bare, [(name, name) for name in draft.fields])
    return draft.fields.get(name or "", bare)


def identity(row: Row) -> str:
    """Return what identifies an initial row: hidden fields such as `id`, or else all first values."""
    began, hidden = {}, {}
    for local, values in sorted(row.start.items()):
        name = row.field_of(local)
        if name in (None, ORDERING_FIELD_NAME, DELETION_FIELD_NAME):
            continue
        began[local] = values
        if any(values) and row.fields[name or ""].widget.is_hidden:
            hidden[local] = values
    text = json.dumps(hidden or began)
    return f"{'hidden:' if hidden else _BY_VALUES}{zlib.crc32(text.encode()):08x}"

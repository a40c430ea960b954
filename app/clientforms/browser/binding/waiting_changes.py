"""Changes that waited to be shown, made one step from what the page shows to what the engine holds.

Patches ask the engine as it is now, so they cannot show one batch while rows have got other places
in a later one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from clientforms.changes import (
    Change,
    FieldChoicesChanged,
    FieldErrorsChanged,
    FormAdded,
    FormDeletionChanged,
    FormRemoved,
    FormRenumbered,
    FormReplaced,
    LimitsChanged,
    ManagementChanged,
    NonFieldErrorsChanged,
    OrderChanged,
    VerdictChanged,
)

__all__ = ["Batch", "Rows", "merged"]

_LAST_COUNTS = (LimitsChanged, ManagementChanged, OrderChanged, VerdictChanged)
"""Of these, the last says all that there is to say."""
_MOST_ROWS = 100_000  # more than any page has
_WITH_NAMES = (FieldChoicesChanged, FieldErrorsChanged, NonFieldErrorsChanged)
_OF_ROWS = (FormAdded, FormRemoved, FormRenumbered, FormReplaced)


class Rows(Protocol):
    """What is asked of a ClientFormSet, or of a ClientForm, whose one row never changes its place."""

    @property
    def keys(self) -> list[str]:
        """The keys of the rows, in order."""

    @property
    def order(self) -> list[str]:
        """The keys of the rows, as they stand in the page."""

    def prefix_of(self, index: int) -> str | None:
        """Return the prefix of the form at `index`."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What was published at once, when the names of all rows began with `prefix`."""

    prefix: str
    changes: Sequence[Change]


@dataclass(slots=True)
class _Fate:
    """What becomes of the element of one row."""

    index: int | None  # the number that it has in the page, None if it is not there
    is_taken_out: bool = False
    shown_from: int = 0  # the place among all changes from where on they are about its last element
    named_from: int = 0  # and from where on there are its last names in them
    form: FormAdded | FormReplaced | None = None  # the last that it was given
    form_prefix: str = ""  # of the formset then


def merged(
    batches: Sequence[Batch], rows: Rows, prefix: str, render: Callable[[int], str]
) -> tuple[list[Change], list[Change]]:
    """Return the changes that lead from the page as it is to `rows` as they are, and no others.

    `prefix` is what their names begin with now, and `render` returns the HTML of the form at a number. A
    row that came and went in between is passed over. Besides, return what is to be told again: changes
    with names in them, of rows that have others since.
    """
    numbers = _Numbers(rows, prefix)
    changes = [change for batch in batches for change in batch.changes]
    fates = _fates(batches, numbers)
    now = {key: index for index, key in enumerate(rows.keys)}
    step: list[Change] = []
    outdated: list[Change] = []
    gone = [
        (fate.index, key)
        for key, fate in fates.items()
        if fate.index is not None and (fate.is_taken_out or key not in now)
    ]
    step += [FormRemoved(key, index) for index, key in sorted(gone, reverse=True)]
    for key, fate in fates.items():
        is_same = fate.index is not None and not fate.is_taken_out and key in now
        if is_same and fate.index != now[key]:
            old, new = (rows.prefix_of(index) or "" for index in (fate.index or 0, now[key]))
            step.append(FormRenumbered(key, now[key], old, new))
    made = [
        (now[key], fate.form, fate.form_prefix, fate.index is None or fate.is_taken_out)
        for key, fate in fates.items()
        if fate.form is not None and key in now
    ]
    for index, last_form, under, is_new in sorted(made, key=lambda form: form[0]):
        is_same = last_form.index == index and under == prefix
        html = last_form.html if is_same else render(index)
        kind = FormAdded if is_new else FormReplaced
        step.append(kind(last_form.key, index, html))
    last = {type(change): place for place, change in enumerate(changes)}
    prefixes = [batch.prefix for batch in batches for _ in batch.changes]
    for place, change in enumerate(changes):
        if isinstance(change, _OF_ROWS):
            continue
        if isinstance(change, _LAST_COUNTS) and last[type(change)] != place:
            continue
        if isinstance(change, OrderChanged):
            change = OrderChanged(tuple(rows.order))
        if isinstance(change, ManagementChanged):
            ends = {
                name.removeprefix(prefixes[place]): held for name, held in change.values.items()
            }
            change = ManagementChanged({prefix + end: held for end, held in ends.items()})
        row: str | None = getattr(change, "key", None)
        if row is not None:
            if row not in now or (row in fates and place < fates[row].shown_from):
                continue
            if isinstance(change, FormDeletionChanged):
                change = replace(change, index=now[row])
            is_renamed = row in fates and place < fates[row].named_from
            if isinstance(change, _WITH_NAMES) and (is_renamed or prefixes[place] != prefix):
                outdated.append(change)
                continue
        step.append(change)
    return step, outdated


def _fates(batches: Iterable[Batch], numbers: _Numbers) -> dict[str, _Fate]:
    """Return what becomes of each row that came, went or got another number or form."""
    fates: dict[str, _Fate] = {}
    place = 0
    for batch in batches:
        for change in batch.changes:
            match change:
                case FormAdded(key):
                    fate = fates.setdefault(key, _Fate(None))
                    fate.shown_from, fate.form, fate.form_prefix = place, change, batch.prefix
                case FormRemoved(key, index):
                    fate = fates.setdefault(key, _Fate(index))
                    fate.is_taken_out, fate.form = True, None
                case FormReplaced(key, index):
                    fate = fates.setdefault(key, _Fate(index))
                    fate.shown_from, fate.form, fate.form_prefix = place, change, batch.prefix
                case FormRenumbered(key, _, old_prefix):
                    if key not in fates:
                        fates[key] = _Fate(numbers.of(old_prefix.removeprefix(batch.prefix)))
                    fates[key].named_from = place
            place += 1
    return fates


class _Numbers:
    """Finds the number that is in a prefix, however the formset puts it there."""

    def __init__(self, rows: Rows, prefix: str) -> None:
        self._rows = rows
        self._prefix = prefix
        self._by_end: dict[str, int] = {}

    def of(self, end: str) -> int:
        """Return the number of the form whose prefix ends so, behind that of the formset."""
        while end not in self._by_end:
            index = len(self._by_end)
            if index > _MOST_ROWS:
                raise LookupError(f"No form has a prefix that ends with {end!r}.")
            prefix = self._rows.prefix_of(index) or ""
            self._by_end[prefix.removeprefix(self._prefix)] = index
        return self._by_end[end]

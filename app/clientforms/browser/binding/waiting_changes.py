"""Merge changes that waited to be shown into one step from the page's state to the engine's.

Patches read the present state of the engine, so they cannot show a batch if rows were moved in a
later one.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from clientforms.changes import (
    Change,
    FieldChoicesChanged,
    FieldErrorsChanged,
    FieldStateChanged,
    FormAdded,
    FormDeletionChanged,
    FormRemoved,
    FormRenumbered,
    FormReplaced,
    LimitsChanged,
    ManagementChanged,
    NonFieldErrorsChanged,
    NonFormErrorsChanged,
    NoteChanged,
    OrderChanged,
    PendingChanged,
    ValuesChanged,
    VerdictChanged,
)
from clientforms.engine.live.live_forms import LiveForms

__all__ = ["Batch", "merged", "outdated"]

_MOST_ROWS = 100_000  # more than any page has
_OF_ROWS = (FormAdded, FormRemoved, FormRenumbered, FormReplaced)
_OF_ALL = (LimitsChanged, ManagementChanged, NonFormErrorsChanged, OrderChanged, VerdictChanged)
"""Of these kinds, only the last change matters."""
_WITH_NAMES = (FieldChoicesChanged, FieldErrorsChanged, NonFieldErrorsChanged)
_BEFORE_VALUES = (FieldChoicesChanged, FieldStateChanged)
"""A select rejects values that it does not offer, and the engine would then drop them."""

Batch = tuple[str, Sequence[Change]]
"""Changes that were published together, after the formset's prefix at that time."""
_Placed = tuple[str, Change]
"""A single change, after that prefix."""


class _Fate:
    """The history of one row's element during the waiting changes."""

    __slots__ = ("form", "index", "is_taken_out", "named_from", "shown_from")

    def __init__(self, index: int | None) -> None:
        self.index = index  # its number in the page, None if it is not there
        self.is_taken_out = False
        self.shown_from = 0  # index of the first change about its present element
        self.named_from = 0  # index of the first change with its present names
        self.form: FormAdded | FormReplaced | None = None  # its last form

    def stays(self) -> bool:
        """Return whether its element in the page was never removed."""
        return self.index is not None and not self.is_taken_out


def outdated(batches: Sequence[Batch], rows: LiveForms, prefix: str) -> list[Change]:
    """Return the changes that contain outdated names, because their rows were renumbered."""
    changes = _in_order(batches)
    fates, now = _fates(changes, _Numbers(rows, prefix)), set(rows.keys)
    return [
        change
        for place, (under, change) in enumerate(changes)
        if isinstance(change, _WITH_NAMES)
        and change.key in now
        and (under != prefix or (change.key in fates and place < fates[change.key].named_from))
    ]


def merged(
    batches: Sequence[Batch],
    rows: LiveForms,
    prefix: str,
    render: Callable[[Sequence[int]], Sequence[str]],
) -> list[Change]:
    """Return the changes that lead from the page's state to that of `rows`.

    `prefix` is the present prefix of their names; `render` returns the HTML of the forms at some
    numbers. Rows that were added and removed meanwhile are left out.
    """
    changes = _in_order(batches)
    fates = _fates(changes, _Numbers(rows, prefix))
    now = {key: index for index, key in enumerate(rows.keys)}
    gone = [
        (fate.index, key)
        for key, fate in fates.items()
        if fate.index is not None and (fate.is_taken_out or key not in now)
    ]
    step: list[Change] = [FormRemoved(key, index) for index, key in sorted(gone, reverse=True)]
    for key, fate in fates.items():
        if fate.stays() and key in now and fate.index != now[key]:
            old, new = (rows.prefix_of(index) or "" for index in (fate.index or 0, now[key]))
            step.append(FormRenumbered(key, now[key], old, new))
    made = sorted(
        (now[key], key, not fate.stays())
        for key, fate in fates.items()
        if fate.form is not None and key in now
    )
    # Render anew, because later changes may have replaced options.
    for (index, key, is_new), html in zip(
        made, render([index for index, *_ in made]) if made else (), strict=True
    ):
        step.append((FormAdded if is_new else FormReplaced)(key, index, html))
    rest = list(_rest(changes, rows, prefix, fates, now))
    early = [change for change in rest if isinstance(change, _BEFORE_VALUES)]
    late = [change for change in rest if not isinstance(change, _BEFORE_VALUES)]
    return [*step, *early, *late]


def _in_order(batches: Sequence[Batch]) -> list[_Placed]:
    return [(under, change) for under, batch in batches for change in batch]


def _rest(
    changes: Sequence[_Placed],
    rows: LiveForms,
    prefix: str,
    fates: Mapping[str, _Fate],
    now: Mapping[str, int],
) -> Iterator[Change]:
    """Yield the last of each other change, updated to the present state."""
    last = {_matter(change, place): place for place, (_, change) in enumerate(changes)}
    for place, (under, change) in enumerate(changes):
        if isinstance(change, _OF_ROWS) or last[_matter(change, place)] != place:
            continue
        row: str | None = getattr(change, "key", None)
        if row is not None and (row not in now or (row in fates and place < fates[row].shown_from)):
            continue
        match change:
            case OrderChanged():
                yield OrderChanged(tuple(rows.order))
            case ManagementChanged(values):
                ends = {name.removeprefix(under): held for name, held in values.items()}
                yield ManagementChanged({prefix + end: held for end, held in ends.items()})
            case FormDeletionChanged(key):
                yield replace(change, index=now[key])
            case _:
                yield change


def _matter(change: Change, place: int) -> Hashable:
    """Return the key of `change`: a later change with an equal key replaces it."""
    match change:
        case FieldChoicesChanged() | FieldErrorsChanged() | FieldStateChanged() | NoteChanged():
            return type(change), change.key, change.field
        case FormDeletionChanged() | NonFieldErrorsChanged() | PendingChanged() | ValuesChanged():
            return type(change), change.key
    return (type(change),) if isinstance(change, _OF_ALL) else (place,)


def _fates(changes: Iterable[_Placed], numbers: _Numbers) -> dict[str, _Fate]:
    """Return the fate of each row that was added, removed, renumbered or replaced."""
    fates: dict[str, _Fate] = {}
    for place, (under, change) in enumerate(changes):
        match change:
            case FormAdded(key):
                fate = fates.setdefault(key, _Fate(None))
                fate.shown_from, fate.form = place, change
            case FormRemoved(key, index):
                fate = fates.setdefault(key, _Fate(index))
                fate.is_taken_out, fate.form = True, None
            case FormReplaced(key, index):
                fate = fates.setdefault(key, _Fate(index))
                fate.shown_from, fate.form = place, change
            case FormRenumbered(key, _, old_prefix):
                if key not in fates:
                    fates[key] = _Fate(numbers.of(old_prefix.removeprefix(under)))
                fates[key].named_from = place
    return fates


class _Numbers:
    """Finds the number in a prefix, whatever the formset's `add_prefix()` is."""

    def __init__(self, rows: LiveForms, prefix: str) -> None:
        self._rows = rows
        self._prefix = prefix
        self._by_end: dict[str, int] = {}

    def of(self, end: str) -> int:
        """Return the number of the form whose prefix is that of the formset plus `end`."""
        while end not in self._by_end:
            index = len(self._by_end)
            if index > _MOST_ROWS:
                raise LookupError(f"No form has a prefix that ends with {end!r}.")
            prefix = self._rows.prefix_of(index) or ""
            self._by_end[prefix.removeprefix(self._prefix)] = index
        return self._by_end[end]

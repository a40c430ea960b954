"""Changes that waited to be shown, made one step from what the page shows to what the engine holds.

Patches ask the engine as it is now, so they cannot show one batch while rows have got other places
in a later one.
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
"""Of these, the last says all that there is to say."""
_WITH_NAMES = (FieldChoicesChanged, FieldErrorsChanged, NonFieldErrorsChanged)
_BEFORE_VALUES = (FieldChoicesChanged, FieldStateChanged)
"""A select takes only what it offers; what it does not take, it would have the engine give up."""

Batch = tuple[str, Sequence[Change]]
"""What was published at once, after the prefix that the formset had then."""
_Placed = tuple[str, Change]
"""A change, after that prefix."""


class _Fate:
    """What becomes of the element of one row."""

    __slots__ = ("form", "index", "is_taken_out", "named_from", "shown_from")

    def __init__(self, index: int | None) -> None:
        self.index = index  # the number that it has in the page, None if it is not there
        self.is_taken_out = False
        self.shown_from = 0  # the place among all changes from where on they are about its element
        self.named_from = 0  # and from where on there are its last names in them
        self.form: FormAdded | FormReplaced | None = None  # the last that it was given

    def stays(self) -> bool:
        """Return whether the element that is in the page was never taken out."""
        return self.index is not None and not self.is_taken_out


def outdated(batches: Sequence[Batch], rows: LiveForms, prefix: str) -> list[Change]:
    """Return the changes with names in them, of rows that have others since: to be told again."""
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
    """Return the changes that lead from the page as it is to `rows` as they are, and no others.

    `prefix` is what their names begin with now, and `render` returns the HTML of the forms at some
    numbers. A row that came and went in between is passed over.
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
    # As they are now: what they offered when they were published, a later change may have replaced.
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
    """Yield what is not about which rows there are: the last of each, as it is true now."""
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
    """Return what `change` is about: another one about the same replaces it."""
    match change:
        case FieldChoicesChanged() | FieldErrorsChanged() | FieldStateChanged() | NoteChanged():
            return type(change), change.key, change.field
        case FormDeletionChanged() | NonFieldErrorsChanged() | PendingChanged() | ValuesChanged():
            return type(change), change.key
    return (type(change),) if isinstance(change, _OF_ALL) else (place,)


def _fates(changes: Iterable[_Placed], numbers: _Numbers) -> dict[str, _Fate]:
    """Return what becomes of each row that came, went or got another number or form."""
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
    """Finds the number that is in a prefix, however the formset puts it there."""

    def __init__(self, rows: LiveForms, prefix: str) -> None:
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

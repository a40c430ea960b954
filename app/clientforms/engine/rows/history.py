"""Undo and redo: a history of the states of all rows. Knows no Django and no page.

Typing into one field is one step, and so is choosing files. A removal can be taken out of the
history by itself: its rows come back, and later steps stay.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Any

from clientforms.engine.rows.row import Row

__all__ = ["History", "Removal", "RowState", "State"]

_STEPS = 100  # more than anybody undoes; each holds only references


@dataclass(frozen=True, slots=True)
class RowState:
    """The state of a row at one moment."""

    row: Row
    values: dict[str, list[str]]
    files: dict[str, list[Any]]
    edited: frozenset[str]
    touched: frozenset[str]
    left: frozenset[str]
    show_all: bool
    added_errors: tuple[tuple[str | None, str], ...]
    fields: dict[str, Any]
    """The fields of its form, which may depend on the row's number at that moment."""
    html_names: list[tuple[str, str]]

    @classmethod
    def of(cls, row: Row) -> RowState:
        """Return the present state. References are enough: a row never mutates its values and files.

        An unchanged row gets the same object as last time, so a hundred steps of a thousand rows do not
        make a hundred thousand states.
        """
        last: RowState | None = row.state
        if (
            last is not None
            and last.values is row.values
            and last.files is row.files
            and last.show_all is row.show_all
            and last.edited == row.edited
            and last.touched == row.touched
            and last.left == row.left
            and last.added_errors == tuple(row.added_errors)
        ):
            return last
        row.state = made = cls(
            row,
            row.values,
            row.files,
            frozenset(row.edited),
            frozenset(row.touched),
            frozenset(row.left),
            row.show_all,
            tuple(row.added_errors),
            row.fields,
            row.html_names,
        )
        return made

    def put_back(self) -> bool:
        """Restore this state of the row; return whether its values changed."""
        row = self.row
        changed = row.values != self.values or row.files != self.files
        row.values = self.values
        row.files = self.files
        row.edited = set(self.edited)
        row.touched = set(self.touched)
        row.left = set(self.left)
        row.show_all = self.show_all
        row.added_errors = list(self.added_errors)
        if row.fields.keys() != self.fields.keys():  # the values belong to these
            row.fields, row.html_names = self.fields, self.html_names
        if changed:
            row.control_errors.clear()  # the page will report them again
        return changed


@dataclass(eq=False, slots=True)
class Removal:
    """A step that removed the rows `gone` and ticked the control `mark` in the rows `marked`.

    `rows` and `order` are all rows before it, by number and in the order of the page; `count` of
    them were not deleted. `is_found` says whether Django's order was that of the page.
    """

    gone: tuple[Row, ...]
    marked: tuple[Row, ...]
    mark: str
    rows: Sequence[Row]
    order: Sequence[Row]
    count: int
    is_found: bool

    @property
    def first(self) -> Row:
        """The first row in the page that the step removed or marked."""
        affected = {*self.gone, *self.marked}
        return next(row for row in self.order if row in affected)

    def put_back(self, rows: Sequence[Row], before: Sequence[Row]) -> list[Row]:
        """Return `rows` with the removed ones, each in front of its successor in `before`."""
        found, there, gone = list(rows), set(rows), set(self.gone)
        following: Row | None = None
        for row in reversed(before):
            if row in there:
                following = row
            elif row in gone:
                found.insert(found.index(following) if following else len(found), row)
                following = row
        return found


@dataclass(frozen=True, slots=True)
class State:
    """The state of all rows at one moment, or of the one row that was typed into next."""

    rows: tuple[RowState, ...]
    initial_count: int
    order: tuple[Row, ...]
    typed_into: bool = False
    arranges: bool = True
    """Whether the step after this state added, removed or moved rows."""
    removal: Removal | None = None
    """The step after this state, if it was a removal."""

    @classmethod
    def of(cls, rows: Sequence[Row], initial_count: int, order: Sequence[Row]) -> State:
        """Return the present state of all rows."""
        return cls(tuple(map(RowState.of, rows)), initial_count, tuple(order))

    @classmethod
    def of_row(cls, row: Row, initial_count: int) -> State:
        """Return the present state of one row, before something is typed into it."""
        return cls((RowState.of(row),), initial_count, (), typed_into=True, arranges=False)

    def without(self, removal: Removal) -> State:
        """Return the state as it would be if `removal` had not happened."""
        states = {row_state.row: _without_mark(row_state, removal) for row_state in self.rows}
        if self.typed_into:
            return replace(self, rows=tuple(states.values()))
        states |= {row: RowState.of(row) for row in removal.gone}
        rows = removal.put_back([row_state.row for row_state in self.rows], removal.rows)
        order = removal.put_back(self.order, removal.order)
        return replace(self, rows=tuple(map(states.__getitem__, rows)), order=tuple(order))

    def with_rows(self, rows: Iterable[RowState]) -> State:
        """Return this state with the states of these rows replaced."""
        others = {row_state.row: row_state for row_state in rows}
        return replace(
            self, rows=tuple(others.get(row_state.row, row_state) for row_state in self.rows)
        )


def _without_mark(state: RowState, removal: Removal) -> RowState:
    if state.row not in removal.marked:
        return state
    others = {name: posted for name, posted in state.values.items() if name != removal.mark}
    return replace(state, values=others)


class History:
    """The states before each step, and those that were undone."""

    def __init__(self) -> None:
        self._before: list[State] = []
        self._after: list[State] = []
        self._last: Hashable = None
        self._is_open = False
        self._is_recorded = False

    def record(self, state: State, step: Hashable = None) -> None:
        """Record `state` as that before a step. Consecutive equal steps are merged, unless None."""
        if self._is_open and self._is_recorded:
            return
        self._is_recorded = True
        if step is None or step != self._last or not self._before:
            self._before.append(state)
            del self._before[:-_STEPS]
        self._last = step
        self._after.clear()

    def one_step(self) -> AbstractContextManager[None]:
        """Merge all that is recorded in the block, also by listeners, into one step."""
        return self._block(is_recorded=False)

    def unrecorded(self) -> AbstractContextManager[None]:
        """Record nothing in the block."""
        return self._block(is_recorded=True)

    @contextmanager
    def _block(self, *, is_recorded: bool) -> Iterator[None]:
        if self._is_open:
            yield
            return
        self._is_open, self._is_recorded = True, is_recorded
        try:
            yield
        finally:
            self._is_open = False

    def widen(self, now: State) -> None:
        """Extend the last step, which was typing into one row, to all rows.

        `now` is the present state, in which the other rows have not changed since before the step.
        """
        last = self._before[-1] if self._before else None
        if last is not None and last.typed_into:
            self._before[-1] = replace(now.with_rows(last.rows), arranges=False)

    def undo(self, now: Callable[[State], State]) -> State | None:
        """Return the state to go back to, or None.

        `now` takes a state and returns the present state of the same rows.
        """
        return self._go(self._before, self._after, now)

    def redo(self, now: Callable[[State], State]) -> State | None:
        """Return the state that was undone last, or None."""
        return self._go(self._after, self._before, now)

    def removals(self) -> list[Removal]:
        """Return the removals since the rows were last arranged otherwise, newest first."""
        found = []
        for state in reversed(self._before):
            if state.removal:
                found.append(state.removal)
            elif state.arranges:
                break
        return found

    def is_last(self, removal: Removal) -> bool:
        """Return whether `removal` was the last step."""
        return bool(self._before) and self._before[-1].removal is removal

    def take_out(self, removal: Removal) -> None:
        """Forget the step `removal`, one of `removals()`, and keep later steps."""
        places = [place for place, state in enumerate(self._before) if state.removal is removal]
        for later in self.removals():
            if later is removal:
                break
            later.rows = removal.put_back(later.rows, removal.rows)
            later.order = removal.put_back(later.order, removal.order)
            later.count += len(removal.gone) + len(removal.marked)
        after = [state.without(removal) for state in self._before[places[0] + 1 :]]
        self._before[places[0] :] = after
        self._after.clear()
        self._last = None

    def clear(self) -> None:
        """Forget everything."""
        self._before.clear()
        self._after.clear()
        self._last = None

    def _go(
        self, source: list[State], other: list[State], now: Callable[[State], State]
    ) -> State | None:
        self._last = None
        if not source:
            return None
        state = source.pop()
        other.append(replace(now(state), arranges=state.arranges, removal=state.removal))
        return state

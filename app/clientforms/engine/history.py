"""Undo and redo: states of all rows, kept by key. Knows no Django and no page.

Typing into one field is one step, however many keys it took, and so is choosing files.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Any

from clientforms.engine.row import Row

__all__ = ["History", "RowState", "State"]

_STEPS = 100  # more than anybody goes back; each holds no more than references


@dataclass(frozen=True, slots=True)
class RowState:
    """What a row was at one moment."""

    row: Row
    values: dict[str, list[str]]
    files: dict[str, list[Any]]
    edited: frozenset[str]
    touched: frozenset[str]
    show_all: bool
    added_errors: tuple[tuple[str | None, str], ...]

    @classmethod
    def of(cls, row: Row) -> RowState:
        """Take down the present state. A row replaces values and files, it never changes them.

        A row that is as it was the last time gets the same object: a hundred steps of a thousand
        rows are not a hundred thousand states.
        """
        last: RowState | None = row.state
        if last is not None and last.is_of_now():
            return last
        row.state = made = cls(
            row,
            row.values,
            row.files,
            frozenset(row.edited),
            frozenset(row.touched),
            row.show_all,
            tuple(row.added_errors),
        )
        return made

    def is_of_now(self) -> bool:
        """Return whether the row is still as it was."""
        row = self.row
        return (
            self.values is row.values
            and self.files is row.files
            and self.show_all is row.show_all
            and self.edited == row.edited
            and self.touched == row.touched
            and self.added_errors == tuple(row.added_errors)
        )

    def put_back(self) -> bool:
        """Give the row this state again; return whether its values are others now."""
        row = self.row
        changed = row.values != self.values or row.files != self.files
        row.values = self.values
        row.files = self.files
        row.edited = set(self.edited)
        row.touched = set(self.touched)
        row.show_all = self.show_all
        row.added_errors = list(self.added_errors)
        return changed


@dataclass(frozen=True, slots=True)
class State:
    """What all rows were at one moment; of one that was typed into, what that row was."""

    rows: tuple[RowState, ...]
    initial_count: int
    order: tuple[Row, ...]
    typed_into: bool = False

    @classmethod
    def of(cls, rows: Sequence[Row], initial_count: int, order: Sequence[Row]) -> State:
        """Take down the present state of all rows."""
        return cls(tuple(map(RowState.of, rows)), initial_count, tuple(order))

    @classmethod
    def of_row(cls, row: Row, initial_count: int) -> State:
        """Take down the present state of one row, before something is typed into it."""
        return cls((RowState.of(row),), initial_count, (), typed_into=True)


class History:
    """The states before each step, and those that were gone back from."""

    def __init__(self) -> None:
        self._before: list[State] = []
        self._after: list[State] = []
        self._last: Hashable = None

    def record(self, state: State, step: Hashable = None) -> None:
        """Remember `state` as it was before a step. Equal steps in a row are one, None is not."""
        if step is None or step != self._last or not self._before:
            self._before.append(state)
            del self._before[:-_STEPS]
        self._last = step
        self._after.clear()

    def undo(self, now: Callable[[State], State]) -> State | None:
        """Return the state to go back to, None where there is none.

        `now` returns the present state in the extent of the one that it is given.
        """
        return self._go(self._before, self._after, now)

    def redo(self, now: Callable[[State], State]) -> State | None:
        """Return the state that was gone back from, None where there is none."""
        return self._go(self._after, self._before, now)

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
        other.append(now(state))
        return state

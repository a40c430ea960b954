"""The views of a form's or formset's rows, made on demand because there may be a thousand.

Operations on many rows are single calls of `static/rows.js`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from clientforms.browser.dom.renaming import rename_rows
from clientforms.browser.rows.empty_form import EmptyForm
from clientforms.browser.rows.error_slots import Slot
from clientforms.browser.rows.row_view import Look, RowView, look_of
from clientforms.browser.runtime import keeping_script, rows_script, to_array
from clientforms.changes import EditingChanged, FieldErrorsChanged
from clientforms.engine.html.row_names import button_pattern
from clientforms.engine.post.control_names import PLACEHOLDER

__all__ = ["Given", "Names", "RowViews", "alike"]

Item = TypeVar("Item")
Names = Sequence[tuple[str, str]]
"""Fields and the local names of their controls."""
Given = tuple[str, str | None, Mapping[str, Sequence[str]], Sequence[str]]
"""A row's key and prefix, values for its controls, and the controls whose unreadable text stays."""


def alike(given: Iterable[tuple[Names, Item]]) -> list[tuple[Names, list[Item]]]:
    """Group items by equal names.

    Rows usually share one list of names, which makes comparing fast.
    """
    groups: dict[Names, list[Item]] = {}
    last: Names | None = None
    group: list[Item] = []
    for names, item in given:
        if names is not last:
            last, group = names, groups.setdefault(tuple(names), [])
        group.append(item)
    return list(groups.items())


class RowViews(Mapping[str, RowView]):
    """The views by row key. `make` makes a view from a row's key and element."""

    def __init__(self, make: Callable[[str, Any], RowView]) -> None:
        self._make = make
        self._script = rows_script()
        self._elements = self._script.make()
        self._made: dict[str, RowView | None] = {}
        self._counts: dict[str, dict[str, int]] = {}  # numbers of shown errors, by row and field
        self._numbered: list[str | None] = []  # None for a row with a new element
        self._refused: dict[str, str] = {}
        self._barred: dict[str, tuple[bool, bool]] = {}

    def __getitem__(self, key: str) -> RowView:
        view = self._made[key]
        if view is None:
            view = self._made[key] = self._make(key, self._elements.get(key))
        return view

    def __contains__(self, key: object) -> bool:
        return key in self._made

    def __iter__(self) -> Iterator[str]:
        return iter(self._made)

    def __len__(self) -> int:
        return len(self._made)

    # Adding and removing

    def put(self, key: str, element: Any) -> RowView:
        """Register the element of a new row, or a new element of a row."""
        self._elements.set(key, element)
        self._numbered = [
            None if numbered_key == key else numbered_key for numbered_key in self._numbered
        ]
        self._counts.pop(key, None)
        self._refused.pop(key, None)
        self._barred.pop(key, None)
        view = self._made[key] = self._make(key, element)
        return view

    def register(self, keys: Iterable[str], parent: Any) -> None:
        """Register the rows in `parent`, which have these keys."""
        self._script.register(self._elements, parent)
        self._made.update(dict.fromkeys(keys))

    def stamp(
        self,
        keys: Sequence[str],
        parent: Any,
        shapes: Sequence[str],
        given: Sequence[tuple[int, str | None, Sequence[str]]],
    ) -> bool:
        """Insert rows into `parent` with `stamps.js`; return whether that succeeded."""
        told = json.dumps({"shapes": shapes, "given": given})
        if not self._script.stamp(self._elements, parent, told):
            return False
        self._made.update(dict.fromkeys(keys))
        return True

    def go_together(self, keys: Sequence[str], order: Sequence[str]) -> bool:
        """Return whether these new rows are adjacent in the page."""
        first = order.index(keys[0])
        end = first + len(keys)
        there = all(key in self._made for key in order[end : end + 1])
        return there and list(order[first:end]) == list(keys)

    def around(self, keys: Sequence[str], order: Sequence[str]) -> tuple[Any | None, Any | None]:
        """Return the elements of the rows after and before these adjacent rows in `order`."""
        first = order.index(keys[0])
        behind, before = order[first + len(keys) :], order[:first]
        following = next((key for key in behind if key in self._made), None)
        previous = next((key for key in reversed(before) if key in self._made), None)
        return (
            self._elements.get(following) if following else None,
            self._elements.get(previous) if previous else None,
        )

    def insert(self, keys: Sequence[str], parent: Any, html: str, following: Any | None) -> None:
        """Insert adjacent new rows into `parent`, before the node `following`."""
        self._script.add(self._elements, parent, html, following)
        self._made.update(dict.fromkeys(keys))

    def copy(
        self,
        empty: EmptyForm,
        rows: Sequence[tuple[str, str, int]],
        parent: Any,
        following: Any | None,
    ) -> None:
        """Insert copies of an empty form there, each with its key, prefix and number."""
        empty.copy(rows, self._elements, parent, following)
        self._made.update((key, None) for key, _, _ in rows)

    def take_out(self, key: str) -> RowView:
        """Forget a row, and return its view."""
        view = self[key]
        del self._made[key]
        self._elements.delete(key)
        self._counts.pop(key, None)
        self._refused.pop(key, None)
        self._barred.pop(key, None)
        return view

    def tell_starts(self, starts: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        """Pass the first values of rows to `static/keeping.js`."""
        keeping_script().begin(self._elements, json.dumps(starts))

    def strangers(self, parents: Any, records: Any) -> list[tuple[Any, str | None]]:
        """Return nodes that others added to `parents`, or removed, the latter with their row's key."""
        found = self._script.strangers(self._elements, parents, records)
        return [
            (stranger[0], str(stranger[1]) if stranger.length > 1 else None) for stranger in found
        ]

    # Values

    def set_values(self, names: Names, given: Sequence[Given]) -> list[str]:
        """Set values of rows, by local names; return the keys of rows that post something else."""
        told = {"fields": _ends(names), "placeholder": PLACEHOLDER, "given": given}
        found: list[str] = json.loads(self._script.setValues(self._elements, json.dumps(told)))
        return found

    def news(
        self, others: Sequence[Any]
    ) -> tuple[list[tuple[str, dict[str, Look], list[str]]], list[int]]:
        """Return unreported changes of controls, including those in `others`.

        For each row: its key, values and errors by name, and the names of file inputs. Then the
        indexes of changed controls in `others`.
        """
        told = self._script.news(self._elements, to_array(others))
        found, places = json.loads(told) if told else ([], [])
        return [
            (key, {name: look_of(look) for name, look in looks.items()}, files)
            for key, looks, files in found
        ], places

    # Errors

    def show_errors(
        self,
        names: Names,
        slots: Mapping[str, Slot],
        changes: Iterable[tuple[str | None, FieldErrorsChanged]],
    ) -> None:
        """Show errors of fields, each with the prefix of its row."""
        errors = []
        for prefix, change in changes:
            some = bool(change.messages)
            errors.append(
                (change.key, prefix, change.field, change.html, some, dict(change.attrs),
                 dict(change.group_attrs), change.error_css_class.split())
            )  # fmt: skip
            self.count_errors(change.key, change.field, len(change.messages))
        places = {
            name: {"depth": slot.depth, "own": slot.own, "index": slot.index, "css": slot.css_depth}
            for name, slot in slots.items()
        }
        told = {"fields": _ends(names), "slots": places, "errors": errors}
        self._script.showErrors(self._elements, json.dumps(told))

    def show_editing(
        self,
        names: Names,
        changes: Iterable[tuple[str | None, EditingChanged]],
        others: Sequence[Any],
    ) -> None:
        """Mark rows, each with its prefix, and their fields as touched or changed.

        `others` are controls outside the rows.
        """
        news = [
            (change.key, prefix, (change.touched, change.changed), list(change.fields.items()))
            for prefix, change in changes
        ]
        told = {"fields": _ends(names), "news": news}
        self._script.showEditing(self._elements, json.dumps(told), to_array(others))

    def count_errors(self, key: str, name: str, count: int) -> None:
        """Record that `count` errors of `name` are shown in a row."""
        counts = self._counts.setdefault(key, {})
        if count:
            counts[name] = count
        else:
            counts.pop(name, None)

    def error_count(self) -> int:
        """Return the number of shown errors."""
        return sum(sum(counts.values()) for counts in self._counts.values())

    def with_errors(self, order: Iterable[str]) -> Iterator[RowView]:
        """Yield those of the rows with these keys that show errors, in order."""
        for key in order:
            if self._counts.get(key):
                yield self[key]

    # Names and buttons

    def rename(
        self, rows: Sequence[tuple[str, str, str]], others: Sequence[tuple[Any, str, str]]
    ) -> None:
        """Rename rows, by key, and other elements, each from an old prefix to a new one."""
        rename_rows(others, rows, self._elements)

    def number(self, order: Sequence[str], label: str) -> None:
        """Update the numbers in the names of the rows, which are called by the noun `label`.

        If there are many rows, those that were never visible are assumed to be as high as the first.
        """
        self._script.gauge(self._elements)
        before, self._numbered = self._numbered, list(order)
        pairs = enumerate(zip(order, before, strict=False))
        first = next((place for place, (now, then) in pairs if now != then), len(before))
        if order[first:]:
            told = json.dumps(order[first:])
            self._script.number(self._elements, told, first, label, button_pattern())

    def number_of(self, key: str) -> int:
        """Return the number in the name of a row, 0 if it has none yet."""
        return self._numbered.index(key) + 1 if key in self._numbered else 0

    def are_numbered(self, order: Sequence[str]) -> None:
        """Note that the names of the rows have these numbers already."""
        self._numbered = list(order)

    def hide_deletions(self, names: Sequence[tuple[str, str]]) -> None:
        """Hide rows' DELETE checkboxes: pairs of a row's key and the checkbox's name."""
        self._script.hideDeletions(self._elements, json.dumps(names))

    def show_limits(self, refused: Mapping[str, str]) -> None:
        """Show in rows why they cannot be removed, and the button in all others."""
        before, self._refused = self._refused, dict(refused)
        news = [
            (key, refused.get(key, ""))
            for key in self._made
            if before.get(key, "") != refused.get(key, "")
        ]
        if news:
            self._script.showLimits(self._elements, json.dumps(news))

    def show_moves(self, barred: Mapping[str, tuple[bool, bool]]) -> None:
        """Disable buttons that cannot move their row up or down, and enable all others."""
        before, self._barred = self._barred, dict(barred)
        both_work = (False, False)
        news = [
            (key, *barred.get(key, both_work))
            for key in {**before, **barred}
            if key in self._made and barred.get(key) != before.get(key)
        ]
        if news:
            self._script.showMoves(self._elements, json.dumps(news))


def _ends(names: Names) -> Names:
    """Return pairs of a field and the end of its controls' names, after the prefix."""
    return [(field, local.removeprefix(PLACEHOLDER)) for field, local in names]

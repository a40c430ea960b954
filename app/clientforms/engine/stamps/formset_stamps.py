"""The stamps of a formset, which provide first values and HTML of its rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms import BaseFormSet, BaseModelFormSet
from django.forms.formsets import ORDERING_FIELD_NAME
from django.utils.translation import get_language

from clientforms.engine.data.formsets_in_forms import formsets_of
from clientforms.engine.rows.row import Row
from clientforms.engine.shortcuts import switch
from clientforms.engine.stamps.index_dependence import varies
from clientforms.engine.stamps.stamp import Stamp, is_alike

__all__ = ["StampedRows"]

WORTHWHILE = 4
"""From this number of rows on, a stamp is faster: making one takes as long as a few rows."""


class StampedRows:
    """The two stamps of a formset: for rows with initial data, and for others."""

    def __init__(self, formset_class: type[BaseFormSet]) -> None:
        self._never = (
            not switch.are_on()
            or varies(formset_class)
            or issubclass(formset_class, BaseModelFormSet)
        )
        self._empty: BaseFormSet | None = None
        self._language: str | None = None
        self._made: dict[bool, Stamp | None] = {}

    def at(
        self, empty: BaseFormSet, index: int, count: int = 1, *, initial_count: int
    ) -> Stamp | None:
        """Return the stamp for the unbound formset's row at `index`, None if Django has to render it.

        `count` is the number of rows to render: a stamp is not made for a few. The first
        `initial_count` rows are initial ones.
        """
        has_initial = index < self._count(empty)
        if has_initial != (index < initial_count):
            return None  # a POST had another number of initial forms than there is data for
        return self.of(empty, has_initial, count)

    def of(self, empty: BaseFormSet, has_initial: bool, count: int = 1) -> Stamp | None:
        """Return the stamp for initial rows, or for extra rows."""
        if self._never:
            return None
        if self._empty is not empty or self._language != get_language():
            self._empty, self._language = empty, get_language()
            self._made = {}
        if has_initial not in self._made:
            if count < WORTHWHILE:
                return None
            self._made[has_initial] = self._make(empty, has_initial)
        return self._made[has_initial]

    def initial_of(
        self, empty: BaseFormSet, row: Row, index: int, stamp: Stamp
    ) -> Mapping[str, Any]:
        """Return the initial data of the row at `index`, with callables called once."""
        kwargs = empty.form_kwargs
        given: Mapping[str, Any] = kwargs.get("initial") or {}
        if "initial" not in kwargs and empty.initial and index < len(empty.initial):
            given = empty.initial[index]
        if empty.can_order and index < self._count(empty):
            given = {ORDERING_FIELD_NAME: index + 1, **given}
        return stamp.initial_of(row, given)

    def _count(self, empty: BaseFormSet) -> int:
        return len(empty.initial) if empty.initial else 0

    def _make(self, empty: BaseFormSet, has_initial: bool) -> Stamp | None:
        count = self._count(empty)
        if has_initial and not count:
            return None
        index = 0 if has_initial else count
        form = empty._construct_form(index, **empty.get_form_kwargs(index))
        if formsets_of(form) or not is_alike(form):
            return None
        return Stamp(form)

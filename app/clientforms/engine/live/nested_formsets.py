"""Formsets inside a row's form: made live, kept in step with their row."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from django.forms import BaseForm, BaseInlineFormSet, BaseModelFormSet

from clientforms.engine.data.formsets_in_forms import formsets_of
from clientforms.engine.post.control_names import to_local, to_posted
from clientforms.engine.rows.row import Row
from clientforms.engine.rows.row_list import Rows
from clientforms.errors import TargetError

if TYPE_CHECKING:
    from clientforms.engine.live.client_formset import ClientFormSet

__all__ = ["NestedFormSets", "Place"]


class Place:
    """Where a formset inside a row stands: in which row of which formset, as what of its form.

    `local_prefix` is its prefix with Django's placeholder for the row's part, `name` the form's
    attribute.
    """

    def __init__(self, among: NestedFormSets, row: Row, name: str, local_prefix: str) -> None:
        self._among = among
        self._row = row
        self._name = name
        self.local_prefix = local_prefix

    def tell_changed(self) -> None:
        """Tell the outer formset that this one holds something else."""
        self._among.changed(self._row)

    def settle(self) -> None:
        """Have the outer formset cleaned and published, if the row is one of its."""
        if self._row in self._among.rows:
            self._among.changed(self._row)
            self._among.settle_unless_filled()

    def keep_options(self, options: Mapping[str, Any]) -> None:
        """Keep choices that one row's formset shows: in others they can be chosen too."""
        self._among.keep_options_of(self._name, options)


class NestedFormSets:
    """The live formsets inside the rows `rows` of a formset.

    `make` makes a live formset like the outer one, `changed` and `settle` say to that what became of
    one inside; `name` and `prefix_of` are its.
    """

    def __init__(
        self,
        rows: Rows,
        *,
        name: Callable[[], str],
        prefix_of: Callable[[int], str],
        make: Callable[..., ClientFormSet],
        changed: Callable[[Row], None],
        settle: Callable[[], None],
    ) -> None:
        self.rows = rows
        self.changed = changed
        self._settle = settle
        self._is_filled = False
        self._outer_name = name
        self._prefix_of = prefix_of
        self._make = make
        self._are_some = False
        self._options: dict[str, dict[str, Any]] = {}  # by the attribute of the form

    def __iter__(self) -> Iterator[ClientFormSet]:
        """Yield the formsets that count: inside rows that are not deleted, in no disabled fieldset."""
        if self._are_some:
            yield from self._of(row for row in self.rows if not row.deleted)

    def posted(self) -> Iterator[ClientFormSet]:
        """Yield the formsets that are posted: those inside deleted rows too, whose controls are there."""
        if self._are_some:
            yield from self._of(self.rows)

    def _of(self, rows: Iterable[Row]) -> Iterator[ClientFormSet]:
        for row in rows:
            yield from (inner for inner in row.nested.values() if not inner.is_disabled)

    @contextmanager
    def filled(self) -> Iterator[None]:
        """Fill formsets inside rows in this block: the outer one is settled after it, by its own code.

        Its rows may not be published yet, and nothing can be said of them before that.
        """
        self._is_filled = True
        try:
            yield
        finally:
            self._is_filled = False

    def settle_unless_filled(self) -> None:
        """Have the outer formset cleaned and published, unless it is about to be."""
        if not self._is_filled:
            self._settle()

    def make(self, row: Row, form: BaseForm, prefix: str) -> None:
        """Make the formsets live that the unbound `form` of `row`, with this prefix, has."""
        for name, found in formsets_of(form).items():
            if name in row.nested:
                continue
            local = to_local(str(found.prefix), prefix)
            if local is None:
                raise TargetError(
                    f"{self._outer_name()}: the prefix of the formset {name!r} in a form is "
                    f"{found.prefix!r}. Let it begin with the form's own, {prefix!r}."
                )
            inner = self._make(type(found), **_arguments(found))
            inner.inside = Place(self, row, name, local)
            if options := self._options.get(name):
                inner.in_page.take_options(dict(options))
            row.nested[name] = inner
            self._are_some = True

    def take_options(self, options: Mapping[str, Any]) -> None:
        """Give formsets inside the rows their part of `options`, and keep it for rows to come."""
        for name, own in options.items():
            if not isinstance(own, Mapping):
                continue
            self.keep_options_of(name, own)
            for row in self.rows:
                if name in row.nested:
                    row.nested[name].in_page.take_options(own)

    def keep_options_of(self, name: str, options: Mapping[str, Any]) -> None:
        """Keep choices for the formsets called `name` of rows to come."""
        self._options.setdefault(name, {}).update(options)

    def follow(self, rows: Iterable[Row]) -> None:
        """Give the formsets inside `rows` the prefixes that go with their rows' places."""
        for row in rows:
            for inner in row.nested.values():
                prefix = to_posted(
                    inner.inside.local_prefix, self._prefix_of(self.rows.place_of(row))
                )
                if inner.prefix != prefix:
                    inner.rename(prefix)

    def put_into(self, form: BaseForm, row: Row) -> BaseForm:
        """Give `form` the live formsets of `row` instead of those that its own code made."""
        for name, inner in row.nested.items():
            setattr(form, name, inner.formset)
        return form


def _arguments(found: Any) -> dict[str, Any]:
    """Return what makes a formset like `found`, which a form's code made."""
    arguments: dict[str, Any] = {
        "prefix": found.prefix,
        "auto_id": found.auto_id,
        "form_kwargs": found.form_kwargs,
        "error_messages": found.error_messages,
    }
    extra: dict[str, Any] = {}
    if isinstance(found, BaseModelFormSet):
        arguments["initial"] = found.initial_extra
        extra["queryset"] = found.queryset
    else:
        arguments["initial"] = found.initial
    if isinstance(found, BaseInlineFormSet):
        extra["instance"] = found.instance
    return arguments | ({"formset_kwargs": extra} if extra else {})

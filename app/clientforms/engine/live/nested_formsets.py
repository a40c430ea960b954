"""Nested formsets: make formsets in a row's form live, and keep them in sync with the row."""

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
    """The place of a nested formset: the outer formset, the row, and the form's attribute `name`.

    `local_prefix` is its prefix with Django's placeholder instead of the row's.
    """

    def __init__(self, among: NestedFormSets, row: Row, name: str, local_prefix: str) -> None:
        self._among = among
        self._row = row
        self._name = name
        self.local_prefix = local_prefix

    def tell_changed(self) -> None:
        """Notify the outer formset that this one changed."""
        self._among.changed(self._row)

    def settle(self) -> None:
        """Clean and publish the outer formset, if it still has the row."""
        if self._row in self._among.rows:
            self._among.changed(self._row)
            self._among.settle_unless_filled()

    def keep_options(self, options: Mapping[str, Any]) -> None:
        """Keep choices that one row's formset shows, so that other rows offer them too."""
        self._among.keep_options_of(self._name, options)


class NestedFormSets:
    """The live formsets nested in the `rows` of a formset.

    `make` makes a live formset like the outer one; `changed` and `settle` notify the outer one,
    `name` and `prefix_of` belong to it.
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
        """Yield the formsets to validate: not in deleted rows, not in a disabled fieldset."""
        if self._are_some:
            yield from self._of(row for row in self.rows if not row.deleted)

    def posted(self) -> Iterator[ClientFormSet]:
        """Yield the formsets that are posted, including those in deleted rows."""
        if self._are_some:
            yield from self._of(self.rows)

    def _of(self, rows: Iterable[Row]) -> Iterator[ClientFormSet]:
        for row in rows:
            yield from (inner for inner in row.nested.values() if not inner.is_disabled)

    @contextmanager
    def filled(self) -> Iterator[None]:
        """Do not settle the outer formset in this block, which fills nested ones.

        The caller settles it afterwards. Until then, the page may not know its rows.
        """
        self._is_filled = True
        try:
            yield
        finally:
            self._is_filled = False

    def settle_unless_filled(self) -> None:
        """Clean and publish the outer formset, unless its caller is about to do so."""
        if not self._is_filled:
            self._settle()

    def make(self, row: Row, form: BaseForm, prefix: str) -> None:
        """Make the formsets in the unbound `form` of `row`, which has this prefix, live."""
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
        """Pass each nested formset its part of `options`, and keep it for new rows."""
        for name, own in options.items():
            if not isinstance(own, Mapping):
                continue
            self.keep_options_of(name, own)
            for row in self.rows:
                if name in row.nested:
                    row.nested[name].in_page.take_options(own)

    def keep_options_of(self, name: str, options: Mapping[str, Any]) -> None:
        """Keep choices for the formsets called `name` in new rows."""
        self._options.setdefault(name, {}).update(options)

    def follow(self, rows: Iterable[Row]) -> None:
        """Update the prefixes of the formsets in `rows`, which depend on the rows' numbers."""
        for row in rows:
            for inner in row.nested.values():
                prefix = to_posted(
                    inner.inside.local_prefix, self._prefix_of(self.rows.place_of(row))
                )
                if inner.prefix != prefix:
                    inner.rename(prefix)

    def put_into(self, form: BaseForm, row: Row) -> BaseForm:
        """Replace the formsets that the code of `form` made by the live ones of `row`."""
        for name, inner in row.nested.items():
            setattr(form, name, inner.formset)
        return form


def _arguments(found: Any) -> dict[str, Any]:
    """Return the arguments for a live formset like `found`."""
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

"""Formsets inside a row's form: found on it, made live, kept in step with their row.

Django has no word for them; the usual way is a formset that sets an attribute on each form in
`add_fields()`, with a prefix that begins with the form's. That attribute is what is looked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.forms import BaseForm, BaseFormSet, BaseInlineFormSet, BaseModelFormSet

from clientforms.changes import Change
from clientforms.engine.base import LiveForms
from clientforms.engine.names import PLACEHOLDER, to_local, to_posted
from clientforms.engine.policy import ValidationPolicy
from clientforms.engine.row import Row
from clientforms.errors import TargetError

if TYPE_CHECKING:
    from clientforms.engine.formset import ClientFormSet

__all__ = ["NestedData", "NestingForms", "formsets_of", "nested_data"]

NestedData = dict[tuple[int, str], Any]
"""Row number and name of a nested formset to the data that it gets."""


class NestingForms(LiveForms):
    """Live forms whose rows may have live formsets of their own, and may be one."""

    _owner: NestingForms | None = None
    _owner_row: Row | None = None
    _nests = False
    local_prefix = ""
    """Of a nested formset: its prefix with the row's part of it as Django's placeholder."""
    _name_inside = ""
    """Of a nested formset: the attribute of the form."""

    def __init__(self, name: str, validation: str | ValidationPolicy, delay: int) -> None:
        super().__init__(name, validation, delay)
        self._inner_options: dict[str, dict[str, Any]] = {}  # by the attribute of the form

    def nested(self, key: str) -> Mapping[str, ClientFormSet]:
        """Return the formsets inside row `key`, by the attribute of the form."""
        return dict(self._rows[self._index_of(key)].nested)

    def post_data(self) -> dict[str, list[str]]:
        """Return what a POST would carry now: name to list of strings. Files are left out."""
        posted = super().post_data()
        for inner in self._inner():
            posted |= inner.post_data()
        return posted

    def posted_files(self) -> dict[str, list[Any]]:
        """Return the files that a POST would carry: name to list of `UploadedFile`."""
        files = super().posted_files()
        for inner in self._inner():
            files |= inner.posted_files()
        return files

    def validate(self) -> bool:
        """Show every error that there is, and return whether there is none."""
        for inner in self._inner():
            inner.validate()
        return super().validate()

    def is_pending(self) -> bool:
        """Return whether the answer of an asynchronous rule is awaited."""
        return super().is_pending() or any(inner.is_pending() for inner in self._inner())

    async def avalidate(self) -> bool:
        """As `validate()`, with the answers of asynchronous rules waited for."""
        self.validate()
        for inner in self._inner():
            await inner.avalidate()
        return await super().avalidate()

    def rename(self, prefix: str) -> None:
        """Go by another prefix: the row that this formset stands in has another place."""
        raise NotImplementedError

    # For subclasses

    def _inner(self) -> Iterator[ClientFormSet]:
        """Yield the formsets inside the rows that are not deleted."""
        if not self._nests:
            return
        for row in self._rows:
            if not row.deleted:
                yield from row.nested.values()

    def _nest(self, row: Row, form: BaseForm, prefix: str) -> None:
        """Make the formsets live that the unbound `form` of `row` has."""
        for name, found in formsets_of(form).items():
            if name in row.nested:
                continue
            local = to_local(str(found.prefix), prefix)
            if local is None:
                raise TargetError(
                    f"{self.name}: the prefix of the formset {name!r} in a form is "
                    f"{found.prefix!r}. Let it begin with the form's own, {prefix!r}."
                )
            live_class: Any = type(self)
            inner = live_class(type(found), **_arguments(found), validation=self.policy)
            inner.layout, inner.local_prefix = self.layout, local
            inner._owner, inner._owner_row, inner._name_inside = self, row, name
            if options := self._inner_options.get(name):
                inner.take_options(dict(options))
            row.nested[name] = inner
            self._nests = True

    def _keep_inner_options(self, options: Mapping[str, Any]) -> None:
        """Give formsets inside the rows their part of `options`, and keep it for rows to come."""
        for name, own in options.items():
            if not isinstance(own, Mapping):
                continue
            self._inner_options.setdefault(name, {}).update(own)
            for row in self._rows:
                if name in row.nested:
                    row.nested[name].take_options(own)
        if self._owner is not None:  # what one row shows, another can choose
            self._owner._inner_options.setdefault(self._name_inside, {}).update(options)

    def _place_nested(self, rows: Iterable[Row]) -> None:
        """Give the formsets inside `rows` the prefixes that go with their rows' places."""
        for row in rows:
            for inner in row.nested.values():
                prefix = to_posted(inner.local_prefix, self.prefix_of(self._rows.place_of(row)))
                if inner.prefix != prefix:
                    inner.rename(prefix)

    def _with_nested(self, row: Row, form: BaseForm) -> BaseForm:
        """Give `form` the live formsets in place of those that its own code made."""
        for name, inner in row.nested.items():
            setattr(form, name, inner.formset)
        return form

    def _row_changed(self, row: Row) -> None:
        super()._row_changed(row)
        self._tell_owner()

    def _settle_all(
        self, before: Iterable[Change] = (), *, asked: bool = False, verdict: bool = True
    ) -> None:
        super()._settle_all(before, asked=asked, verdict=verdict)
        if self._owner is not None and self._is_in_its_owner():
            self._tell_owner()
            self._owner._settle(now=True)

    def _tell_owner(self) -> None:
        if self._owner is not None and self._owner_row is not None:
            self._owner._nested_changed(self._owner_row)

    def _nested_changed(self, row: Row) -> None:
        """Called when something in a formset inside `row` changed."""
        self._row_changed(row)

    def _is_in_its_owner(self) -> bool:
        return self._owner is not None and self._owner_row in self._owner._rows


def formsets_of(form: BaseForm) -> dict[str, BaseFormSet]:
    """Return the formsets that are attributes of `form`."""
    return {name: each for name, each in vars(form).items() if isinstance(each, BaseFormSet)}


def nested_data(
    prefix: str, sample: BaseForm, data: Sequence[Any] | Mapping[str, Any]
) -> tuple[Sequence[Any] | Mapping[str, Any], NestedData]:
    """Part `data`, as `set_data()` takes it, into that of the rows and that of nested formsets.

    `sample` is the formset's empty form.
    """
    found = formsets_of(sample)
    if not found:
        return data, {}
    inner: NestedData = {}
    if isinstance(data, Mapping):
        suffixes = {
            str(each.prefix).partition(PLACEHOLDER)[2]: name for name, each in found.items()
        }
        pattern = re.compile(
            rf"{re.escape(prefix)}-(\d+)({'|'.join(map(re.escape, suffixes))})-(?=.)"
        )
        outer = {}
        for key, value in data.items():
            if of_inner := pattern.match(str(key)):
                place = int(of_inner[1]), suffixes[of_inner[2]]
                inner.setdefault(place, {})[key] = value
            else:
                outer[key] = value
        return outer, inner
    rows = []
    for index, row in enumerate(data):
        if isinstance(row, Mapping):
            inner |= {(index, name): row[name] for name in found if name in row}
            row = {name: value for name, value in row.items() if name not in found}
        rows.append(row)
    return rows, inner


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

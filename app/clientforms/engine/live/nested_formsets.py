"""Formsets inside a row's form: made live, kept in step with their row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from django.forms import BaseForm, BaseInlineFormSet, BaseModelFormSet

from clientforms.changes import Change
from clientforms.engine.data.formsets_in_forms import formsets_of
from clientforms.engine.live.live_forms import LiveForms
from clientforms.engine.post.control_names import to_local, to_posted
from clientforms.engine.rows.row import Row
from clientforms.engine.rules.validation_policy import ValidationPolicy
from clientforms.errors import TargetError

if TYPE_CHECKING:
    from clientforms.engine.live.client_formset import ClientFormSet

__all__ = ["NestingForms"]


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

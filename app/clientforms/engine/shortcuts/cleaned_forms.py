"""Make a formset class use forms that are already cleaned instead of new ones.

In the subclass, `_construct_form()` returns the row's cleaned form if there is one. Counting,
cleaning, deletion and ordering stay those of the user's class and Django.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import compress
from operator import itemgetter
from typing import Any

from django.forms import BaseForm, BaseFormSet
from django.utils.functional import cached_property

from clientforms.engine.rows.limits import management_names
from clientforms.engine.rows.row import Row, copy_form
from clientforms.engine.rows.row_list import Rows

__all__ = ["HandedOut", "with_kept_forms"]


class HandedOut:
    """The copies of rows' forms that Django's formset works with.

    A formset's `clean()` may add errors to its forms, which its next run must not see. Copies that
    were not changed are handed out again.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._copies: dict[Row, _Copy] = {}
        self._last = _Last()
        self._tainted: dict[Row, None] = {}
        self._in_order = False
        self._seen = False

    def seen(self) -> None:
        """Note that other code has the copies too, and may change them at any time."""
        self._seen = True

    def form_of(self, row: Row) -> BaseForm:
        """Return an unchanged copy of the row's cleaned form."""
        return self._copy_of(row).copy

    def forms(self) -> list[BaseForm]:
        """Return copies of all rows' forms, and forget those of removed rows."""
        if len(self._copies) > len(self._rows):
            gone = self._copies.keys() - set(self._rows)
            for row in gone:
                del self._copies[row]
        last, cleaned = self._last, self._rows.just_cleaned()
        if self._seen or last.arrangement != self._rows.arrangement:
            self._last = last = _Last(self._rows.arrangement, map(self._copy_of, self._rows))
        else:
            for row in {**cleaned, **self._tainted}:
                last.put(self._rows.place_of(row), self._copy_of(row))
        self._tainted = {}
        self._seen = False
        self._in_order = True
        return last.forms()

    def forget(self, row: Row) -> None:
        """Make a new copy next time, because the row's form changed."""
        if self._copies.pop(row, None):
            self._tainted[row] = None

    def changed(self) -> list[Row]:
        """Return the rows whose copies Django has changed. They get new copies next time."""
        copies = self._copies
        if self._in_order:
            suspects: Iterable[Row] = (self._rows[place] for place in self._last.suspects())
        else:
            suspects = (row for row in self._rows if row in copies)
        self._in_order = False
        rows = [row for row in suspects if not copies[row].is_intact()]
        for row in rows:
            copies[row].attributes = -1
            self._tainted[row] = None
        return rows

    def _copy_of(self, row: Row) -> _Copy:
        assert row.form is not None
        there = self._copies.get(row)
        if (
            there is not None
            and there.errors is row.form._errors
            and there.attributes >= 0
            and (not self._seen or there.is_intact())
        ):
            return there
        if type(row.form).has_changed is BaseForm.has_changed:
            row.form.has_changed()  # cached for all copies
        copy = copy_form(row.form, files=bool(row.files))
        for name, inner in row.nested.items():
            setattr(copy, name, inner.formset)
        attributes = -1 if row.nested or row.files else len(vars(copy))
        cleaned = vars(row.form).get("cleaned_data")
        made = self._copies[row] = _Copy(copy, row.form._errors, cleaned, attributes)
        return made


@dataclass(eq=False, slots=True)
class _Copy:
    """A copy, the errors and cleaned data it started with, and its number of attributes.

    `attributes` is -1 if the copy may be used only once. Cleaning a form again replaces both objects.
    """

    copy: BaseForm
    errors: Any
    cleaned: Any
    attributes: int

    def is_intact(self) -> bool:
        copy = self.copy
        if self.attributes >= 0 and (
            len(copy.__dict__) != self.attributes or copy.cleaned_data != self.cleaned
        ):
            return False
        errors, kept = copy._errors, self.errors
        if not errors and not kept:
            return True
        return len(errors) == len(kept) and all(
            name in errors and errors[name].data == error_list.data
            for name, error_list in kept.items()
        )


class _Last:
    """The copies that were handed out last, in the rows' order, in parallel lists.

    So a thousand copies are compared by a few calls of C code.
    """

    def __init__(self, arrangement: int = -1, copies: Iterable[_Copy] = ()) -> None:
        self.arrangement = arrangement
        given = list(copies)
        self._forms = [form_copy.copy for form_copy in given]
        self._contents = [vars(form_copy.copy) for form_copy in given]
        self._attributes = [form_copy.attributes for form_copy in given]
        self._cleaned = [form_copy.cleaned for form_copy in given]
        self._errors = [form_copy.errors for form_copy in given]

    def put(self, place: int, copy: _Copy) -> None:
        self._forms[place] = copy.copy
        self._contents[place] = vars(copy.copy)
        self._attributes[place] = copy.attributes
        self._cleaned[place] = copy.cleaned
        self._errors[place] = copy.errors

    def forms(self) -> list[BaseForm]:
        return self._forms[:]

    def suspects(self) -> Iterable[int]:
        """Return the places whose copies may have been changed."""
        contents, places = self._contents, range(len(self._contents))
        if list(map(len, contents)) != self._attributes:
            return places
        if list(map(itemgetter("cleaned_data"), contents)) != self._cleaned:
            return places
        failing = compress(places, map(itemgetter("_errors"), contents))
        return sorted({*failing, *compress(places, self._errors)})


def with_kept_forms(
    formset_class: type[BaseFormSet], rows: Rows, handed_out: HandedOut, *, alike: bool
) -> type[BaseFormSet]:
    """Return a subclass of `formset_class` whose bound instances use the cleaned forms in `rows`.

    `alike` says that the class makes its forms like Django, so that `_construct_form()` need not be
    called for each of them.
    """

    def _construct_form(self: BaseFormSet, i: int, **kwargs: Any) -> BaseForm:
        if self.is_bound and i < len(rows) and rows[i].form is not None:
            return handed_out.form_of(rows[i])
        form: BaseForm = formset_class._construct_form(self, i, **kwargs)
        if i < len(rows):
            rows[i].freeze_initial(form)
        return form

    def forms(self: BaseFormSet) -> list[BaseForm]:
        there = not rows.waiting(1) and not rows.failures()
        if there and self.is_bound and self.total_form_count() == len(rows):
            return handed_out.forms()
        made: list[BaseForm] = formset_class.forms.func(self)
        return made

    last: dict[tuple[Any, ...], BaseForm] = {}

    def management_form(self: BaseFormSet) -> BaseForm:
        posted = tuple(map(self.data.get, management_names(self.prefix)))
        same = (posted, self.prefix, self.auto_id, self.renderer)
        if self.is_bound and same in last:
            return copy_form(last[same], files=False)
        made: BaseForm = BaseFormSet.management_form.func(self)
        if made.is_valid():
            last.clear()
            last[same] = copy_form(made, files=False)
        return made

    own: dict[str, Any] = {"_construct_form": _construct_form}
    if alike and isinstance(formset_class.forms, cached_property):
        own["forms"] = cached_property(forms)
    if alike and formset_class.management_form is BaseFormSet.management_form:
        own["management_form"] = cached_property(management_form)
    for name in own.keys() - {"_construct_form"}:
        own[name].__set_name__(None, name)
    return type(
        formset_class.__name__,
        (formset_class,),
        {
            "__module__": formset_class.__module__,
            "__qualname__": formset_class.__qualname__,
            **own,
        },
    )

"""A user's formset class, taught to take forms that are already cleaned instead of new ones.

The subclass adds one thing: `_construct_form()` first looks whether the row's form is kept. All
else, counting, cleaning, deletion, ordering, stays the user's and Django's.
"""

from __future__ import annotations

from typing import Any

from django.forms import BaseForm, BaseFormSet
from django.utils.functional import cached_property

from clientforms.engine.row import Row, copy_form
from clientforms.engine.rows import Rows

__all__ = ["HandedOut", "with_kept_forms"]


class HandedOut:
    """The copies of rows' forms that Django's formset works with.

    A formset's `clean()` may add errors to its forms, and the next run of it must not find them
    there. A copy that nobody changed is handed out again.
    """

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self._copies: dict[Row, tuple[BaseForm, BaseForm, int]] = {}
        self._seen = False

    def seen(self) -> None:
        """Take note that somebody else has the copies too, and may change them at any time."""
        self._seen = True

    def form_of(self, row: Row) -> BaseForm:
        """Return a copy of the row's cleaned form that is as its cleaning left it."""
        assert row.form is not None
        there = self._copies.get(row)
        if (
            there is not None
            and there[1] is row.form
            and there[2] >= 0
            and (not self._seen or self._is_intact(there))
        ):
            return there[0]
        copy = copy_form(row.form)
        for name, inner in row.nested.items():
            setattr(copy, name, inner.formset)
        self._copies[row] = copy, row.form, -1 if row.nested or row.files else len(vars(copy))
        return copy

    def forms(self) -> list[BaseForm]:
        """Return copies of all rows' forms, and forget those of rows that are gone."""
        if len(self._copies) > len(self._rows):
            gone = self._copies.keys() - set(self._rows)
            for row in gone:
                del self._copies[row]
        forms = [self.form_of(row) for row in self._rows]
        self._seen = False
        return forms

    def forget(self, row: Row) -> None:
        """Make a new copy the next time: the row's form is not what it was."""
        self._copies.pop(row, None)

    def changed(self) -> list[Row]:
        """Return the rows whose copies Django's run has changed; they get others the next time."""
        copies = self._copies
        rows = [row for row in self._rows if row in copies and not self._is_intact(copies[row])]
        for row in rows:
            copies[row] = *copies[row][:2], -1
        return rows

    def _is_intact(self, there: tuple[BaseForm, BaseForm, int]) -> bool:
        copy, form, attributes = there
        if attributes >= 0 and (
            len(copy.__dict__) != attributes or copy.cleaned_data != form.cleaned_data
        ):
            return False
        errors, kept = copy._errors, form._errors
        if not errors and not kept:
            return True
        return len(errors) == len(kept) and all(
            name in errors and errors[name].data == each.data for name, each in kept.items()
        )


def with_kept_forms(
    formset_class: type[BaseFormSet], rows: Rows, handed_out: HandedOut, *, alike: bool
) -> type[BaseFormSet]:
    """Return a subclass of `formset_class` whose bound instances use the forms kept in `rows`.

    `alike` says that the class makes its forms as Django does, so that it need not be asked for
    each of them.
    """

    def _construct_form(self: BaseFormSet, i: int, **kwargs: Any) -> BaseForm:
        if self.is_bound and i < len(rows) and rows[i].form is not None:
            return handed_out.form_of(rows[i])
        form: BaseForm = formset_class._construct_form(self, i, **kwargs)
        if i < len(rows):
            rows[i].freeze_initial(form)
        return form

    def forms(self: BaseFormSet) -> list[BaseForm]:
        there = all(row.form is not None for row in rows)
        if there and self.is_bound and self.total_form_count() == len(rows):
            return handed_out.forms()
        made: list[BaseForm] = formset_class.forms.func(self)
        return made

    own: dict[str, Any] = {"_construct_form": _construct_form}
    if alike and isinstance(formset_class.forms, cached_property):
        own["forms"] = cached_property(forms)
        own["forms"].__set_name__(None, "forms")
    return type(
        formset_class.__name__,
        (formset_class,),
        {
            "__module__": formset_class.__module__,
            "__qualname__": formset_class.__qualname__,
            **own,
        },
    )

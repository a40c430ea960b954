"""A live formset's state and verdict: what there is, and what Django says of it.

How rows come, go and change is in `client_formset.py`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.forms import BaseForm, BaseFormSet
from django.forms.utils import ErrorList

from clientforms.engine.data import from_python as given
from clientforms.engine.data.to_json import to_plain
from clientforms.engine.live.django_formset import FormSetCleaning
from clientforms.engine.models.model_kinds import as_choices
from clientforms.errors import DataError

__all__ = ["FormSetState"]


class FormSetState(FormSetCleaning):
    """Everything of a ClientFormSet that reads: what there is, and what Django says of it."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.formset, name)

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[BaseForm]:
        return iter(self.formset)

    def __getitem__(self, index: int) -> BaseForm:
        return self.formset[index]

    # Reading

    @property
    def order(self) -> list[str]:
        """The keys of the rows as they stand in the page.

        Rows that came with initial data keep their numbers when they are moved, so the places
        in the page can differ from the numbers in the names.
        """
        return [row.key for row in self._order]

    @property
    def formset(self) -> BaseFormSet:
        """The Django formset, bound to what the page would post now, and cleaned.

        Raises UserCodeError where a form's or the formset's own code raised.
        """
        self._handed_out.seen()
        return self._checked_formset()

    def _checked_formset(self) -> BaseFormSet:
        self._check()
        self._raise_failure()
        assert self._checked is not None
        return self._checked

    def form_at(self, index: int) -> BaseForm:
        """Return the cleaned Django form at `index`. Raises TargetError where there is none."""
        self._row_at(index)
        form: BaseForm = self.formset.forms[index]
        return form

    @property
    def initial(self) -> list[Mapping[str, Any]] | None:
        """The initial data, one mapping per initial row."""
        return self._initial

    def initial_from_json(self, data: Any) -> list[dict[str, Any]]:
        """Return initial data in which text that a field reads, a date for one, is a value."""
        if not isinstance(data, list):
            raise DataError(
                f"{self.name}: initial data is a list of one object per form, got {data!r}."
            )
        fields = self._empty.empty_form.fields
        return [given.initial_from_json(fields, row, self.name) for row in data]

    @property
    def errors(self) -> list[Any]:
        """The errors of each form that is not deleted, as Django's `formset.errors`."""
        errors: list[Any] = self.formset.errors
        return errors

    @property
    def cleaned_data(self) -> list[dict[str, Any]]:
        """Each form's cleaned data; AttributeError while the formset is invalid, as in Django."""
        cleaned: list[dict[str, Any]] = self.formset.cleaned_data
        return cleaned

    def plain_cleaned_data(self) -> Any:
        """Return `cleaned_data` as JSON can carry it."""
        if self.formset_class.cleaned_data is not BaseFormSet.cleaned_data:
            return to_plain(self.cleaned_data)
        return to_plain(self._checked_formset().cleaned_data)  # nobody else sees the forms

    def non_form_errors(self) -> ErrorList:
        """Return the errors of the formset as a whole."""
        return self.formset.non_form_errors()

    def is_valid(self) -> bool:
        """Return whether Django finds no error in what the page would post now.

        The formsets inside rows count too, whether the user's own `is_valid()` asks them or not.
        """
        if self.formset_class.is_valid is not BaseFormSet.is_valid:
            self._handed_out.seen()
        valid = bool(self._checked_formset().is_valid())
        return valid and all(inner.is_valid() for inner in self._inner())

    def sample_non_form_errors(self) -> str:
        """Return errors of the formset as a whole as Django renders them, to see how they look."""
        formset = self._empty
        errors = formset.error_class(["?"], error_class="nonform", renderer=formset.renderer)
        return str(errors)

    def total_form_count(self) -> int:
        """Return the number of rows, deleted ones included."""
        return len(self._rows)

    def initial_form_count(self) -> int:
        """Return the number of rows that stand for initial data."""
        return self._initial_count

    def is_deleted(self, index: int) -> bool:
        """Return whether the form at `index` is marked for deletion."""
        self._decide_deletions()
        return self._row_at(index).deleted

    def take_options(self, options: Mapping[str, Any]) -> None:
        """Take over the choices that a page shows for fields of related objects.

        Field name to pairs of primary key and label, or of a group's label and its pairs; the name of a
        formset inside the rows to the same for that. They count where there is no database to ask; call
        it before `take_over()` or `reset()`.
        """
        own = {name: each for name, each in options.items() if not isinstance(each, Mapping)}
        self._options.update({name: as_choices(pairs) for name, pairs in own.items()})
        self._keep_inner_options(options)
        if self._stores_nothing:
            self._empty = self._unbound()

"""ClientForm: one Django form, live."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.forms import BaseForm
from django.forms.utils import ErrorDict, ErrorList

from clientforms.changes import Change
from clientforms.engine.data import from_python as given
from clientforms.engine.data.to_json import to_plain
from clientforms.engine.live.django_form import DjangoForm
from clientforms.engine.live.form_in_page import FormInPage
from clientforms.engine.live.live_forms import LiveForms
from clientforms.engine.rows.row import Row, copy_form
from clientforms.engine.rows.server_errors import read_form_errors
from clientforms.engine.rules.validation_policy import AUTO_DELAY, ValidationPolicy
from clientforms.errors import DataError, TargetError

__all__ = ["ClientForm"]


class ClientForm(LiveForms):
    """A Django form that is edited in place and validated as if it were posted.

    `form_class` is used unchanged. `initial`, `auto_id` and `prefix` are those of Django; the last
    two are passed on only if given, so that the form's constructor can choose them. `form_kwargs`
    are passed to the constructor too. `validation` is a policy or its event names, `delay` is in
    milliseconds. Other attributes are those of the Django form (`form.fields`, `form.media`,
    `form["title"]`).
    """

    def __init__(
        self,
        form_class: type[BaseForm],
        *,
        prefix: str | None = None,
        initial: Mapping[str, Any] | None = None,
        auto_id: str | bool | None = None,
        form_kwargs: Mapping[str, Any] | None = None,
        name: str = "",
        validation: str | ValidationPolicy = "auto",
        delay: int = AUTO_DELAY,
    ) -> None:
        if not (isinstance(form_class, type) and issubclass(form_class, BaseForm)):
            raise TargetError(
                f"ClientForm needs a form class, got {form_class!r}. "
                "For a class made by formset_factory use ClientFormSet."
            )
        super().__init__(name or prefix or form_class.__name__, validation, delay)
        self.form_class = form_class
        self.prefix = prefix
        named = {"prefix": prefix, "auto_id": auto_id}
        self._rows.put([Row(key=f"{self.name}:1")])
        self._django = DjangoForm(
            form_class,
            self._row,
            arguments={
                **{name: value for name, value in named.items() if value is not None},
                **(form_kwargs or {}),
            },
            initial=initial,
        )
        self.in_page = FormInPage(self._django, self._store, settle=self._settle_values)
        self._start()

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self.form, name)

    def __getitem__(self, name: str) -> Any:
        return self.form[name]

    # Reading

    @property
    def form(self) -> BaseForm:
        """The Django form, bound to what the page would post now, and cleaned.

        It is a copy, which may be changed. Raises UserCodeError if the form's own code raised an
        exception.
        """
        self._clean_rows()
        self._raise_failure()
        form = self._row.form
        assert form is not None
        return copy_form(form)

    @property
    def initial(self) -> dict[str, Any]:
        """The initial data, by field name."""
        return self._django.initial

    @property
    def errors(self) -> ErrorDict:
        """All errors, as Django's `form.errors`."""
        errors: ErrorDict = self.form.errors
        return errors

    @property
    def cleaned_data(self) -> dict[str, Any]:
        """The form's cleaned data, which is complete only if the form is valid."""
        cleaned: dict[str, Any] = self.form.cleaned_data
        return cleaned

    def plain_cleaned_data(self) -> Any:
        """Return `cleaned_data` as plain JSON values."""
        return to_plain(self.cleaned_data)

    def non_field_errors(self) -> ErrorList:
        """Return the errors of the form as a whole."""
        return self.form.non_field_errors()

    def is_valid(self) -> bool:
        """Return whether Django finds no error in what the page would post now."""
        return bool(self.form.is_valid())

    def has_changed(self) -> bool:
        """Return whether the posted data would differ from the initial data."""
        return bool(self.form.has_changed())

    def total_error_count(self) -> int:
        """Return the number of fields with errors, counting the form as a whole as one field."""
        return len(self.errors)

    def prefix_of(self, index: int) -> str | None:
        """Return None: the names of a plain form never change."""
        return None

    # Changing

    def set_data(self, data: Mapping[str, Any]) -> bool:
        """Replace all values, show all errors, and return whether there are none.

        `data` maps field names to values, or posted names to strings. Missing fields are emptied.
        Raises DataError, without changing anything, if names or types do not fit.
        """
        form = self._django.unbound()
        self._replace_values(form, self._posted(form, data))
        return self._valid_now

    def set_posted(self, posted: Mapping[str, Sequence[str]]) -> list[str]:
        """Replace all values by those of a POST, exactly as they are.

        Returns the names that belong to no field, which are ignored.
        """
        unknown: list[str] = []
        form = self._django.unbound()
        self._replace_values(form, given.from_posted(form, posted, None, self.name, unknown))
        return unknown

    def update_data(self, data: Mapping[str, Any]) -> bool:
        """Replace the values of the fields in `data`, and show their errors."""
        row = self._row
        values = self._posted(self._django.unbound(), data)
        fields = {row.field_of(local) or "" for local in values}
        fields |= {name for name in data if name in row.fields}
        row.update(fields, values)
        self._store.changed(row)
        self._settle_values()
        return self._valid_now

    def reset(self, initial: Mapping[str, Any] | None = None, *, keep_typed: bool = False) -> None:
        """Go back to the initial data, or to new initial data, as if nothing had been typed.

        With `keep_typed`, fields that were typed into keep their values.
        """
        typed = self._row.typed() if keep_typed else None
        if initial is not None:
            if not isinstance(initial, Mapping):
                raise DataError(f"{self.name}: initial data is an object, got {initial!r}.")
            self._django.initial = dict(initial)
        self._start()
        if typed:
            self._row.type_again(typed)
            self._store.changed(self._row)
        changes: list[Change] = [self._values_change(0)]
        self._last_verdict = None
        self._settle(changes)

    def place_of(self, name: str) -> tuple[int, str | None]:
        """Return the row number, which is 0, and the field for its name or that of a control."""
        row = self._row
        field = name if name in row.fields else row.field_of(name)
        if field is None:
            raise DataError(
                f"{self.name}: there is no field {name!r}. Its fields are {', '.join(row.fields)}."
            )
        return 0, field

    def initial_from_json(self, data: Any) -> dict[str, Any]:
        """Return initial data with text, such as a date, converted to the fields' Python values."""
        return given.initial_from_json(self._row.fields, data, self.name)

    def add_error(self, field: str | None, message: str) -> None:
        """Show `message` at `field` (None: the whole form) until that field changes."""
        if field is not None and field not in self._row.fields:
            raise DataError(
                f"{self.name}: there is no field {field!r} to add an error to. "
                f"Its fields are {', '.join(self._row.fields)}."
            )
        self._row.added_errors.append((field, message))
        self._store.changed(self._row)
        self._row.touched.add(field or "")
        self._settle()

    def set_errors(self, errors: Mapping[str, Any]) -> None:
        """Show errors from a server until they are fixed, replacing those added before.

        `errors` has the shape of `form.errors.get_json_data()`: messages by field name or `__all__`.
        Raises DataError, without changing anything, for an unknown field.
        """
        self._row.added_errors = read_form_errors(errors, self._row, self.name)
        self._row.touched |= {name or "" for name, _ in self._row.added_errors}
        self._store.changed(self._row)
        self._settle()

    def blank_form(self, index: int) -> BaseForm:
        """Return the unbound form."""
        return self._django.unbound()

    # Private

    @property
    def _row(self) -> Row:
        return self._rows[0]

    def _start(self) -> None:
        row = self._row
        row.initial.clear()
        row.forget_what_was_shown()
        self._store.changed(row)
        row.files = {}
        form = self._django.unbound()
        row.describe(form, None)
        row.begin(given.fresh(form, None))

    def _construct(self, index: int) -> BaseForm:
        return self._django.bound(self._held())

    def _settle_values(self) -> None:
        self._settle([self._values_change(0)], now=True)

    def _sample(self) -> tuple[BaseForm, str | None]:
        return self._django.unbound(), self.prefix

    def _checked_form(self, row: Row) -> BaseForm | None:
        return row.form

    def _is_faultless(self) -> bool:
        form = self._row.form
        return form is not None and bool(form.is_valid())

    def _replace_values(self, form: BaseForm, values: dict[str, list[str]]) -> None:
        self._row.values = given.emptied(form, None) | values
        self._row.touched |= {self._row.field_of(local) or "" for local in values}
        self._row.files = {}
        self._row.forget_typing()
        self._row.added_errors.clear()
        self._row.control_errors.clear()
        self._store.changed(self._row)
        self._row.show_all = True
        self._settle([self._values_change(0)], asked=True)

    def _posted(self, form: BaseForm, data: Any) -> dict[str, list[str]]:
        if (
            self.prefix
            and isinstance(data, Mapping)
            and any(str(name).startswith(f"{self.prefix}-") for name in data)
        ):
            return given.from_posted(form, data, None, self.name)
        return given.from_object(form, data, None, self.name)

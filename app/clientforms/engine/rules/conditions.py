"""A mixin for conditions: when fields are shown, enabled and required, and their choices.

The same class applies them in the page at each change, and on a server when it is cleaned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.forms import BaseForm, FileField

from clientforms.errors import TargetError

__all__ = ["ConditionalFieldsMixin", "Conditions", "Predicate", "changed_fields", "conditions_of"]

Predicate = str | Callable[[Mapping[str, Any]], Any]
"""The name of a field whose cleaned value is tested, or a function of the cleaned values."""

_DECLARATIONS = ("show_if", "enable_if", "require_if", "choices_for")


class ConditionalFieldsMixin:
    """Put this before `forms.Form` or `forms.ModelForm` among the bases.

    `show_if`, `enable_if` and `require_if` map field names to predicates. `choices_for` maps field
    names to functions that return the field's choices. Functions get the cleaned values by field
    name, None for invalid ones; in an unbound form, the initial values.

    A field that is not shown, or not enabled, is treated like a disabled field in Django: posted
    values are ignored, its initial value stays, and it is never required and has no errors. Django
    renders it nevertheless, so that a page without scripts can be filled in.
    """

    show_if: ClassVar[Mapping[str, Predicate]] = {}
    enable_if: ClassVar[Mapping[str, Predicate]] = {}
    require_if: ClassVar[Mapping[str, Predicate]] = {}
    choices_for: ClassVar[Mapping[str, Callable[[Mapping[str, Any]], Iterable[Any]]]] = {}

    @cached_property
    def conditions(self) -> Conditions:
        """The declarations, evaluated once for this form's data."""
        assert isinstance(self, BaseForm)
        return Conditions(self)

    @property
    def withheld(self) -> frozenset[str]:
        """The fields that are not shown or not enabled at present."""
        return self.conditions.withheld

    @cached_property
    def changed_data(self) -> list[str]:
        """Like Django's, without withheld fields."""
        changed: list[str] = super().changed_data  # type: ignore[misc]
        return [name for name in changed if name not in self.withheld]

    def __getitem__(self, name: str) -> Any:
        self.conditions.apply()
        return super().__getitem__(name)  # type: ignore[misc]

    def full_clean(self) -> None:
        """Like Django's, with the conditions applied."""
        self.conditions.apply()
        with self.conditions.disabled():
            super().full_clean()  # type: ignore[misc]
        for name in self.withheld & set(self._errors):  # type: ignore[attr-defined]
            del self._errors[name]  # type: ignore[attr-defined]


class Conditions:
    """The declarations of one form instance, evaluated for its values."""

    def __init__(self, form: BaseForm) -> None:
        self._form = form
        self._applied = False
        self._values = _Values(form, self)
        self._check()

    @property
    def reads(self) -> frozenset[str]:
        """The fields whose values the conditions have read."""
        self.apply()
        return frozenset(self._values.asked)

    @cached_property
    def withheld(self) -> frozenset[str]:
        """The fields that are not shown or not enabled."""
        form: Any = self._form
        names = {*form.show_if, *form.enable_if} & set(form.fields)
        return frozenset(name for name in names if not (self.shows(name) and self.enables(name)))

    def shows(self, name: str) -> bool:
        """Return whether the field `name` is shown."""
        return self._holds(self._form.show_if, name)

    def enables(self, name: str) -> bool:
        """Return whether the field `name` is enabled."""
        return self._holds(self._form.enable_if, name)

    def apply(self) -> None:
        """Set the choices of the form's fields, and whether they are required."""
        if self._applied:
            return
        self._applied = True
        form: Any = self._form
        for name in form.choices_for:
            self.give_choices(name)
        for name, predicate in form.require_if.items():
            if name in form.fields:
                field = form.fields[name]
                field.required = self._decide(predicate) and name not in self.withheld
                field.widget.is_required = field.required
        assert self.withheld is not None  # evaluate it now, while the fields are as declared

    def give_choices(self, name: str) -> None:
        """Set the choices of the field `name`, which depend on the other fields."""
        form: Any = self._form
        if name in form.choices_for and name in form.fields:
            form.fields[name].choices = list(form.choices_for[name](self._values))

    @contextmanager
    def disabled(self) -> Iterator[None]:
        """Disable the withheld fields while Django cleans the form."""
        fields = [self._form.fields[name] for name in self.withheld]
        before = [(field, field.disabled, field.required) for field in fields]
        for field in fields:
            field.disabled, field.required = True, False
        try:
            yield
        finally:
            for field, disabled, required in before:
                field.disabled, field.required = disabled, required

    def _holds(self, declared: Mapping[str, Predicate], name: str) -> bool:
        return name not in declared or self._decide(declared[name])

    def _decide(self, predicate: Predicate) -> bool:
        if isinstance(predicate, str):
            return bool(self._values[predicate])
        return bool(predicate(self._values))

    def _check(self) -> None:
        """Raise TargetError for names that are not fields. Fields removed from the form are allowed."""
        form: Any = self._form
        known = {**form.base_fields, **form.fields}
        for declaration in _DECLARATIONS:
            for name in getattr(form, declaration):
                if name not in known:
                    raise TargetError(
                        f"{type(form).__name__}.{declaration} names {name!r}, which is not one of "
                        f"its fields: {', '.join(known)}."
                    )


class _Values(Mapping[str, Any]):
    """A form's cleaned values, computed when they are read; initial values of an unbound form."""

    def __init__(self, form: BaseForm, conditions: Conditions) -> None:
        self._form = form
        self._conditions = conditions
        self._known: dict[str, Any] = {}
        self._under_way: list[str] = []
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        if name not in self._form.fields:
            raise TargetError(
                f"A condition of {type(self._form).__name__} reads {name!r}, which is not one of "
                f"its fields: {', '.join(self._form.fields)}."
            )
        self.asked.add(name)
        if name not in self._known:
            if name in self._under_way:
                circle = " → ".join([*self._under_way, name])
                raise TargetError(
                    f"The conditions of {type(self._form).__name__} are circular: {circle}. "
                    "Make one of these fields independent of the others."
                )
            self._under_way.append(name)
            try:
                self._known[name] = self._value(name)
            finally:
                self._under_way.pop()
        return self._known[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._form.fields)

    def __len__(self) -> int:
        return len(self._form.fields)

    def _value(self, name: str) -> Any:
        form, field = self._form, self._form.fields[name]
        if not (self._conditions.shows(name) and self._conditions.enables(name)):
            return None
        initial = form.get_initial_for_field(field, name)
        if not form.is_bound:
            return initial
        self._conditions.give_choices(name)
        try:
            if field.disabled:
                return field.clean(initial)
            data = field.widget.value_from_datadict(form.data, form.files, form.add_prefix(name))
            return field.clean(data, initial) if isinstance(field, FileField) else field.clean(data)
        except ValidationError:
            return None


def changed_fields(form_class: type[BaseForm]) -> frozenset[str]:
    """Return the fields that conditions of `form_class` can change for each form."""
    declared = (getattr(form_class, name, {}) for name in _DECLARATIONS)
    return frozenset(name for fields in declared for name in fields)


def conditions_of(form: BaseForm) -> Conditions | None:
    """Return the form's conditions, None if its class has none."""
    return form.conditions if isinstance(form, ConditionalFieldsMixin) else None

"""The mixin that lets a form say when a field is shown, required or enabled, and its choices.

The same class holds to it everywhere: in the page at each change, on a server when it cleans.
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
"""A field's name (is its cleaned value true?), or a function of the cleaned values."""

_DECLARATIONS = ("show_if", "enable_if", "require_if", "choices_for")


class ConditionalFieldsMixin:
    """Put before `forms.Form` or `forms.ModelForm` among the bases.

    `show_if`, `enable_if`, `require_if`: field name to a predicate. `choices_for`: field name to
    a function that returns the field's choices. Functions get the cleaned values by field name,
    None where a field has no valid value; in an unbound form, the initial values.

    A field that is not shown, or not enabled, is treated as Django treats a disabled one: what is
    posted for it is ignored, its initial value stays, and it is never required or in error.
    Django renders it all the same, so that a page without scripts can be filled in.
    """

    show_if: ClassVar[Mapping[str, Predicate]] = {}
    enable_if: ClassVar[Mapping[str, Predicate]] = {}
    require_if: ClassVar[Mapping[str, Predicate]] = {}
    choices_for: ClassVar[Mapping[str, Callable[[Mapping[str, Any]], Iterable[Any]]]] = {}

    @cached_property
    def conditions(self) -> Conditions:
        """What the declarations come to for this form's data. Taken once per form."""
        assert isinstance(self, BaseForm)
        return Conditions(self)

    @property
    def withheld(self) -> frozenset[str]:
        """The fields that are not shown or not enabled now."""
        return self.conditions.withheld

    @cached_property
    def changed_data(self) -> list[str]:
        """As Django's; fields that are withheld have not changed."""
        changed: list[str] = super().changed_data  # type: ignore[misc]
        return [name for name in changed if name not in self.withheld]

    def __getitem__(self, name: str) -> Any:
        self.conditions.apply()
        return super().__getitem__(name)  # type: ignore[misc]

    def full_clean(self) -> None:
        """As Django's, by the conditions that hold for the data."""
        self.conditions.apply()
        with self.conditions.disabled():
            super().full_clean()  # type: ignore[misc]
        for name in self.withheld & set(self._errors):  # type: ignore[attr-defined]
            del self._errors[name]  # type: ignore[attr-defined]


class Conditions:
    """The declarations of one form instance, decided by what it holds."""

    def __init__(self, form: BaseForm) -> None:
        self._form = form
        self._applied = False
        self._values = _Values(form, self)
        self._check()

    @property
    def reads(self) -> frozenset[str]:
        """The fields whose values the conditions have looked at."""
        self.apply()
        return frozenset(self._values.asked)

    @cached_property
    def withheld(self) -> frozenset[str]:
        """The fields that are not shown or not enabled."""
        form: Any = self._form
        names = {*form.show_if, *form.enable_if} & set(form.fields)
        return frozenset(name for name in names if not (self.shows(name) and self.enables(name)))

    def shows(self, name: str) -> bool:
        """Return whether the field `name` is to be seen."""
        return self._holds(self._form.show_if, name)

    def enables(self, name: str) -> bool:
        """Return whether the field `name` can be changed."""
        return self._holds(self._form.enable_if, name)

    def apply(self) -> None:
        """Give the form's fields the choices and the requirement that they have now."""
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
        assert self.withheld is not None  # decided now, while the fields are as they were declared

    def give_choices(self, name: str) -> None:
        """Give the field `name` the choices that fit what the other fields hold."""
        form: Any = self._form
        if name in form.choices_for and name in form.fields:
            form.fields[name].choices = list(form.choices_for[name](self._values))

    @contextmanager
    def disabled(self) -> Iterator[None]:
        """Have Django treat the withheld fields as disabled ones, for as long as it cleans."""
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
        """A field that was taken out of the form is no mistake, one that never was is."""
        form: Any = self._form
        known = {**form.base_fields, **form.fields}
        for declaration in _DECLARATIONS:
            for name in getattr(form, declaration):
                if name not in known:
                    raise TargetError(
                        f"{type(form).__name__}.{declaration} names {name!r}, which is no field "
                        f"of it. Its fields are {', '.join(known)}."
                    )


class _Values(Mapping[str, Any]):
    """A form's cleaned values, each cleaned when it is asked for; initial ones while unbound."""

    def __init__(self, form: BaseForm, conditions: Conditions) -> None:
        self._form = form
        self._conditions = conditions
        self._known: dict[str, Any] = {}
        self._under_way: list[str] = []
        self.asked: set[str] = set()

    def __getitem__(self, name: str) -> Any:
        if name not in self._form.fields:
            raise TargetError(
                f"A condition of {type(self._form).__name__} asks for {name!r}, which is no field "
                f"of it. Its fields are {', '.join(self._form.fields)}."
            )
        self.asked.add(name)
        if name not in self._known:
            if name in self._under_way:
                circle = " → ".join([*self._under_way, name])
                raise TargetError(
                    f"The conditions of {type(self._form).__name__} go in a circle: {circle}. "
                    "Let one of these fields be decided without the others."
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
    """Return the fields that conditions of `form_class` can make other ones, form by form."""
    declared = (getattr(form_class, name, {}) for name in _DECLARATIONS)
    return frozenset(name for fields in declared for name in fields)


def conditions_of(form: BaseForm) -> Conditions | None:
    """Return the form's conditions, None where its class declares none."""
    return form.conditions if isinstance(form, ConditionalFieldsMixin) else None

"""A mixin for forms and formsets with `async def clean…`, and the code that runs such rules.

Django has no asynchronous rules: it would take the coroutine for the cleaned value. So the mixin
moves them out of the class. On a server, the same class runs its synchronous rules as usual;
in an asynchronous view, `await form.ais_valid()` runs all of them.
"""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.forms import BaseForm, BaseFormSet

from clientforms.errors import TargetError

__all__ = [
    "AsyncValidationMixin", "AsyncValidator", "async_rules", "rule_of", "run_async_rule", "take_answer",
]  # fmt: skip

AsyncValidator = Callable[[Any], Awaitable[None]]
"""Takes a cleaned value; raises ValidationError if it is invalid."""


class AsyncValidationMixin:
    """Put this before `forms.Form`, `forms.ModelForm` or `forms.BaseFormSet` among the bases.

    `async def clean_<field>(self)` and `async def clean(self)` work like Django's synchronous
    methods: they read `self.cleaned_data`, return the cleaned value, and may raise ValidationError.
    A field's rules run if its synchronous ones found no error, `clean()` if the whole form has none.
    `async_validators` maps field names to coroutine functions that take the cleaned value and are
    not called for empty values. An answer stays valid until the field's own value changes, that of
    `clean()` until any value of the form changes.
    """

    async_validators: ClassVar[Mapping[str, Sequence[AsyncValidator]]] = {}
    async_cleaners: ClassVar[Mapping[str, Callable[[Any], Awaitable[Any]]]] = {}
    """The coroutine functions that the class defines as `clean` and `clean_<field>`, by name."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        written = {
            name: found
            for name, found in vars(cls).items()
            if name == "clean" or name.startswith("clean_")
        }
        own = {
            name: cleaner
            for name, cleaner in written.items()
            if inspect.iscoroutinefunction(cleaner)
        }
        for name in own:
            delattr(cls, name)
        inherited = {
            name: cleaner for name, cleaner in cls.async_cleaners.items() if name not in written
        }
        cls.async_cleaners = {**inherited, **own}

    async def ais_valid(self) -> bool:
        """Like `is_valid()`, but run the asynchronous rules too.

        Their errors are added to the form, those of a formset's `clean()` to `non_form_errors()`.
        """
        if isinstance(self, BaseFormSet):
            return await _formset_is_valid(self)
        assert isinstance(self, BaseForm)
        return await _form_is_valid(self)


def async_rules(form: BaseForm | BaseFormSet) -> tuple[str, ...]:
    """Return the fields that have asynchronous rules, then `__all__` if `clean()` is one.

    Raises TargetError if validators are registered for a field that does not exist.
    """
    if not isinstance(form, AsyncValidationMixin):
        return ()
    cleaners, validators = form.async_cleaners, form.async_validators
    whole = (NON_FIELD_ERRORS,) if "clean" in cleaners else ()
    fields = getattr(form, "fields", {})
    if unknown := [name for name in validators if name not in fields]:
        raise TargetError(
            f"{type(form).__name__}.async_validators names {unknown[0]!r}, which is not one of "
            f"its fields: {', '.join(fields)}."
        )
    named = (name for name in fields if f"clean_{name}" in cleaners or validators.get(name))
    return (*named, *whole)


def rule_of(form: Any, name: str) -> Callable[..., Any]:
    """Return the function of the rule `name`, as `async_rules()` names it; the last of several."""
    cleaner = form.async_cleaners.get("clean" if name == NON_FIELD_ERRORS else f"clean_{name}")
    validators = form.async_validators.get(name) or (run_async_rule,)
    return cleaner or validators[-1]


async def run_async_rule(form: Any, name: str) -> Any:
    """Run the rule `name`, as `async_rules()` names it, on the cleaned `form`.

    Returns the cleaned value; for `__all__`, all cleaned data or None. Raises ValidationError.
    """
    if name == NON_FIELD_ERRORS:
        return await form.async_cleaners["clean"](form)
    value = form.cleaned_data.get(name)
    if value not in form.fields[name].empty_values:
        errors: list[ValidationError] = []
        for validator in form.async_validators.get(name, ()):
            try:
                await validator(value)
            except ValidationError as error:
                errors.append(error)
        if errors:
            raise ValidationError(errors)
    cleaner = form.async_cleaners.get(f"clean_{name}")
    return await cleaner(form) if cleaner else value


def take_answer(form: BaseForm, name: str, value: Any, error: ValidationError | None) -> None:
    """Handle an answer like Django handles that of a synchronous rule."""
    if error is not None:
        form.add_error(None if name == NON_FIELD_ERRORS else name, error)
    elif name != NON_FIELD_ERRORS:
        form.cleaned_data[name] = value
    elif value is not None:
        form.cleaned_data = value


async def _form_is_valid(form: BaseForm) -> bool:
    if form.is_bound and not (form.empty_permitted and not form.has_changed()):
        for name in async_rules(form):
            if name in form.errors or (name == NON_FIELD_ERRORS and form.errors):
                continue
            try:
                take_answer(form, name, await run_async_rule(form, name), None)
            except ValidationError as error:
                take_answer(form, name, None, error)
    return bool(form.is_valid())


async def _formset_is_valid(formset: BaseFormSet) -> bool:
    valid = bool(formset.is_valid())
    for form in formset.forms if formset.is_bound else ():
        deleted = formset.can_delete and formset._should_delete_form(form)
        if isinstance(form, AsyncValidationMixin) and not deleted:
            valid = await form.ais_valid() and valid
    if valid and async_rules(formset):
        try:
            await run_async_rule(formset, NON_FIELD_ERRORS)
        except ValidationError as error:
            formset._non_form_errors.extend(error.error_list)
            valid = False
    return valid

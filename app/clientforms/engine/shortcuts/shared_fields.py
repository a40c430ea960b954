"""Share fields between forms when the difference cannot be observed.

Copying the fields takes most of the time of making a form.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from typing import Any

from django.core import validators
from django.forms import (
    BaseForm,
    BaseFormSet,
    BoundField,
    CharField,
    ChoiceField,
    EmailField,
    Field,
    FileField,
    FileInput,
    Form,
    IntegerField,
    ModelForm,
    MultiValueField,
    MultiWidget,
    RegexField,
    SlugField,
    URLField,
    UUIDField,
    fields,
    widgets,
)
from django.forms.utils import pretty_name

from clientforms.engine.introspection.code_mentions import mentions
from clientforms.engine.rules.conditions import changed_fields

__all__ = ["maker_with_shared_fields"]

_TELLING = frozenset(
    {
        "fields", "base_fields", "declared_fields", "field", "widget", "choices", "validators",
        "visible_fields", "hidden_fields", "_bound_items", "_clean_fields", "get_bound_field",
    }
)  # fmt: skip
"""Names that let code change a field of one form, and thereby of all others."""

_LASTING = (CharField, EmailField, SlugField, RegexField, URLField, UUIDField,
            IntegerField, ChoiceField)  # fmt: skip
_REMEMBERED = 2000  # texts cached for each field


def maker_with_shared_fields(formset_class: type[BaseFormSet]) -> Callable[..., BaseForm] | None:
    """Return a function that makes forms like `formset_class.form`, with shared fields.

    Returns None if the form, its formset or a field could change the fields of a single form.
    """
    form_class = formset_class.form
    classes: tuple[Any, ...] = form_class, formset_class
    base = form_class.base_fields
    if (
        issubclass(form_class, ModelForm)
        or any(mentions(cls, _TELLING) for cls in classes)
        or form_class.__init__ is not BaseForm.__init__
        or not all(map(_is_plain, base.values()))
    ):
        return None
    shared = _Shared(copy.deepcopy(base), own=changed_fields(form_class))
    plain_names = (
        form_class.add_prefix is BaseForm.add_prefix
        and form_class.add_initial_prefix is BaseForm.add_initial_prefix
    )
    for name, field in shared.items():
        if name in shared.own:
            continue
        if _is_lasting(field):
            _remember(field)
        if plain_names:
            _bind_quickly(field, name)

    def make(**arguments: Any) -> BaseForm:
        form: Any = form_class.__new__(form_class)
        form.base_fields = shared
        form_class.__init__(form, **arguments)
        del form.base_fields
        made: BaseForm = form
        return made

    return make


class _Shared(dict[str, Field]):
    """Fields that deepcopy(), which BaseForm calls for each form, does not copy.

    Those named in `own` are copied nevertheless.
    """

    def __init__(self, fields: Mapping[str, Field], own: frozenset[str]) -> None:
        super().__init__(fields)
        self.own = own

    def __deepcopy__(self, memo: Any) -> dict[str, Field]:
        fields = dict(self)
        for name in self.own & fields.keys():
            fields[name] = copy.deepcopy(fields[name], memo)
        return fields


def _is_lasting(field: Field) -> bool:
    """Return whether the field always cleans a text to the same immutable value."""
    return (
        type(field) in _LASTING
        and not field.localize
        and not (isinstance(field, ChoiceField) and not isinstance(field.choices, list))
        and all(
            getattr(validator, "__module__", "") == validators.__name__
            and not callable(getattr(validator, "limit_value", None))
            for validator in field.validators
        )
    )


def _remember(field: Any) -> None:
    """Cache cleaned texts of `field`: while somebody types, a row's other fields do not change."""
    known: dict[str, Any] = {}
    required = field.required  # it is False for a moment in a disabled fieldset

    def clean_bound_field(bound_field: BoundField) -> Any:
        value = bound_field.initial if field.disabled else bound_field.data
        if value.__class__ is not str or field.required is not required:
            return field.clean(value)
        if value not in known:
            cleaned = field.clean(value)
            if len(known) >= _REMEMBERED:
                known.clear()
            known[value] = cleaned
        return known[value]

    field._clean_bound_field = clean_bound_field


def _bind_quickly(field: Any, name: str) -> None:
    """Let `field` make its bound fields in one step, if they equal those that Django makes."""
    label = pretty_name(name) if field.label is None else field.label
    help_text = field.help_text or ""

    def get_bound_field(form: Any, field_name: str) -> BoundField:
        if (
            field_name != name
            or not form.prefix
            or (field.bound_field_class or form.bound_field_class or BoundField) is not BoundField
        ):
            return by_django(form, field_name)
        bound_field = BoundField.__new__(BoundField)
        html_name, html_id, auto_id = f"{form.prefix}-{name}", "", form.auto_id
        if auto_id:
            html_id = auto_id % html_name if "%s" in str(auto_id) else html_name
        bound_field.__dict__.update(
            form=form,
            field=field,
            name=name,
            html_name=html_name,
            html_initial_name=f"initial-{html_name}",
            html_initial_id=f"initial-{form.prefix}-{html_id}",
            label=label,
            help_text=help_text,
            renderer=form.renderer,
        )
        return bound_field

    by_django = field.get_bound_field
    sample = Form(prefix="sample")
    if vars(get_bound_field(sample, name)) == vars(by_django(sample, name)):
        field.get_bound_field = get_bound_field


def _is_plain(field: Field) -> bool:
    # These keep state of one form in their widgets, or contain fields.
    special = isinstance(field, (FileField, MultiValueField)) or isinstance(
        field.widget, (FileInput, MultiWidget)
    )
    return (
        not special
        and type(field).__module__ == fields.__name__
        and type(field.widget).__module__ == widgets.__name__
    )

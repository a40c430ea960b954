"""Fields with choices: their models, the choices for a page, and fields without any choice.

For a formset, these are the fields of a blank row and of formsets nested in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db.models import Model, QuerySet
from django.forms import BaseForm, ChoiceField, Field
from django.forms.models import ModelChoiceField
from django.forms.widgets import Select

from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.data.formsets_in_forms import formsets_of

__all__ = ["choice_models", "choices_for_rows", "fields_of", "without_choices"]

Live = ClientForm | ClientFormSet


def fields_of(live: Live) -> Iterator[tuple[str, Field]]:
    """Yield the names and fields of a blank form; those of nested formsets as `lines.product`."""
    yield from _fields_in(live.blank_form(0))


def choice_models(live: Live) -> list[type[Model]]:
    """Return the models of fields with choices of objects, and those that their querysets join."""
    fields = [field for _, field in fields_of(live) if isinstance(field, ModelChoiceField)]
    found = {model for field in fields for model in _asked(field.queryset)}
    return sorted(found, key=lambda model: model._meta.label_lower)


def without_choices(live: Live) -> Iterator[tuple[str, bool]]:
    """Yield the fields without choices, and whether their choices would be stored objects.

    Other fields count only if they are required, because then no value is valid. Fields whose choices
    depend on other fields do not count.
    """
    dependent = getattr(live.blank_form(0), "choices_for", {})
    for name, field in fields_of(live):
        if not isinstance(field, ChoiceField) or field.widget.is_hidden or name in dependent:
            continue
        is_model = isinstance(field, ModelChoiceField)
        if (is_model or field.required) and not _has_choice(field.choices):
            yield name, is_model


def choices_for_rows(live: ClientFormSet) -> dict[str, Any]:
    """Return choices of stored objects that the rows of a page do not show, by field name.

    They have Django's form, including groups; those of a nested formset are a mapping under its name.
    It is empty if the page has a row that shows them all in selects.
    """
    form = live.blank_form(0)
    is_shown = bool(len(live)) and not formsets_of(form)
    if is_shown and all(isinstance(field.widget, Select) for field in _choosing(form).values()):
        return {}
    return _choices_in(form)


def _asked(queryset: QuerySet[Any]) -> Iterator[type[Model]]:
    """Yield the model of a queryset, and those whose tables it joins."""
    yield queryset.model
    tables = {model._meta.db_table: model for model in apps.get_models(include_auto_created=True)}
    for join in queryset.query.alias_map.values():
        if model := tables.get(join.table_name):
            # The table of a many-to-many field is serialized with the objects that have the field.
            yield model._meta.auto_created or model


def _fields_in(form: BaseForm, *outer: type[BaseForm]) -> Iterator[tuple[str, Field]]:
    yield from form.fields.items()
    for name, inner in _inside(form, outer):
        yield from (
            (f"{name}.{own}", field) for own, field in _fields_in(inner, *outer, type(form))
        )


def _inside(form: BaseForm, outer: tuple[type[BaseForm], ...]) -> Iterator[tuple[str, BaseForm]]:
    """Yield the empty forms of formsets in a form, except recursive ones, like comments on comments."""
    for name, inner in formsets_of(form).items():
        if inner.form not in (*outer, type(form)):
            yield name, inner.empty_form


def _choosing(form: BaseForm) -> dict[str, ModelChoiceField]:
    return {
        name: field
        for name, field in form.fields.items()
        if isinstance(field, ModelChoiceField) and not field.widget.is_hidden
    }


def _choices_in(form: BaseForm, *outer: type[BaseForm]) -> dict[str, Any]:
    found: dict[str, Any] = {
        name: _plain(field.choices)
        for name, field in _choosing(form).items()
        if _has_choice(field.choices)
    }
    for name, inner in _inside(form, outer):
        if own := _choices_in(inner, *outer, type(form)):
            found[name] = own
    return found


def _plain(choices: Any) -> list[list[Any]]:
    return [
        [str(value), _plain(label) if isinstance(label, (list, tuple)) else str(label)]
        for value, label in choices
    ]


def _has_choice(choices: Any) -> bool:
    return any(
        _has_choice(label) if isinstance(label, (list, tuple)) else str(value) not in ("", "None")
        for value, label in choices
    )

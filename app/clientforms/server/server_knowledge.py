"""Finds the fields of a packed form that only the server can validate, such as unique fields. Pages ask about these.

A page also asks about rules that fail there because they need the server, for example because they use the ORM.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.db.models import UniqueConstraint
from django.forms import BaseForm, BaseFormSet, BaseModelForm, Field, FileField
from django.forms.models import ModelChoiceField

from clientforms.engine.data.formsets_in_forms import formsets_of
from clientforms.server.registry import Registration

__all__ = ["asked_about"]


def asked_about(registration: Registration, form: BaseForm | BaseFormSet) -> list[str]:
    """Return the names of the fields that a page asks about, and `__all__` if it asks about the form as a whole.

    A formset called `pages` inside each row is listed as `pages.`, its fields as `pages.title`, and so on.
    """
    one = form.empty_form if isinstance(form, BaseFormSet) else form
    asked = _asked_about(registration, one)
    for name, inner in formsets_of(one).items() if isinstance(form, BaseFormSet) else ():
        asked += [f"{name}.", *(f"{name}.{each}" for each in asked_about(registration, inner))]
    return asked


def _asked_about(registration: Registration, one: BaseForm) -> list[str]:
    fields = {name: field for name, field in one.fields.items() if not isinstance(field, FileField)}
    if registration.get_form_kwargs or not registration.packed:
        return [*fields, NON_FIELD_ERRORS]
    asked = {name for name, field in fields.items() if isinstance(field, ModelChoiceField)}
    if isinstance(one, BaseModelForm):
        model = one._meta.model
        asked.discard(model._meta.pk.name)  # in a formset, it identifies the row's object
        asked |= set(_unique(model, fields))
    return [name for name in (*fields, NON_FIELD_ERRORS) if name in asked]


def _unique(model: Any, fields: Mapping[str, Field]) -> Iterator[str]:
    """Yield the names under which Django reports violations of unique fields and constraints."""
    for field in model._meta.fields:
        dates = (field.unique_for_date, field.unique_for_month, field.unique_for_year)
        if field.name in fields and (field.unique or any(dates)):
            yield field.name
    groups: list[Iterable[str]] = [*model._meta.unique_together]
    for constraint in model._meta.constraints:
        if (
            not isinstance(constraint, UniqueConstraint)
            or not constraint.fields
            or (len(constraint.fields) == 1 and constraint.condition is not None)
        ):
            yield NON_FIELD_ERRORS
        else:
            groups.append(constraint.fields)
    for group in map(list, groups):
        if any(name in fields for name in group):
            yield group[0] if len(group) == 1 else NON_FIELD_ERRORS

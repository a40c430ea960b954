"""What a model formset is given besides data: its queryset and its parent, kept as they were given.

A ModelForm writes what was typed into its instance, so no two Django formsets may share instances:
what one had cleaned would be the initial data of the next.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from clientforms.engine.models.model_kinds import is_model, is_queryset

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

__all__ = ["copy_instance", "for_bound", "for_unbound"]


def for_bound(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return `arguments` with a queryset of its own for a bound formset.

    The parent stays the same object: saving it before the formset's rows has to reach them.
    """
    own = dict(arguments)
    if is_queryset(own.get("queryset")):
        own["queryset"] = _own_queryset(own["queryset"])
    return own


def for_unbound(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return `arguments` with a queryset and a parent of its own for a formset without data.

    Without data, Django's inline formsets take away the generated key of a parent not yet saved.
    """
    own = for_bound(arguments)
    if is_model(own.get("instance")):
        own["instance"] = copy_instance(own["instance"])
    return own


def _own_queryset(queryset: QuerySet) -> QuerySet:
    own = queryset.all()
    if queryset._result_cache is not None:  # read already: there may be no database to ask again
        own._result_cache = [copy_instance(instance) for instance in queryset._result_cache]
    return own


def copy_instance(instance: Model) -> Model:
    """Return a copy. copy.copy() wants the model's app installed, which a page need not have."""
    own: Model = object.__new__(type(instance))
    own.__dict__.update(instance.__dict__)
    own._state = copy.copy(instance._state)
    own._state.fields_cache = dict(instance._state.fields_cache)
    return own

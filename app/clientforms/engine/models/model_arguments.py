"""Copy a model formset's queryset and parent, so that the given ones stay unchanged.

A ModelForm writes cleaned data into its instance, so Django formsets must not share instances:
the cleaned data of one would become the initial data of the next.
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
    """Return `arguments` with a copied queryset, for a bound formset.

    The parent is not copied: if it is saved before the formset's rows, they need its key.
    """
    own = dict(arguments)
    if is_queryset(own.get("queryset")):
        own["queryset"] = _own_queryset(own["queryset"])
    return own


def for_unbound(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """Return `arguments` with a copied queryset and parent, for an unbound formset.

    Django's unbound inline formsets remove the generated key of an unsaved parent.
    """
    own = for_bound(arguments)
    if is_model(own.get("instance")):
        own["instance"] = copy_instance(own["instance"])
    return own


def _own_queryset(queryset: QuerySet) -> QuerySet:
    own = queryset.all()
    if queryset._result_cache is not None:  # evaluated: there may be no database to query
        own._result_cache = [copy_instance(instance) for instance in queryset._result_cache]
    return own


def copy_instance(instance: Model) -> Model:
    """Return a copy. copy.copy() needs the model's app to be installed, which it may not be."""
    own: Model = object.__new__(type(instance))
    own.__dict__.update(instance.__dict__)
    own._state = copy.copy(instance._state)
    own._state.fields_cache = dict(instance._state.fields_cache)
    return own

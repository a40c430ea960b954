"""Recognise models and querysets without importing Django's models: few pages need them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from types import ModuleType
from typing import Any

from django.conf import settings
from django.forms import Field
from django.forms.models import ModelChoiceField

__all__ = ["as_choices", "chooses_objects", "for_models", "has_database", "is_model", "is_queryset"]

_NO_DATABASE = "django.db.backends.dummy"


def for_models() -> ModuleType:
    """Return the engine's module for models. It imports Django's: call it only if there is a model."""
    from clientforms.engine.models import without_database

    return without_database


def has_database() -> bool:
    """Return whether Django's settings name a database."""
    default = settings.DATABASES.get("default") or {}
    return bool(default.get("ENGINE", _NO_DATABASE) != _NO_DATABASE)


def as_choices(pairs: Iterable[Sequence[Any]]) -> list[tuple[str, Any]]:
    """Return choices, grouped or not, as Django's tuples, which JSON lacks."""
    return [
        (key, as_choices(label) if isinstance(label, (list, tuple)) else label)
        for key, label in pairs
    ]


def chooses_objects(fields: Mapping[str, Field]) -> bool:
    """Return whether one of these fields chooses among stored objects."""
    return any(isinstance(field, ModelChoiceField) for field in fields.values())


def is_model(value: Any) -> bool:
    """Return whether `value` is an instance of a model."""
    return _is_a(value, "base", "Model")


def is_queryset(value: Any) -> bool:
    """Return whether `value` is a queryset."""
    return _is_a(value, "query", "QuerySet")


def _is_a(value: Any, module: str, name: str) -> bool:
    # If the module was never imported, no value can be an instance.
    loaded = sys.modules.get(f"django.db.models.{module}")
    return loaded is not None and isinstance(value, getattr(loaded, name))

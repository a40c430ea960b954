"""The engine: pure Python on Django. It holds the state of every row and knows no DOM."""

from typing import TYPE_CHECKING, Any

from clientforms.engine.live.client_form import ClientForm
from clientforms.engine.live.client_formset import ClientFormSet
from clientforms.engine.rules.async_mixin import AsyncValidationMixin
from clientforms.engine.rules.conditions import ConditionalFieldsMixin
from clientforms.engine.rules.validation_policy import ValidationPolicy

if TYPE_CHECKING:
    from clientforms.engine.models.given_queryset import GivenQuerySet

__all__ = [
    "AsyncValidationMixin",
    "ClientForm",
    "ClientFormSet",
    "ConditionalFieldsMixin",
    "GivenQuerySet",
    "ValidationPolicy",
]


def __getattr__(name: str) -> Any:
    # The module imports Django's models, which few pages need.
    if name == "GivenQuerySet":
        from clientforms.engine.models.given_queryset import GivenQuerySet

        return GivenQuerySet
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

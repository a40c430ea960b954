"""The engine: pure Python on Django. It knows the truth about every row, and no DOM."""

from typing import TYPE_CHECKING, Any

from clientforms.engine.async_forms import AsyncValidationMixin
from clientforms.engine.conditions import ConditionalFieldsMixin
from clientforms.engine.form import ClientForm
from clientforms.engine.formset import ClientFormSet
from clientforms.engine.policy import ValidationPolicy

if TYPE_CHECKING:
    from clientforms.engine.given_rows import GivenQuerySet

__all__ = [
    "AsyncValidationMixin",
    "ClientForm",
    "ClientFormSet",
    "ConditionalFieldsMixin",
    "GivenQuerySet",
    "ValidationPolicy",
]


def __getattr__(name: str) -> Any:
    # It imports Django's models, which few pages have.
    if name == "GivenQuerySet":
        from clientforms.engine.given_rows import GivenQuerySet

        return GivenQuerySet
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

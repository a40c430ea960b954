"""The engine: pure Python on Django. It knows the truth about every row, and no DOM."""

from clientforms.engine.async_forms import AsyncValidationMixin
from clientforms.engine.conditions import ConditionalFieldsMixin
from clientforms.engine.form import ClientForm
from clientforms.engine.formset import ClientFormSet
from clientforms.engine.given_rows import GivenQuerySet
from clientforms.engine.policy import ValidationPolicy

__all__ = [
    "AsyncValidationMixin",
    "ClientForm",
    "ClientFormSet",
    "ConditionalFieldsMixin",
    "GivenQuerySet",
    "ValidationPolicy",
]

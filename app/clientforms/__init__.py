"""clientforms: a developer's own Django forms and formsets, live in a static page."""

from clientforms.engine import (
    AsyncValidationMixin,
    ClientForm,
    ClientFormSet,
    ConditionalFieldsMixin,
    GivenQuerySet,
)
from clientforms.errors import (
    ClientFormsError,
    DataError,
    LimitError,
    TargetError,
    UserCodeError,
)

__all__ = [
    "AsyncValidationMixin",
    "ClientForm",
    "ClientFormSet",
    "ClientFormsError",
    "ConditionalFieldsMixin",
    "DataError",
    "GivenQuerySet",
    "LimitError",
    "TargetError",
    "UserCodeError",
    "__version__",
]

__version__ = "0.1.0"

"""clientforms: a developer's own Django forms and formsets, live in a static page."""

from clientforms.engine import AsyncValidationMixin, ClientForm, ClientFormSet
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
    "DataError",
    "LimitError",
    "TargetError",
    "UserCodeError",
    "__version__",
]

__version__ = "0.1.0"

"""clientforms: a developer's own Django forms and formsets, live in a static page."""

from typing import TYPE_CHECKING, Any

from clientforms.errors import (
    ClientFormsError,
    DataError,
    LimitError,
    TargetError,
    UserCodeError,
)

if TYPE_CHECKING:
    from clientforms.engine import (
        AsyncValidationMixin,
        ClientForm,
        ClientFormSet,
        ConditionalFieldsMixin,
        GivenQuerySet,
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


def __getattr__(name: str) -> Any:
    # The engine imports Django, a quarter of a second that the command need not wait for.
    if name in __all__:
        from clientforms import engine

        return getattr(engine, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")

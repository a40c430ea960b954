"""The exceptions that clientforms raises. Each message names the culprit and the remedy."""

from __future__ import annotations

__all__ = [
    "ClientFormsError",
    "DataError",
    "LimitError",
    "TargetError",
    "UserCodeError",
]


class ClientFormsError(Exception):
    """Base of every exception that clientforms raises on purpose."""


class TargetError(ClientFormsError):
    """The form or formset with the given name does not exist, or is of the wrong kind."""


class DataError(ClientFormsError, ValueError):
    """The keys, types or row numbers of the given data do not fit the form."""


class LimitError(ClientFormsError):
    """An operation would break `min_num`, `max_num` or `absolute_max`, or a row cannot be removed."""


class UserCodeError(ClientFormsError):
    """A user's own form code raised something other than a `ValidationError`.

    The original exception is the `__cause__`; `culprit` says whose code it was, for example
    `ArticleForm.clean() of articles-2`.
    """

    def __init__(self, culprit: str, cause: BaseException) -> None:
        super().__init__(
            f"{culprit} raised {type(cause).__name__}: {cause}. "
            "Raise a ValidationError for what the user should fix; anything else is a bug there."
        )
        self.culprit = culprit
        self.__cause__ = cause

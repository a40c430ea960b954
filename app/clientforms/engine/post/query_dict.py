"""Make QueryDicts, as in Django's requests, of posted strings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import QueryDict

__all__ = ["query_dict"]


def query_dict(data: Mapping[str, Sequence[str]], kind: type[QueryDict] = QueryDict) -> QueryDict:
    """Return `data` as an immutable QueryDict like `request.POST`, or as its subclass `kind`."""
    result = kind(mutable=True)
    for name, values in data.items():
        result.setlist(name, list(values))
    result._mutable = False
    return result

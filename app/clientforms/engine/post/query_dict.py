"""Posted strings as Django's request has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.http import QueryDict

__all__ = ["query_dict"]


def query_dict(data: Mapping[str, Sequence[str]], kind: type[QueryDict] = QueryDict) -> QueryDict:
    """Return `data` as the immutable QueryDict, or a `kind` of it, that `request.POST` would be."""
    result = kind(mutable=True)
    for name, values in data.items():
        result.setlist(name, list(values))
    result._mutable = False
    return result

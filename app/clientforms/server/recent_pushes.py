"""The last pushes about each form, in Django's cache for a while: for pages that were not connected at that moment.

A page is not from when it is rendered until Python is up, and not from when its server ends until it has another one.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.cache import cache

__all__ = ["missed_pushes", "now", "remember_push"]

_KEPT = 3600  # seconds
_OVERLAP = 2  # seconds by which the clocks of two servers may differ


def remember_push(message: Mapping[str, Any]) -> None:
    """Remember what goes through the channel layer, instead of what was pushed before about the same field.

    The errors of a form are one, with an empty name.
    """
    cache.set(_key(message["group"], message["field"]), dict(message), timeout=_KEPT)


def missed_pushes(group: str, fields: Iterable[str], since: float) -> list[dict[str, Any]]:
    """Return what was pushed to a group after a page heard of it last, the oldest first."""
    found = cache.get_many([_key(group, field) for field in ("", *fields)]).values()
    missed = [message for message in found if message["at"] > since - _OVERLAP]
    return sorted(missed, key=lambda message: float(message["at"]))


def now() -> float:
    """Return the time, as pages and pushes have it."""
    return round(time.time(), 3)


def _key(group: str, field: str) -> str:
    return f"{group}:{field}"

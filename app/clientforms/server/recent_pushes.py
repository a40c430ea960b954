"""The most recent pushes for each form, stored in Django's cache for pages that were not connected when they were sent.

A page is not connected between being rendered and Python starting, nor between losing one server and reaching another.
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
    """Store a push that is sent through the channel layer. It replaces the previous push for the same field.

    All pushed errors of a form count as one field, whose name is empty.
    """
    cache.set(_key(message["group"], message["field"]), dict(message), timeout=_KEPT)


def missed_pushes(group: str, fields: Iterable[str], since: float) -> list[dict[str, Any]]:
    """Return the pushes to a group since the time `since` in seconds, oldest first."""
    found = cache.get_many([_key(group, field) for field in ("", *fields)]).values()
    missed = [message for message in found if message["at"] > since - _OVERLAP]
    return sorted(missed, key=lambda message: float(message["at"]))


def now() -> float:
    """Return the current time in seconds, as used in pages and pushes."""
    return round(time.time(), 3)


def _key(group: str, field: str) -> str:
    return f"{group}:{field}"

"""One connection to the database, and to each cache, for the whole page.

Django keeps them for each thread or asynchronous task. In a page, each click is a task of its own, and would open
the database again.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.core.cache import caches
from django.db import connections

__all__ = ["install"]


def install() -> None:
    """Let all tasks have the same connections. Call it before there are any."""
    handler: Any
    for handler in (connections, caches):
        handler._connections = SimpleNamespace()

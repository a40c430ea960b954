"""Rules that the page leaves to its server, and asks it about: there the engine's warning is no news for anybody."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from clientforms.browser.runtime import console

__all__ = ["asked_about", "warn_of_others_only"]

_are_asked_about: ContextVar[bool] = ContextVar("are_asked_about", default=False)


@contextmanager
def asked_about(whether: bool) -> Iterator[None]:
    """Whether the page asks the server about rules that run in this block, and are left to it."""
    token = _are_asked_about.set(whether)
    try:
        yield
    finally:
        _are_asked_about.reset(token)


def warn_of_others_only() -> None:
    """Let the engine warn only of rules that nobody asks about. The others are told to who debugs the page."""
    log = logging.getLogger("clientforms")
    if _is_news not in log.filters:
        log.addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    rule = getattr(record, "rule", None)
    if rule is None or not _are_asked_about.get():
        return True
    console.debug(f"clientforms: {rule.what}. The page asks the server about it.")
    return False

"""Suppresses the engine's warnings about rules that cannot run in the page if the page asks the server about them."""

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
    """Declare in a block whether the page asks the server about rules that cannot run in the page."""
    token = _are_asked_about.set(whether)
    try:
        yield
    finally:
        _are_asked_about.reset(token)


def warn_of_others_only() -> None:
    """Let the engine warn only about rules that are not asked about. The others appear in the console's debug output."""
    log = logging.getLogger("clientforms")
    if _is_news not in log.filters:
        log.addFilter(_is_news)


def _is_news(record: logging.LogRecord) -> bool:
    rule = getattr(record, "rule", None)
    if rule is None or not _are_asked_about.get():
        return True
    console.debug(f"clientforms: {rule.what}. The page asks the server about it.")
    return False

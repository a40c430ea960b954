"""Refused questions. Each refusal has an HTTP status, and a reason for the log and the page."""

from __future__ import annotations

import logging

__all__ = ["Refusal", "log_refusal"]

_log = logging.getLogger("clientforms.server")
_LONGEST_NAME = 100  # characters of a client's form name that are logged


class Refusal(Exception):
    """Raised if a question is not answered. `status` is an HTTP status, also on a WebSocket."""

    def __init__(self, status: int, reason: str, *, retry_after: int = 0) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.retry_after = retry_after
        """Seconds after which the question may be repeated, 0 if repeating it would not help."""

    def as_json(self) -> dict[str, object]:
        """Return the refusal as data for the page's JSON."""
        retry = {"retryAfter": self.retry_after} if self.retry_after else {}
        return {"status": self.status, "refused": self.reason, **retry}


def log_refusal(refusal: Refusal, address: str, form: object = "") -> None:
    """Log a refusal with its status, client address, form name and reason."""
    named = repr(form)[:_LONGEST_NAME]
    _log.warning("%d for %s, form %s: %s", refusal.status, address, named, refusal.reason)

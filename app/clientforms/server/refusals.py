"""Refused questions: each has a status, and a reason for the log and for the page."""

from __future__ import annotations

import logging

__all__ = ["Refusal", "log_refusal"]

_log = logging.getLogger("clientforms.server")
_LONGEST_NAME = 100  # characters of what a client calls a form, in a line of the log


class Refusal(Exception):
    """Raised for a question that gets no answer. `status` is that of HTTP, on a socket too."""

    def __init__(self, status: int, reason: str, *, retry_after: int = 0) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason
        self.retry_after = retry_after
        """Seconds after which the same question may be asked again, 0 if that would not help."""

    def as_json(self) -> dict[str, object]:
        """Return what the page gets."""
        retry = {"retryAfter": self.retry_after} if self.retry_after else {}
        return {"status": self.status, "refused": self.reason, **retry}


def log_refusal(refusal: Refusal, address: str, form: object = "") -> None:
    """Write one line that says what was refused, to whom, and why."""
    named = repr(form)[:_LONGEST_NAME]
    _log.warning("%d for %s, form %s: %s", refusal.status, address, named, refusal.reason)

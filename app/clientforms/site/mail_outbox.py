"""Mail that a site in the page sends: nobody gets it, and the visitor can read it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

__all__ = ["EmailBackend", "messages", "when_sent"]

messages: list[EmailMessage] = []
"""The mail of this page, the oldest first."""

_listeners: list[Callable[[], None]] = []


def when_sent(callback: Callable[[], None]) -> None:
    """Call `callback` after each mail."""
    _listeners.append(callback)


class EmailBackend(BaseEmailBackend):
    """Keeps mail in `messages`."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        """Add the messages; return their number. Raises BadHeaderError as a real backend does."""
        for message in email_messages:
            message.message()  # checks the headers
            messages.append(message)
        for callback in _listeners:
            callback()
        return len(email_messages)

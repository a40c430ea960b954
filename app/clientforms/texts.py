"""The words that clientforms itself says, in the page's language; Django's own are Django's.

Whatever a user can see or hear goes through `text()` or `counted()`, with the English words written
out in the call, so that they are found there. Their translations stand in
`clientforms/locale/<locale>/LC_MESSAGES/django.po`; a test names those that are missing. What
developers are told, on the console and in errors, stays English.
"""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

__all__ = ["counted", "text"]


def text(message: str, /, **values: object) -> str:
    """Return `message` translated, with its `%(name)s` filled in from `values`."""
    translated = gettext(message)
    return translated % values if values else translated


def counted(singular: str, plural: str, count: int, /, **values: object) -> str:
    """Return the form that fits `count` translated; `%(count)d` is filled in, and `values`."""
    return ngettext(singular, plural, count) % {"count": count, **values}

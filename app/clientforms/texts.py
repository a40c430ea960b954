"""The texts of clientforms itself, in the page's language. Django translates its own.

Whatever a user can see or hear goes through `text()` or `counted()`, with the English text
written out in the call, so that it can be extracted. The translations are in
`clientforms/locale/<locale>/LC_MESSAGES/django.po`; a test names those that are missing.
Messages for developers, on the console and in errors, stay English.
"""

from __future__ import annotations

from django.utils.translation import gettext, ngettext

__all__ = ["counted", "text"]


def text(message: str, /, **values: object) -> str:
    """Return `message` translated, with placeholders such as `%(name)s` filled in from `values`."""
    translated = gettext(message)
    return translated % values if values else translated


def counted(singular: str, plural: str, count: int, /, **values: object) -> str:
    """Return the translated singular or plural for `count`, with `%(count)d` and `values` filled in."""
    return ngettext(singular, plural, count) % {"count": count, **values}

"""The texts of clientforms itself, in the page's language. Django translates its own.

Whatever a user can see or hear goes through `text()` or `counted()`, with the English text
written out in the call, so that it can be extracted. The translations are in
`clientforms/locale/<locale>/LC_MESSAGES/django.po`; a test names those that are missing. A few words are
Django's: `Messages`, and those of its admin (`builder/runtime/archives.py`).
Messages for developers, on the console and in errors, stay English.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.translation import get_language, gettext, ngettext

__all__ = ["counted", "text", "text_of"]

_TRADITIONAL_CHINESE = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")


def text(message: str, /, **values: object) -> str:
    """Return `message` translated, with placeholders such as `%(name)s` filled in from `values`."""
    translated = gettext(message)
    return translated % values if values else translated


def counted(singular: str, plural: str, count: int, /, **values: object) -> str:
    """Return the translated singular or plural for `count`, with `%(count)d` and `values` filled in."""
    return ngettext(singular, plural, count) % {"count": count, **values}


def text_of(translations: Mapping[str, str], english: str, /, **values: object) -> str:
    """Return the one of `translations`, by language code, for the page's language or that without its region.

    `english` is returned if there is none. Placeholders are filled in from `values`.
    """
    code = (get_language() or "en").lower()
    general = "" if code.startswith(_TRADITIONAL_CHINESE) else code.partition("-")[0]
    said = translations.get(code) or translations.get(general, english)
    return said % values if values else said

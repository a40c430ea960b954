"""The texts of clientforms itself, in the page's language. Django translates its own.

Whatever a user can see or hear goes through `text()` or `counted()`, with the English text
written out in the call, so that it can be extracted. The translations are in
`clientforms/locale/<locale>/LC_MESSAGES/django.po`; a test names those that are missing. A few words are
Django's: `Messages`, and those of its admin (`builder/runtime/archives.py`).

In a language without translations, texts are English and say so (`EnglishText`), and `marks()` are the
attributes of elements that show them. Messages for developers, on the console and in errors, stay English.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from django.utils.translation import get_language, get_language_bidi, gettext, ngettext

__all__ = [
    "EnglishText", "counted", "is_english", "is_spoken", "joined", "known_code", "marks", "text", "text_of",
]  # fmt: skip

_TRADITIONAL_CHINESE = ("zh-hant", "zh-tw", "zh-hk", "zh-mo")
_IN_EVERY_CATALOG = "Undo"


class EnglishText(str):
    """A text in English for a page of another language, because there is no translation."""

    __slots__ = ()


def text(message: str, /, **values: object) -> str:
    """Return `message` translated, with placeholders such as `%(name)s` filled in from `values`."""
    translated = gettext(message)
    said = translated % values if values else translated
    return said if translated != message or is_spoken() else EnglishText(said)


def counted(singular: str, plural: str, count: int, /, **values: object) -> str:
    """Return the translated singular or plural for `count`, with `%(count)d` and `values` filled in."""
    translated = ngettext(singular, plural, count)
    said = translated % {"count": count, **values}
    return said if translated not in (singular, plural) or is_spoken() else EnglishText(said)


def text_of(translations: Mapping[str, str], english: str, /, **values: object) -> str:
    """Return the one of `translations`, by language code, for the page's language or that without its region.

    `english` is returned if there is none. Placeholders are filled in from `values`.
    """
    code = known_code(translations, get_language() or "en")
    said = translations[code] if code else english
    said = said % values if values else said
    return said if code or is_english() else EnglishText(said)


def known_code(codes: Container[str], language: str) -> str:
    """Return the one of `codes` for a language, or for that without its region, or an empty string.

    The words of simplified Chinese are not for readers of traditional.
    """
    code = language.lower().replace("_", "-")
    general = "" if code.startswith(_TRADITIONAL_CHINESE) else code.partition("-")[0]
    return next((each for each in (code, general) if each in codes), "")


def joined(texts: Iterable[str]) -> str:
    """Return `texts` with spaces between them. The whole is an EnglishText if any of them is."""
    parts = list(texts)
    said = " ".join(parts)
    return EnglishText(said) if any(isinstance(part, EnglishText) for part in parts) else said


def is_spoken() -> bool:
    """Return whether clientforms or the author has a catalog with these texts in the active language."""
    return is_english() or gettext(_IN_EVERY_CATALOG) != _IN_EVERY_CATALOG


def is_english() -> bool:
    """Return whether the active language is English, of any region."""
    return (get_language() or "en").partition("-")[0] == "en"


def marks(*texts: str) -> dict[str, str]:
    """Return the attributes of an element that shows `texts`: its language if one of them is an EnglishText."""
    if not any(isinstance(each, EnglishText) for each in texts):
        return {}
    return {"lang": "en", "dir": "ltr"} if get_language_bidi() else {"lang": "en"}

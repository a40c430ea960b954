"""Text as a POST carries it: its line ends, and what UTF-8 cannot say.

HTML standard, "Constructing the entry list" and "Multipart form data": each CR, LF and CRLF goes
as CRLF, and a surrogate without its other half as U+FFFD. NUL goes as it is: Django refuses it.
"""

from __future__ import annotations

import re

__all__ = ["as_shown", "posted_text", "posted_texts"]

_SURROGATE = re.compile("[\ud800-\udfff]")


def posted_text(text: str) -> str:
    """Return what a POST carries of a control that holds `text`."""
    if text.isprintable():  # so most texts are, and it is told at once
        return text
    if "\n" in text or "\r" in text:
        text = as_shown(text).replace("\r", "\n").replace("\n", "\r\n")
    if not text.isascii() and _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def as_shown(text: str) -> str:
    """Return what a control in a page holds of `text` that was posted: LF ends its lines."""
    return text.replace("\r\n", "\n")


def posted_texts(values: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return what a POST carries of `values`: the same dictionary if that is what they are."""
    for texts in values.values():
        for text in texts:
            if not text.isprintable() and posted_text(text) != text:
                return {name: list(map(posted_text, texts)) for name, texts in values.items()}
    return values

"""Text as a POST carries it: with normalized line ends and without lone surrogates.

HTML standard, "Constructing the entry list" and "Multipart form data": CR, LF and CRLF are sent
as CRLF, a lone surrogate as U+FFFD. NUL is sent unchanged, and Django refuses it.
"""

from __future__ import annotations

import re

__all__ = ["as_shown", "posted_text", "posted_texts"]

_SURROGATE = re.compile("[\ud800-\udfff]")


def posted_text(text: str) -> str:
    """Return what a control that holds `text` posts."""
    if text.isprintable():  # true of most texts, and quickly tested
        return text
    if "\n" in text or "\r" in text:
        text = as_shown(text).replace("\r", "\n").replace("\n", "\r\n")
    if not text.isascii() and _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def as_shown(text: str) -> str:
    """Return posted `text` as a control in a page holds it, with LF as line ends."""
    return text.replace("\r\n", "\n")


def posted_texts(values: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return `values` as a POST carries them: the same dictionary if nothing changes."""
    for texts in values.values():
        for text in texts:
            if not text.isprintable() and posted_text(text) != text:
                return {name: list(map(posted_text, texts)) for name, texts in values.items()}
    return values

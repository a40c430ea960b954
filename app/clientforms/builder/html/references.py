"""Find and replace references to other files in style sheets and scripts."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

__all__ = ["CSS_IMPORT", "CSS_URL", "REFERRING_SUFFIXES", "referred_to", "with_others"]

CSS_URL = re.compile(r"""(url\(\s*["']?)([^"')]+)(["']?\s*\))""")
"""A URL in a style sheet, and the text around it."""

CSS_IMPORT = re.compile(
    r"""@import\s+(?:url\(\s*)?["']?([^"')\s;]+)["']?\s*\)?([^;]*);""", re.IGNORECASE
)
"""An `@import` rule: its URL and its media query."""

_NAMED_IMPORT = re.compile(r"""(@import\s+["'])([^"']+)(["'])""", re.IGNORECASE)
_SCRIPT_IMPORT = re.compile(r"""(\b(?:from|import)\s*\(?\s*["'])(\.\.?/[^"']+)(["'])""")
_PATTERNS = {".css": (CSS_URL, _NAMED_IMPORT), ".js": (_SCRIPT_IMPORT,)}

REFERRING_SUFFIXES = frozenset(_PATTERNS)
"""Suffixes of files that may contain references."""


def referred_to(suffix: str, text: str) -> Iterator[str]:
    """Yield the URLs in a file's text: `url()` and `@import` in `.css`, modules in `.js`."""
    for pattern in _PATTERNS.get(suffix, ()):
        for found in pattern.finditer(text):
            yield found[2]


def with_others(suffix: str, text: str, to: Callable[[str], str]) -> str:
    """Return a file's text with its URLs converted by `to`."""
    for pattern in _PATTERNS.get(suffix, ()):
        text = pattern.sub(lambda found: f"{found[1]}{to(found[2])}{found[3]}", text)
    return text

"""Find the packed language of a page, in the same way as `static/interpreter.js`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..output.findings import Finding
from .html_tree import HtmlTree

__all__ = ["asked_language", "packed_code", "unspoken"]


def asked_language(tree: HtmlTree) -> str:
    """Return the language of a page: `data-language` or `lang` of its `<html>`."""
    html = tree.first("html")
    given = html.attributes if html else {}
    return given.get("data-language") or given.get("lang") or "en"


def packed_code(asked: str, codes: Mapping[str, str]) -> str | None:
    """Return the name of the archive of a language, or of the language without its region.

    `codes` is `languages.json`. Returns None if neither is packed.
    """
    asked = asked.strip().lower().replace("_", "-")
    while asked:
        if asked in codes:
            return codes[asked]
        asked = asked.rpartition("-")[0]
    return None


def unspoken(languages: Sequence[str]) -> Finding:
    """Return the warning that clientforms has no words in these languages, which Django has."""
    what = (
        f"clientforms has no words in {', '.join(languages)}: its buttons and messages are in English there, and "
        "marked so. Translate clientforms/locale/de/LC_MESSAGES/django.po into a folder of LOCALE_PATHS"
    )
    return Finding(None, 0, what, False)

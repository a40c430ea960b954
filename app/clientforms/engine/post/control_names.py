"""Convert names of controls in the page to names that do not depend on the row's place.

A row keeps its values under *local* names: the posted name with the row's prefix replaced by
Django's own `__prefix__` (`articles-2-title` is `__prefix__-title`,
`initial-articles-2-when` is `initial-__prefix__-when`). In a plain form, local names are the
posted names.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

__all__ = ["PLACEHOLDER", "field_of", "number_in", "to_local", "to_posted"]

PLACEHOLDER = "__prefix__"
_LEADS = (
    "",
    "initial-",
)  # BaseForm.add_initial_prefix() writes "initial-" before the prefix


def to_local(name: str, prefix: str | None) -> str | None:
    """Return the local name of the posted `name` in the row with `prefix`.

    None if the name belongs to another row or formset: `art-1` is not `art-10`.
    """
    if not prefix:
        return name
    for lead in _LEADS:
        start = lead + prefix
        if name.startswith(start) and not name[len(start) : len(start) + 1].isalnum():
            return lead + PLACEHOLDER + name[len(start) :]
    return None


def number_in(name: str, prefix: str) -> int | None:
    """Return the number of the row in a posted name of the formset `prefix`, or None."""
    found = re.match(rf"(?:initial-)?{re.escape(prefix)}-(\d+)-", name)
    return int(found[1]) if found else None


def to_posted(local: str, prefix: str | None) -> str:
    """Return the posted name for the name `local` in the row with `prefix`."""
    return local.replace(PLACEHOLDER, prefix, 1) if prefix else local


def field_of(name: str, html_names: Sequence[tuple[str, str]]) -> str | None:
    """Return the field whose control is called `name`, or None.

    `html_names` are pairs of a field's name and its `html_name`. Widgets with several controls add
    a suffix (`when_0`, `when_month`), so the longest matching name wins.
    """
    for field, html_name in html_names:
        if html_name == name:  # most controls: an exact match
            return field
    best, best_length = None, -1
    fitting = {name, *(name[: end.start()] for end in re.finditer("[_-]", name))}
    for field, html_name in html_names:
        if html_name in fitting and len(html_name) > best_length:
            best, best_length = field, len(html_name)
    return best

"""Fields that drafts must not contain: passwords, codes, cards, files."""

from __future__ import annotations

from collections.abc import Iterable

from django.forms import Field, PasswordInput, Widget
from django.forms.widgets import MultiWidget

from clientforms.engine.rows.row import Row

__all__ = ["SECRET_HINTS", "SECRET_START", "is_withheld", "withheld_names"]

SECRET_HINTS = ("new-password", "current-password", "one-time-code")
SECRET_START = "cc-"
"""HTML's `autocomplete` tokens for secrets, and the prefix of those for payment cards."""


def is_withheld(field: Field, secret: bool = False) -> bool:
    """Return whether drafts leave the field out. `secret` says that the page knows it to be secret."""
    return secret or _is_secret(field.widget)


def withheld_names(rows: Iterable[Row]) -> set[str]:
    """Return the names of fields that drafts leave out, in `rows` and in their nested formsets."""
    found: set[str] = set()
    seen: set[int] = set()
    for row in rows:
        for name, field in row.fields.items():
            if id(field.widget) not in seen and is_withheld(field):
                found.add(name)
            seen.add(id(field.widget))
        for inner in row.nested.values():
            found |= withheld_names(inner.rows)
    return found


def _is_secret(widget: Widget) -> bool:
    if isinstance(widget, MultiWidget):
        return any(map(_is_secret, widget.widgets))
    if isinstance(widget, PasswordInput) or widget.needs_multipart_form:
        return True
    if getattr(widget, "input_type", "") in ("password", "file"):
        return True
    hints = str(widget.attrs.get("autocomplete", "")).lower().split()
    return widget.attrs.get("data-draft") == "off" or any(
        hint in SECRET_HINTS or hint.startswith(SECRET_START) for hint in hints
    )

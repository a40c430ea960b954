"""What a row is called for those who hear it: “Article 2”, and “Remove Article 2” on its button.

Screens show rows one below the other. Whoever hears a page jumps from control to control, so rows,
buttons and announcements all say the same name.
"""

from __future__ import annotations

import re

from django.forms import BaseForm, BaseFormSet
from django.utils.functional import Promise
from django.utils.text import capfirst

from clientforms.texts import is_english, text

__all__ = ["button_name", "button_pattern", "row_label_of", "row_name"]

_SUFFIX = re.compile(r"_?(Form|Formset|FormSet)$")
_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_LEAST = 3  # letters: shorter names of classes say nothing


def row_label_of(formset_class: type[BaseFormSet]) -> str:
    """Return the noun for a row: `verbose_name` of its form or model, or else its class in words.

    The class is named in English, so other languages say “Item” in their own word instead, as does
    English for a class without a telling name.
    """
    form_class: type[BaseForm] | None = getattr(formset_class, "form", None)
    model = getattr(getattr(form_class, "_meta", None), "model", None)
    said = getattr(form_class, "verbose_name", None) or (model and model._meta.verbose_name)
    if not isinstance(said, (str, Promise)):
        said = _in_words(form_class.__name__) if form_class and is_english() else ""
    return str(capfirst(said)) or text("Item")


def row_name(label: str, number: int) -> str:
    """Return the name of the row that is at place `number` of the page, counted from 1."""
    return f"{label} {number}"


def button_name(action: str, row: str) -> str:
    """Return the accessible name of the button `action` in the row with this name."""
    return text("%(action)s %(row)s", action=action, row=row)


def button_pattern() -> str:
    """Return `button_name()` with its placeholders `%(action)s` and `%(row)s`."""
    return text("%(action)s %(row)s")


def _in_words(name: str) -> str:
    """Return `Order line` for `OrderLineForm`, and nothing for a name such as `F` or `Form2`."""
    plain = _SUFFIX.sub("", name)
    words = _WORDS.findall(plain)
    if len(plain) < _LEAST or "".join(words) != plain:
        return ""
    return " ".join(word if word.isupper() else word.lower() for word in words)

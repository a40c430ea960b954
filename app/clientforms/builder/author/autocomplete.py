"""What a browser can do for those who fill in a form if it is told more of a field than Django does.

It can fill in fields about the person: WCAG 1.3.5 asks for it, because whoever finds typing or remembering hard has
these values stored. And it can show the keyboard that fits.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.core.validators import RegexValidator
from django.forms import BaseForm, CharField, EmailField, Field

from clientforms.engine.html.on_screen_keyboards import INPUT_MODE, mode_of

__all__ = ["autocomplete_hints", "keyboard_hints"]

# What a field is called, to the value of `autocomplete` (HTML standard, "Autofill").
_TOKENS = {
    r"(e_?)?mail(_address)?": "email",
    r"first_?name|given_?name": "given-name",
    r"last_?name|family_?name|surname": "family-name",
    r"full_?name|your_?name": "name",
    r"user_?name|login": "username",
    r"(old|current)_password": "current-password",
    r"password|password_?[12]|new_password\d?|(password|new_password)_(again|confirm(ation)?|repeat(ed)?)": "new-password",
    r"(tele)?phone(_number)?|mobile": "tel",
    r"street|street_address|address": "street-address",
    r"(address|street)_?(line)?_?1": "address-line1",
    r"(address|street)_?(line)?_?2": "address-line2",
    r"postal_?code|post_?code|zip(_?code)?": "postal-code",
    r"city|town": "address-level2",
    r"country": "country",
    r"organi[sz]ation|company": "organization",
    r"birth_?(day|date)|date_of_birth": "bday",
}  # fmt: skip

_DIGITS = re.compile(r"[\^(]*((?:\\d|\[0-9\])(?:\{\d+(?:,\d*)?\}|[+*?])?)+[)$]*(?:\\Z)?")
"""Patterns of digits and nothing else."""

_TYPES = ("date", "email", "password", "tel", "text")


def autocomplete_hints(form: BaseForm) -> Iterator[str]:
    """Yield a sentence for each field that could have an `autocomplete` attribute and has none."""
    for name, field in form.fields.items():
        widget = field.widget
        if widget.is_hidden or "autocomplete" in widget.attrs or field.disabled:
            continue
        token = _token(name)
        if not token and isinstance(field, EmailField):
            token = "email"
        if token and (token == "country" or getattr(widget, "input_type", "") in _TYPES):
            yield (
                f'{name}: if it is about the person who fills in the form, give its widget attrs={{"autocomplete": '
                f'"{token}"}}, so that browsers can fill it in (WCAG 1.3.5)'
            )


def keyboard_hints(form: BaseForm) -> Iterator[str]:
    """Yield a sentence for each field for which a phone shows letters, though others would do."""
    for name, field in form.fields.items():
        kind = field.widget.attrs.get("type", getattr(field.widget, "input_type", ""))
        if field.disabled or INPUT_MODE in field.widget.attrs:
            continue
        if kind == "text" and _token(name) == "tel":
            yield (
                f'{name}: if it is a telephone number, give its widget attrs={{"type": "tel"}}, so that phones show the '
                "keys for it"
            )
        elif mode := _mode(field, kind):
            yield (
                f'{name}: give its widget attrs={{"{INPUT_MODE}": "{mode}"}}, so that phones show the keys for it'
            )


def _mode(field: Field, kind: str) -> str:
    """Return the value of `inputmode` that a field lacks."""
    if kind == "number":  # phones know the keys for whole numbers
        mode = mode_of(field)
        return mode if mode == "decimal" else ""
    is_digits = isinstance(field, CharField) and any(map(_wants_digits, field.validators))
    return "numeric" if is_digits and kind in ("text", "password") else ""


def _wants_digits(validator: object) -> bool:
    if not isinstance(validator, RegexValidator) or validator.inverse_match:
        return False
    return bool(_DIGITS.fullmatch(validator.regex.pattern))


def _token(name: str) -> str:
    return next((token for words, token in _TOKENS.items() if re.fullmatch(words, name)), "")

"""Fields about the person who fills in a form, which a browser can fill in if it is told what they are.

WCAG 1.3.5 asks for it: whoever finds typing or remembering hard has these values stored.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.forms import BaseForm, EmailField

__all__ = ["autocomplete_hints"]

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


def _token(name: str) -> str:
    return next((token for words, token in _TOKENS.items() if re.fullmatch(words, name)), "")

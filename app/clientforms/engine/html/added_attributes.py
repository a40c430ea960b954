"""Attributes that help to fill in a form, and that Django's HTML lacks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

from django.forms import BaseForm

from clientforms.engine.html.on_screen_keyboards import fit_keyboards
from clientforms.engine.html.required_fields import expose_required
from clientforms.engine.html.split_fields import name_parts

__all__ = ["add_attributes", "adding_attributes"]


def add_attributes(form: BaseForm) -> list[tuple[MutableMapping[str, Any], str]]:
    """Let the HTML of `form` say which fields are required, name the parts of split ones, and fit keyboards.

    Returns what was added, pairs of a dict and a key.
    """
    return [*expose_required(form), *name_parts(form), *fit_keyboards(form)]


@contextmanager
def adding_attributes(forms: Iterable[BaseForm]) -> Iterator[None]:
    """While the block renders `forms`, let their HTML have what `add_attributes()` adds."""
    added = [each for form in forms for each in add_attributes(form)]
    try:
        yield
    finally:
        for attributes, name in added:
            attributes.pop(name, None)

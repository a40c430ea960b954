"""What a form's HTML says to those who hear it, and Django's does not."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.forms import BaseForm

from clientforms.engine.html.required_fields import expose_required
from clientforms.engine.html.split_fields import name_parts

__all__ = ["add_aria", "adding_aria"]


def add_aria(form: BaseForm) -> None:
    """Let each HTML of `form` say which fields are required, and name the parts of split ones."""
    expose_required(form)
    name_parts(form)


@contextmanager
def adding_aria(forms: Iterable[BaseForm]) -> Iterator[None]:
    """While the block renders `forms`, let their HTML have what `add_aria()` adds."""
    added = [each for form in forms for each in (*expose_required(form), *name_parts(form))]
    try:
        yield
    finally:
        for attributes, name in added:
            attributes.pop(name, None)

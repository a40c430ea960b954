"""Prerender fields whose initial value depends on the present moment (`initial=date.today`).

They are rendered without a value and marked. `browser/rows/callable_initial.py` fills them in when
the page is opened.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import Any

from django.forms import BaseForm

from clientforms.builder.html.html_tree import HtmlTree
from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.html.row_html import MOMENT

__all__ = ["UnfitError", "mark_moments", "without_moments"]


class UnfitError(Exception):
    """The HTML of a form cannot be rendered in advance."""


_usual = BaseForm.get_initial_for_field


@contextlib.contextmanager
def without_moments() -> Iterator[None]:
    """Make fields with a callable initial value blank in the block."""
    BaseForm.get_initial_for_field = _blank
    try:
        yield
    finally:
        BaseForm.get_initial_for_field = _usual


def mark_moments(
    tree: HtmlTree, live: ClientForm | ClientFormSet, key: str, form: BaseForm
) -> None:
    """Mark the controls of the rendered row `key` that get their value when the page is opened.

    Raises UnfitError if there are any and the form overrides `get_initial_for_field()`.
    """
    moments = live.of_the_moment(key)
    if moments and type(form).get_initial_for_field is not _blank:
        raise UnfitError("it overrides get_initial_for_field(), and has a callable initial value.")
    for element in tree.elements if moments else ():
        is_control = element.tag in ("input", "select", "textarea")
        if is_control and live.field_of(key, element.attributes.get("name", "")) in moments:
            tree.set_attribute(element, MOMENT)


def _blank(form: BaseForm, field: Any, field_name: str) -> Any:
    is_of_the_moment = callable(form.initial.get(field_name, field.initial))
    return None if is_of_the_moment else _usual(form, field, field_name)

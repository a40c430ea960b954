"""Fields that start with the value of the moment (`initial=date.today`), in a page made beforehand.

They stand in it without a value, and marked: the page asks for it when it is opened, in
`browser/rows/callable_initial.py`.
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
    """A form whose HTML is not known before the page is opened."""


_usual = BaseForm.get_initial_for_field


@contextlib.contextmanager
def without_moments() -> Iterator[None]:
    """Let no form call what it has for an initial value: such a field has none meanwhile."""
    BaseForm.get_initial_for_field = _blank
    try:
        yield
    finally:
        BaseForm.get_initial_for_field = _usual


def mark_moments(
    tree: HtmlTree, live: ClientForm | ClientFormSet, key: str, form: BaseForm
) -> None:
    """Mark the controls of the rendered row `key` that get their value when the page is opened.

    Raises UnfitError where its class does more than Django to have such a value.
    """
    moments = live.of_the_moment(key)
    if moments and type(form).get_initial_for_field is not _blank:
        raise UnfitError("it has a get_initial_for_field() of its own, and a value of the moment.")
    for element in tree.elements if moments else ():
        is_control = element.tag in ("input", "select", "textarea")
        if is_control and live.field_of(key, element.attributes.get("name", "")) in moments:
            tree.set_attribute(element, MOMENT)


def _blank(form: BaseForm, field: Any, field_name: str) -> Any:
    is_of_the_moment = callable(form.initial.get(field_name, field.initial))
    return None if is_of_the_moment else _usual(form, field, field_name)

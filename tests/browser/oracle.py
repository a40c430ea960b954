"""Django under CPython as the oracle of what a page's form would post."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.forms import BaseFormSet
from django.http import QueryDict

from tests.browser.live_page import LivePage

__all__ = ["assert_agrees", "classes", "posted_formset"]


def classes(python: str) -> dict[str, Any]:
    """Run the source that a page runs as its module `case`, and return what it defines."""
    defined: dict[str, Any] = {"forms": forms, "__name__": "case"}
    exec(compile(textwrap.dedent(python), "case.py", "exec"), defined)
    return defined


def posted_formset(
    formset_class: type[BaseFormSet], posted: Mapping[str, Sequence[str]], **kwargs: Any
) -> BaseFormSet:
    """Return the formset that a server would build from what a browser posts."""
    data = QueryDict(mutable=True)
    for name, values in posted.items():
        data.setlist(name, list(values))
    return formset_class(data=data, **kwargs)


def assert_agrees(live: LivePage, prefix: str, formset_class: type[BaseFormSet], **kwargs: Any):
    """FormData equals postData(), and a fresh Django formset says of it what the page says.

    The formset stands in a form whose id is its prefix. Returns Django's formset.
    """
    posted = live.form_data(prefix)
    assert posted == live.formset(prefix, "postData()")
    django = posted_formset(formset_class, posted, prefix=prefix, **kwargs)
    assert live.formset(prefix, "isValid()") == django.is_valid()
    assert live.formset(prefix, "errors()") == [dict(each) for each in django.errors]
    assert live.formset(prefix, "nonFormErrors()") == list(django.non_form_errors())
    assert live.formset(prefix, "hasChanged()") == django.has_changed()
    assert posted[f"{prefix}-TOTAL_FORMS"] == [str(live.rows(prefix).count())]
    return django

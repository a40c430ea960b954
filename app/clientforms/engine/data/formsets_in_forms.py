"""Formsets that are attributes of a form, made by the author's code, and the data for them.

Django has no name for them. By convention the outer formset sets an attribute on each form in
`add_fields()`, with a prefix that begins with the form's. This module looks for that attribute.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.forms import BaseForm, BaseFormSet

from clientforms.engine.post.control_names import PLACEHOLDER

__all__ = ["NestedData", "formsets_of", "nested_data"]

NestedData = dict[tuple[int, str], Any]
"""Row number and name of a nested formset to the data that it gets."""


def formsets_of(form: BaseForm) -> dict[str, BaseFormSet]:
    """Return the formsets that are attributes of `form`."""
    return {
        name: attribute
        for name, attribute in vars(form).items()
        if isinstance(attribute, BaseFormSet)
    }


def nested_data(
    prefix: str, sample: BaseForm, data: Sequence[Any] | Mapping[str, Any]
) -> tuple[Sequence[Any] | Mapping[str, Any], NestedData]:
    """Split `data`, as `set_data()` takes it, into that of the rows and that of nested formsets.

    `sample` is the formset's empty form.
    """
    found = formsets_of(sample)
    if not found:
        return data, {}
    inner: NestedData = {}
    if isinstance(data, Mapping):
        suffixes = {
            str(formset.prefix).partition(PLACEHOLDER)[2]: name for name, formset in found.items()
        }
        pattern = re.compile(
            rf"{re.escape(prefix)}-(\d+)({'|'.join(map(re.escape, suffixes))})-(?=.)"
        )
        outer = {}
        for key, value in data.items():
            if of_inner := pattern.match(str(key)):
                place = int(of_inner[1]), suffixes[of_inner[2]]
                inner.setdefault(place, {})[key] = value
            else:
                outer[key] = value
        return outer, inner
    rows = []
    for index, row in enumerate(data):
        if isinstance(row, Mapping):
            inner |= {(index, name): row[name] for name in found if name in row}
            row = {name: value for name, value in row.items() if name not in found}
        rows.append(row)
    return rows, inner

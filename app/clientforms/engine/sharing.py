"""Forms that share their fields, where nobody could tell: most of the time that a form's making
takes goes into copies of its fields.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

from django.forms import (
    BaseForm,
    BaseFormSet,
    Field,
    FileField,
    FileInput,
    ModelForm,
    MultiValueField,
    MultiWidget,
    fields,
    widgets,
)

from clientforms.engine.mentions import mentions

__all__ = ["maker_with_shared_fields"]

_TELLING = frozenset(
    {
        "fields", "base_fields", "declared_fields", "field", "widget", "choices", "validators",
        "visible_fields", "hidden_fields", "_bound_items", "_clean_fields", "get_bound_field",
    }
)  # fmt: skip
"""Names by which code could change a field of one form, and with it those of the others."""


def maker_with_shared_fields(formset_class: type[BaseFormSet]) -> Callable[..., BaseForm] | None:
    """Return what makes forms as `formset_class.form` does, but with fields in common.

    None where the class, its formset or a field could have a say in one form's fields.
    """
    form_class = formset_class.form
    classes: tuple[Any, ...] = form_class, formset_class
    base = form_class.base_fields
    if (
        issubclass(form_class, ModelForm)
        or any(mentions(each, _TELLING) for each in classes)
        or form_class.__init__ is not BaseForm.__init__
        or not all(map(_is_plain, base.values()))
    ):
        return None
    shared = _Shared(copy.deepcopy(base))

    def make(**arguments: Any) -> BaseForm:
        form: Any = form_class.__new__(form_class)
        form.base_fields = shared
        form_class.__init__(form, **arguments)
        del form.base_fields
        made: BaseForm = form
        return made

    return make


class _Shared(dict[str, Field]):
    """Fields whose copies are the fields themselves: BaseForm copies them for each form."""

    def __deepcopy__(self, memo: Any) -> dict[str, Field]:
        return dict(self)


def _is_plain(field: Field) -> bool:
    # These note things of one form in their widgets, or have fields inside them.
    special = isinstance(field, (FileField, MultiValueField)) or isinstance(
        field.widget, (FileInput, MultiWidget)
    )
    return (
        not special
        and type(field).__module__ == fields.__name__
        and type(field.widget).__module__ == widgets.__name__
    )

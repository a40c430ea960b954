"""Clean a row's form again instead of making a new one, if the difference cannot be observed.

Making a form and its bound fields takes longer than cleaning it. All forms of a formset share
one data object, so a new form for changed values would be the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.forms import BaseForm, BaseFormSet, BoundField

from clientforms.engine.introspection.code_mentions import mentions
from clientforms.engine.rules.conditions import ConditionalFieldsMixin

__all__ = ["Reuse"]

_TELLING = frozenset(
    {
        "initial", "empty_permitted", "error_class", "renderer", "auto_id", "label_suffix",
        "use_required_attribute", "is_bound", "_bound_fields_cache", "__dict__", "setattr", "vars",
    }
)  # fmt: skip
"""Names that let code leave something in a form that a new one would not have."""
_BY_CLEANING = frozenset({"_errors", "cleaned_data", "changed_data", "_differs"})


class Reuse:
    """Decides which forms of one formset may be cleaned again. `shared` says that they share fields."""

    def __init__(self, formset_class: type[BaseFormSet], *, shared: bool) -> None:
        self._may = (
            shared
            and not issubclass(formset_class.form, ConditionalFieldsMixin)
            and not mentions(formset_class.form, _TELLING)
            and all(
                getattr(formset_class, name) is getattr(BaseFormSet, name)
                for name in ("_construct_form", "add_fields", "get_form_kwargs", "add_prefix")
            )
        )
        self._attributes: frozenset[str] | None = None

    def made(self, form: BaseForm) -> None:
        """Record the attributes of a form that has not been cleaned."""
        if self._may and self._attributes is None:
            self._attributes = frozenset(vars(form)) | _BY_CLEANING

    def again(self, form: BaseForm, formset: BaseFormSet, index: int) -> bool:
        """Reset `form` and return True if it then equals the one that `formset` would make at `index`."""
        if not self._may or self._attributes is None or "initial" in formset.form_kwargs:
            return False
        given: Mapping[str, Any] = {}
        if formset.initial and index < len(formset.initial):
            given = formset.initial[index]
        extra = index >= formset.initial_form_count() and index >= formset.min_num
        known = vars(form)
        if (
            not self._attributes.issuperset(known)
            or form.prefix != formset.add_prefix(index)
            or form.data is not formset.data
            or form.files is not formset.files
            or form.empty_permitted != extra
            or (form.initial is not given and (form.initial or given))
        ):
            return False
        for bound_field in form._bound_fields_cache.values():
            if type(bound_field) is not BoundField:
                return False
            bound_field.__dict__.pop("subwidgets", None)  # they hold the value
        for name in _BY_CLEANING:
            known.pop(name, None)
        form._errors = None
        return True

"""A user's formset class, taught to take forms that are already cleaned instead of new ones.

The subclass adds one thing: `_construct_form()` first looks whether the row's form is kept. All
else, counting, cleaning, deletion, ordering, stays the user's and Django's.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.forms import BaseForm, BaseFormSet

from clientforms.engine.row import Row, copy_form

__all__ = ["with_kept_forms"]


def with_kept_forms(formset_class: type[BaseFormSet], rows: Sequence[Row]) -> type[BaseFormSet]:
    """Return a subclass of `formset_class` whose bound instances use the forms kept in `rows`.

    They get copies: a formset's `clean()` may add errors to its forms, and the next run of it
    must not find them there.
    """

    def _construct_form(self: BaseFormSet, i: int, **kwargs: Any) -> BaseForm:
        if self.is_bound and i < len(rows) and rows[i].form is not None:
            kept_form = copy_form(rows[i].form)
            for name, inner in rows[i].nested.items():
                setattr(kept_form, name, inner.formset)
            return kept_form
        form: BaseForm = formset_class._construct_form(self, i, **kwargs)
        if i < len(rows):
            rows[i].freeze_initial(form)
        return form

    kept = type(
        formset_class.__name__,
        (formset_class,),
        {
            "__module__": formset_class.__module__,
            "__qualname__": formset_class.__qualname__,
            "_construct_form": _construct_form,
        },
    )
    return kept

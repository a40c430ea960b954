"""Cleaned forms of a page's formset, reused between questions because most rows do not change between keystrokes.

The formset's own `clean()` runs for every question, over all rows.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm, BaseFormSet
from django.forms.utils import ErrorDict

from clientforms.server.page_state import PageState

__all__ = ["RowVerdicts"]

_FRESH = 10  # seconds for which a cleaned form is reused, although stored objects may have changed
_MOST_ROWS = 100  # rows of a formset, to limit the memory of a connection


class RowVerdicts:
    """The cleaned forms of one formset in one page, by the keys of their rows."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, _Verdict] = {}

    def put_into(self, formset: BaseFormSet, state: PageState) -> None:
        """Set the forms of `formset`, which is bound to `state` and not cleaned, reusing those of unchanged rows.

        The other rows are cleaned and stored for the next question.
        """
        # A form may depend on more than its row if the row contains a formset, or if the class overrides `forms`.
        is_plain = type(formset).forms is BaseFormSet.forms and not state.more
        if not is_plain or len(state.order) > _MOST_ROWS:
            self._known = {}
            return
        now, forms, known = self._clock(), [], {}
        for index, key in enumerate(state.order):
            given = (state.prefix, state.about, index, state.initial, state.rows[key])
            verdict = self._known.get(key)
            if verdict is None or verdict.given != given or now - verdict.at >= _FRESH:
                form = formset._construct_form(index, **formset.get_form_kwargs(index))
                verdict = _Verdict.of(form, given, now)
            known[key] = verdict
            forms.append(verdict.as_cleaned())
        self._known = known
        formset.forms = forms


@dataclass(frozen=True)
class _Verdict:
    form: BaseForm
    given: tuple[Any, ...]
    at: float
    errors: dict[str, Any]
    cleaned: dict[str, Any] | None

    @classmethod
    def of(cls, form: BaseForm, given: tuple[Any, ...], now: float) -> _Verdict:
        errors = {name: error_list.copy() for name, error_list in form.errors.items()}
        cleaned = dict(form.cleaned_data) if hasattr(form, "cleaned_data") else None
        return cls(form, given, now, errors, cleaned)

    def as_cleaned(self) -> BaseForm:
        """Return the form as it was before the formset's `clean()`, which may have added errors."""
        found = ErrorDict(renderer=self.form.renderer)
        found.update((name, error_list.copy()) for name, error_list in self.errors.items())
        self.form._errors = found
        if self.cleaned is not None:
            self.form.cleaned_data = dict(self.cleaned)
        return self.form

"""Cleaned forms of a page's formset, kept between questions: from one keystroke to the next, most rows do not change.

Rules of the formset as a whole run each time, over all rows.
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

_FRESH = 10  # seconds for which stored objects are taken to be what they were
_MOST_ROWS = 100  # of a formset, so that a connection costs no more memory than that


class RowVerdicts:
    """The cleaned forms of one formset in one page, by the keys of their rows."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._known: dict[str, _Verdict] = {}

    def put_into(self, formset: BaseFormSet, state: PageState) -> None:
        """Let `formset`, bound to `state` and not cleaned, have these forms for rows that are as they were.

        The others are cleaned, for the next time.
        """
        # If a formset is inside a row, or an author makes the forms, a form may look at what is not its row's.
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
        """Return the form as it was before its formset's rules ran, which may have added errors."""
        found = ErrorDict(renderer=self.form.renderer)
        found.update((name, error_list.copy()) for name, error_list in self.errors.items())
        self.form._errors = found
        if self.cleaned is not None:
            self.form.cleaned_data = dict(self.cleaned)
        return self.form

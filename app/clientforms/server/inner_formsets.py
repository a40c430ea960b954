"""The errors of formsets inside the rows of a formset, for the server's answers."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.conf import settings
from django.forms import BaseForm, BaseFormSet

from clientforms.engine.data.formsets_in_forms import formsets_of
from clientforms.server.chosen_files import leave_to_submission
from clientforms.server.refusals import Refusal

__all__ = ["check_rows_inside", "errors_inside"]


def check_rows_inside(formset: BaseFormSet) -> None:
    """Limit the number of rows in the formsets inside a bound `formset`, because the page decides it.

    Raises Refusal: 413 if there are more rows than a POST may have fields.
    """
    limit = settings.DATA_UPLOAD_MAX_NUMBER_FIELDS
    if limit is not None and _rows_left(formset, limit) < 0:
        raise Refusal(
            413,
            "The formsets inside rows have more rows than DATA_UPLOAD_MAX_NUMBER_FIELDS allows.",
        )


def _rows_left(formset: BaseFormSet, limit: int) -> int:
    left = limit
    for form in formset.forms:
        for inner in formsets_of(form).values():
            if inner.is_bound and left >= 0:
                left -= inner.total_form_count()
                left = _rows_left(inner, left) if left >= 0 else left
    return left


def errors_inside(
    form: BaseForm, files: Collection[str], errors_of: Callable[[BaseForm], dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return the errors of the formsets inside a row, at every depth.

    Each formset has its `prefix`, the errors of its `forms` in order, as `errors_of` returns them, and its
    non-form errors as `whole`. `files` are the names of chosen files, see `leave_to_submission()`. Formsets that
    the project's code did not bind are left out.
    """
    said: list[dict[str, Any]] = []
    for formset in formsets_of(form).values():
        if not formset.is_bound:
            continue
        lacks_files = leave_to_submission(formset.forms, files)
        formset.is_valid()
        rows = [row for row in formset.forms if not _is_deleted(formset, row)]
        forms = [errors_of(row) if row in rows else {} for row in formset.forms]
        whole = [] if lacks_files else formset.non_form_errors().get_json_data()
        said.append({"prefix": formset.prefix, "forms": forms, "whole": whole})
        for row in rows:
            said += errors_inside(row, files, errors_of)
    return said


def _is_deleted(formset: BaseFormSet, row: BaseForm) -> bool:
    return bool(formset.can_delete and formset._should_delete_form(row))

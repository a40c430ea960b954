"""The JSON response to a form that a script sent: errors with codes, Django's messages, a redirect or a fragment."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from django.contrib.messages import get_messages
from django.forms import BaseForm, BaseFormSet, BaseModelFormSet, FileField
from django.http import HttpRequest, JsonResponse
from django.utils.safestring import SafeData

__all__ = [
    "MODE_HEADER", "accepted", "errors_of", "refused", "rejected", "stored_rows", "wants_json",
]  # fmt: skip

MODE_HEADER = "X-Clientforms"
"""The request header that live pages send: `follow` if the page follows a redirect, `stay` if it stays, `rows` if it
stays provided that the response says which rows of its formsets are stored."""


def wants_json(request: HttpRequest) -> bool:
    """Return whether the request prefers JSON to HTML, as with `Accept: application/json`."""
    preferred = request.get_preferred_type(["text/html", "application/json"])
    return bool(preferred == "application/json")


def errors_of(form: BaseForm | BaseFormSet) -> dict[str, Any]:
    """Return the errors of a bound form or formset as plain data, each with its code.

    A formset has one object for each of its forms, in the order of their indexes. It is empty for a form
    that is marked for deletion.
    """
    if isinstance(form, BaseFormSet):
        rows = [{} if _is_deleted(form, row) else row.errors.get_json_data() for row in form.forms]
        whole = form.non_form_errors().get_json_data()
        return {"prefix": form.prefix, "forms": rows, "non_form_errors": whole}
    return {"prefix": form.prefix or "", "errors": form.errors.get_json_data()}


def stored_rows(forms: Iterable[BaseForm | BaseFormSet]) -> list[dict[str, Any]]:
    """Return which rows are stored now, for each model formset in the saved `forms`, in the order of their indexes.

    A stored row has its primary key and its files, a row that is not stored is an empty object, and a deleted row
    is None.
    """
    return [
        {
            "prefix": form.prefix,
            "name": form.model._meta.pk.name,
            "rows": [_stored_row(form, row) for row in form.forms],
        }
        for form in forms
        if isinstance(form, BaseModelFormSet)
    ]


def accepted(
    request: HttpRequest,
    *,
    redirect: str = "",
    created: bool = False,
    html: str | None = None,
    data: Any = None,
    undo: str = "",
    saved: Iterable[BaseForm | BaseFormSet] = (),
) -> JsonResponse:
    """Return the response to a valid submission, with status 201 if it created an object, otherwise 200.

    It contains Django's messages, unless the page follows `redirect`: then the next page shows them. A page that
    stays is told which rows of the formsets in `saved` are stored.
    """
    answer: dict[str, Any] = {"valid": True}
    mode = request.headers.get(MODE_HEADER)
    if mode == "rows" and (stored := stored_rows(saved)):
        answer["stored"] = stored
        mode = "stay"
    given = {"redirect": redirect or None, "html": html, "data": data, "undo": undo or None}
    answer |= {name: value for name, value in given.items() if value is not None}
    goes_on = redirect and html is None and mode in ("follow", "rows")
    answer["messages"] = [] if goes_on else _messages(request)
    return JsonResponse(answer, status=201 if created else 200)


def rejected(request: HttpRequest, forms: Iterable[BaseForm | BaseFormSet]) -> JsonResponse:
    """Return a response with the errors of these forms and status 422."""
    errors = [errors_of(form) for form in forms]
    answer = {"valid": False, "errors": errors, "messages": _messages(request)}
    return JsonResponse(answer, status=422)


def refused(status: int, code: str, message: str, **more: Any) -> JsonResponse:
    """Return a response that explains why nothing was done: `code` is for programs, `message` for people."""
    return JsonResponse({"valid": False, "code": code, "message": message, **more}, status=status)


def _stored_row(formset: BaseModelFormSet, row: Any) -> dict[str, Any] | None:
    instance = row.instance
    if instance.pk is None or instance._state.adding:
        return None if _is_deleted(formset, row) else {}
    files = {}
    for name, field in row.fields.items():
        file = getattr(instance, name, None) if isinstance(field, FileField) else None
        if file:
            with suppress(NotImplementedError):  # not every storage has URLs
                files[name] = {"name": str(file), "url": file.url}
    return {"key": str(instance.pk), **({"files": files} if files else {})}


def _is_deleted(formset: BaseFormSet, form: BaseForm) -> bool:
    return bool(formset.can_delete and formset._should_delete_form(form))


def _messages(request: HttpRequest) -> list[dict[str, Any]]:
    """Return Django's messages for this request and mark them as read.

    `is_safe` is true only for messages that the project marked as safe HTML.
    """
    return [
        {
            "message": str(message.message),
            "is_safe": isinstance(message.message, SafeData),
            "level": message.level,
            "level_tag": message.level_tag,
            "tags": message.tags,
        }
        for message in get_messages(request)
    ]

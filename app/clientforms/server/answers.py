"""Answers the questions that pages ask while the user types, by validating the project's form on the server.

`urls.py` serves it over HTTP, `consumers.py` over WebSocket. The server may forget earlier questions: the page then
sends its full state again.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any, Protocol

from django.core import signing
from django.core.exceptions import ObjectDoesNotExist
from django.forms import BaseForm, BaseFormSet, BaseModelForm, FileField, PasswordInput
from django.forms.models import BaseInlineFormSet, BaseModelFormSet
from django.http import HttpRequest
from django.utils.datastructures import MultiValueDict

from clientforms.server import configuration
from clientforms.server.chosen_files import leave_to_submission
from clientforms.server.inner_formsets import check_rows_inside, errors_inside
from clientforms.server.page_state import PageState, state_of
from clientforms.server.refusals import Refusal
from clientforms.server.registry import Registration, find
from clientforms.server.row_verdicts import RowVerdicts

__all__ = ["Bases", "answer", "answer_any", "key_of_object", "model_of", "signed_object"]

_log = logging.getLogger("clientforms.server")
_SALT = "clientforms.server.answers"


class Bases(Protocol):
    """Stores the base states of pages, so that pages need to send only changes. It may drop them at any time."""

    def find(self, name: str, prefix: str, number: int) -> PageState | None:
        """Return the state that the question `number` about this form established, None if it is unknown."""

    def keep(self, name: str, prefix: str, number: int, state: PageState) -> bool:
        """Store the state that the question `number` established. Returns whether it was stored."""

    def verdicts(self, name: str, prefix: str) -> RowVerdicts | None:
        """Return the cleaned rows of this formset from earlier answers, None if they are not stored."""


def answer_any(request: HttpRequest, question: Any, bases: Bases) -> dict[str, Any]:
    """Answer a question about any registered form. `question` is the decoded JSON from the page.

    Raises Refusal: 400 if the question is invalid, 404 if the form is not registered, and those of `answer()`.
    """
    if not isinstance(question, dict) or not isinstance(question.get("form"), str):
        raise Refusal(400, "A question must be a JSON object with the name of a form.")
    registration = find(question["form"])
    if registration is None:
        raise Refusal(404, "No form of this name is registered.")
    return answer(registration, request, question, bases)


def answer(
    registration: Registration, request: HttpRequest, question: Mapping[str, Any], bases: Bases
) -> dict[str, Any]:
    """Return the errors of the project's form, by row and field, for the page's current data.

    `question` contains the page's full state, or the changes since the question whose number is `base`.

    Raises Refusal: 400 if the question is invalid, 403 if the registration's `has_permission` denies the request,
    409 if the base state is unknown (the page then sends its full state), 413 if there is too much data, and 500
    if the form's own code fails.
    """
    number = question.get("number")
    if not isinstance(number, int) or isinstance(number, bool):
        raise Refusal(400, "The question has no number.")
    name, prefix = registration.name, str(question.get("prefix", ""))
    try:
        if registration.has_permission and not registration.has_permission(request):
            raise Refusal(403, "You may not ask about this form.")
        base = None
        if (known := question.get("base")) is not None:
            base = bases.find(name, prefix, known) if isinstance(known, int) else None
            if base is None:
                raise Refusal(409, "The base state is unknown. Send the full state.")
        state = state_of(question, base, configuration.largest_question())
        form = _bound(registration, request, state)
        if isinstance(form, BaseFormSet):
            # Rows cannot be reused if the form's arguments may differ between requests.
            is_each_time_new = registration.get_form_kwargs or state.files
            verdicts = None if is_each_time_new else bases.verdicts(name, prefix)
            if verdicts:
                verdicts.put_into(form, state)
            said = _formset_says(form, state)
        else:
            said = _says(form, state)
        is_kept = not _has_secrets(form) and bases.keep(name, prefix, number, state)
    except Refusal:
        raise
    except Exception as error:
        _log.exception("The code of %s failed while answering a page.", name)
        raise Refusal(500, "The form's own code failed on the server.") from error
    return {"number": number, "kept": is_kept, **said}


def signed_object(registration: Registration, form: BaseForm | BaseFormSet) -> str:
    """Return a signed token that identifies the stored object of `form`, empty if there is none.

    Because only the server can sign it, a page cannot ask about any other object.
    """
    instance = getattr(form, "instance", None)
    if instance is None or instance.pk is None or instance._state.adding:
        return ""
    return signing.dumps([registration.name, str(instance.pk)], salt=_SALT)


def key_of_object(registration: Registration, about: str) -> str:
    """Return the primary key of the stored object from a token of `signed_object()`. Raises Refusal: 400 if invalid."""
    try:
        name, key = signing.loads(about, salt=_SALT)
    except (signing.BadSignature, TypeError, ValueError) as error:
        raise Refusal(400, "The question's signed token for an object is not valid.") from error
    if name != registration.name:
        raise Refusal(400, "The question's signed token is for another form.")
    return str(key)


def model_of(registration: Registration) -> Any:
    """Return the model of a form's object, or the parent model of an inline formset, None if there is none."""
    form_class: Any = registration.form_class
    if issubclass(form_class, BaseInlineFormSet):
        return form_class.fk.remote_field.model
    return form_class._meta.model if issubclass(form_class, BaseModelForm) else None


def _bound(
    registration: Registration, request: HttpRequest, state: PageState
) -> BaseForm | BaseFormSet:
    """Return the project's form, bound to the page's state."""
    form_class: Any = registration.form_class
    given = registration.get_form_kwargs(request) if registration.get_form_kwargs else {}
    kwargs = {**_own_kwargs(registration, state), **given, "files": MultiValueDict()}
    if not issubclass(form_class, BaseFormSet):
        if len(state.order) != 1:
            raise Refusal(400, "A form must have exactly one row.")
        return form_class(
            data=state.post(lambda index: None), prefix=state.prefix or None, **kwargs
        )
    prefix = state.prefix or form_class.get_default_prefix()
    total = len(state.order)
    management = {"TOTAL_FORMS": total, "INITIAL_FORMS": state.initial}
    formset = form_class(
        data={f"{prefix}-{name}": str(value) for name, value in management.items()},
        prefix=prefix,
        **kwargs,
    )
    if total > formset.absolute_max:
        raise Refusal(400, "The formset has more rows than its absolute_max.")
    data = state.post(formset.add_prefix)
    for name, value in management.items():  # overrides what the page sent
        data[f"{prefix}-{name}"] = str(value)
    formset.data = data
    if isinstance(formset, BaseModelFormSet) and "queryset" not in given:
        _narrow(formset)
    return formset


def _own_kwargs(registration: Registration, state: PageState) -> dict[str, Any]:
    """Return the form's `instance` argument: the stored object from the page's signed token."""
    if not state.about:
        return {}
    key = key_of_object(registration, state.about)
    model = model_of(registration)
    if model is None:
        return {}
    try:
        return {"instance": model._default_manager.get(pk=key)}
    except ObjectDoesNotExist as error:
        raise Refusal(404, "The form's object no longer exists.") from error


def _narrow(formset: Any) -> None:
    """Restrict a model formset's queryset to the objects of its rows, so that it does not read the whole table."""
    field = formset.model._meta.pk
    keys = []
    for index in range(formset.initial_form_count()):
        try:
            keys.append(
                field.to_python(formset.data.get(f"{formset.add_prefix(index)}-{field.name}"))
            )
        except Exception:  # noqa: BLE001 - a custom field may raise anything; the form reports the invalid value
            continue
    keys = [key for key in keys if key is not None]
    known = formset.get_queryset()
    formset._queryset = known.filter(pk__in=keys) if keys else known.none()


def _says(form: BaseForm, state: PageState) -> dict[str, Any]:
    leave_to_submission([form], state.files)
    errors = _errors(form)
    return {"errors": {state.order[0]: errors} if errors else {}, "whole": []}


def _formset_says(formset: BaseFormSet, state: PageState) -> dict[str, Any]:
    check_rows_inside(formset)
    lacks_files = leave_to_submission(formset.forms, state.files)
    formset.is_valid()
    found: dict[str, Any] = {}
    inside: list[dict[str, Any]] = []
    for key, form in zip(state.order, formset.forms, strict=False):
        if formset.can_delete and formset._should_delete_form(form):
            continue
        if errors := _errors(form):
            found[key] = errors
        inside += errors_inside(form, state.files, _errors)
    whole = [] if lacks_files else formset.non_form_errors().get_json_data()
    said = {"errors": found, "whole": whole}
    return {**said, "inside": inside} if inside else said


def _errors(form: BaseForm) -> dict[str, Any]:
    """Return the form's errors with their codes, except those of file fields, because questions contain no files."""
    found: dict[str, Any] = form.errors.get_json_data()
    return {
        name: errors
        for name, errors in found.items()
        if not isinstance(form.fields.get(name), FileField)
    }


def _has_secrets(form: BaseForm | BaseFormSet) -> bool:
    """Return whether the page's state may contain a password. Such a state is not stored."""
    forms = form.forms if isinstance(form, BaseFormSet) else [form]
    return any(
        isinstance(field.widget, PasswordInput) for each in forms for field in each.fields.values()
    )

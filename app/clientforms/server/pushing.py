"""Pushes errors and choices to all pages that have a form open, for example if it was closed or an item is sold out.

Pushes are sent through the channel layer of Channels, so that any process can push to the connections of all
processes. `consumers.py` forwards them to the pages. `recent_pushes.py` stores the latest for pages that connect later.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from asgiref.sync import async_to_sync, sync_to_async
from django.core.exceptions import NON_FIELD_ERRORS, ImproperlyConfigured, ValidationError
from django.db.models import Model
from django.forms import BaseForm, BaseFormSet
from django.forms.utils import ErrorList
from django.utils import translation
from django.utils.choices import normalize_choices

from clientforms.server import configuration
from clientforms.server.answers import model_of
from clientforms.server.plain_choices import plain_choices
from clientforms.server.recent_pushes import now, remember_push
from clientforms.server.registry import FormClass, Registration, class_registration, find

__all__ = [
    "apush_choices",
    "apush_errors",
    "declared_fields",
    "group_of",
    "push_choices",
    "push_errors",
]

Errors = str | Mapping[str, Any] | Iterable[Any]
"""What `ValidationError` accepts: a message, a list of messages, or messages by field name; or a ValidationError."""

_Message = tuple[str, dict[str, Any]]
"""A group of the channel layer, and the message to send to it."""
_NO_CHANNELS = "{what}() needs Channels and a channel layer: pip install channels channels_redis."
_NO_LAYER = (
    "{what}() needs a channel layer. Add one to your settings, for example "
    'CHANNEL_LAYERS = {{"default": {{"BACKEND": "channels_redis.core.RedisChannelLayer", '
    '"CONFIG": {{"hosts": [{{"host": "127.0.0.1", "port": 6379, "socket_timeout": None}}]}}}}}}.'
)


def push_errors(form: FormClass | str, errors: Errors, *, about: Model | None = None) -> None:
    """Show `errors` to everybody who has `form` open. They replace errors that were pushed earlier.

    `form` is a registered class, or the name of its registration. `errors` is what `ValidationError` accepts: a
    message, a list of messages, or messages by field name, with `__all__` for the form as a whole. An empty
    dictionary removes the pushed errors. For a formset, only non-form errors can be pushed, because its rows
    differ from page to page. With `about`, the errors reach only pages whose form is about this stored object.

    In a page, a field's error disappears when the field changes, and a non-field error at the next change. The
    entered values stay. In asynchronous code, use `await apush_errors(…)`, which takes the same arguments.

    Raises ImproperlyConfigured if the form is not registered with `pushed=True`, or if there is no channel layer;
    ValueError if a field is unknown, if the form cannot be about the object, or if the push is too large;
    RuntimeError in asynchronous code.
    """
    send = _sender("push_errors")
    send(*_errors_message(form, errors, about))


async def apush_errors(
    form: FormClass | str, errors: Errors, *, about: Model | None = None
) -> None:
    """Like `push_errors()`, for asynchronous code."""
    layer = _layer("apush_errors")
    await layer.group_send(*await sync_to_async(_errors_message)(form, errors, about))


def push_choices(
    form: FormClass | str, field: str, choices: Any = None, *, about: Model | None = None
) -> None:
    """Replace the choices of `field` for everybody who has `form` open.

    `form` is a registered class, or the name of its registration; in a formset, the choices of every row change.
    `choices` is what a field accepts: pairs of a value and a label, groups of pairs, or an enumeration. By default,
    these are the current choices of a new form, for example the rows of a table. If the registration has
    `get_form_kwargs`, a form is created for each page. With `about`, the choices reach only pages whose form is
    about this stored object.

    If a selected value is no longer available, it stays selected, and the field shows Django's error that it is not
    one of the available choices. In asynchronous code, use `await apush_choices(…)`, which takes the same arguments.

    Raises ImproperlyConfigured if the form is not registered with `pushed=True`, or if there is no channel layer;
    ValueError if the field has no choices, if `choices` is invalid, if the form cannot be about the object, or if
    the push is too large; RuntimeError in asynchronous code.
    """
    send = _sender("push_choices")
    send(*_choices_message(form, field, choices, about))


async def apush_choices(
    form: FormClass | str, field: str, choices: Any = None, *, about: Model | None = None
) -> None:
    """Like `push_choices()`, for asynchronous code."""
    layer = _layer("apush_choices")
    await layer.group_send(*await sync_to_async(_choices_message)(form, field, choices, about))


def declared_fields(registration: Registration) -> Mapping[str, Any]:
    """Return the declared fields of a form class, or of a formset's form class."""
    fields: Mapping[str, Any] = _form_class(registration).base_fields
    return fields


def present_choices(
    registration: Registration, field: str, arguments: Mapping[str, Any]
) -> list[Any]:
    """Return the choices of a new form, created with `arguments`. Raises ValueError if it needs other arguments."""
    form_class: Any = registration.form_class
    try:
        made: BaseForm | BaseFormSet = form_class(**arguments)
        form = made.empty_form if isinstance(made, BaseFormSet) else made
    except (TypeError, KeyError) as error:
        raise ValueError(
            f"{registration.name} needs constructor arguments ({error}). Return them from get_form_kwargs, or pass "
            f"the choices: push_choices(…, {field!r}, choices)."
        ) from error
    return list(form.fields[field].choices)


def group_of(registration: Registration, key: str = "") -> str:
    """Return the group of the connections whose page has a form open, for the stored object `key` if it is given."""
    said = f"{registration.name}\0{key}"
    return f"clientforms.{hashlib.sha256(said.encode()).hexdigest()[:40]}"


def _sender(what: str) -> Callable[[str, dict[str, Any]], None]:
    """Return a function that sends a message to a group and waits until it is sent."""
    layer = _layer(what)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        send: Callable[[str, dict[str, Any]], None] = async_to_sync(layer.group_send)
        return send
    raise RuntimeError(
        f"{what}() would block the event loop. Use await a{what}(…) in asynchronous code."
    )


def _layer(what: str) -> Any:
    try:
        from channels.layers import get_channel_layer
    except ImportError as error:
        raise ImproperlyConfigured(_NO_CHANNELS.format(what=what)) from error
    layer = get_channel_layer()
    if layer is None:
        raise ImproperlyConfigured(_NO_LAYER.format(what=what))
    return layer


def _errors_message(form: FormClass | str, errors: Errors, about: Model | None) -> _Message:
    registration = _registration(form)
    error = errors if isinstance(errors, ValidationError) else ValidationError(errors)
    # An error without a dictionary belongs to the form as a whole.
    by_field = getattr(error, "error_dict", None)
    if by_field is None:
        by_field = {NON_FIELD_ERRORS: error.error_list}
    fields = declared_fields(registration)
    for name in by_field:
        if name == NON_FIELD_ERRORS:
            continue
        if registration.is_formset:
            raise ValueError(
                f"{registration.name}: cannot push an error for {name!r}, because the rows of a formset differ "
                f"from page to page. Push a non-form error: {{{NON_FIELD_ERRORS!r}: […]}}."
            )
        if name not in fields:
            raise ValueError(_unknown(registration, name, fields))

    def said() -> dict[str, Any]:
        shown = {name: ErrorList(found) for name, found in by_field.items() if found}
        return {"errors": {name: found.get_json_data() for name, found in shown.items()}}

    return _message(registration, "", _in_languages(registration, said), about)


def _choices_message(
    form: FormClass | str, field: str, choices: Any, about: Model | None
) -> _Message:
    registration = _registration(form)
    fields = declared_fields(registration)
    if field not in fields:
        raise ValueError(_unknown(registration, field, fields))
    if not hasattr(fields[field].widget, "choices"):
        raise ValueError(f"{registration.name}: the field {field!r} has no choices.")
    if field in getattr(_form_class(registration), "choices_for", {}):
        raise ValueError(
            f"{registration.name}: cannot push choices for {field!r}, because choices_for computes them in each row."
        )
    if choices is None and registration.get_form_kwargs:
        # They may depend on the user, so `present_choices()` computes them for each page.
        return _message(registration, field, {"": {"field": field}}, about)
    given = present_choices(registration, field, {}) if choices is None else choices

    def said() -> dict[str, Any]:
        try:
            return {"field": field, "choices": plain_choices(normalize_choices(given))}
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"{registration.name}: choices must be pairs of a value and a label, got {given!r}."
            ) from error

    return _message(registration, field, _in_languages(registration, said), about)


def _registration(form: FormClass | str) -> Registration:
    registration = find(form) if isinstance(form, str) else class_registration(form)
    name = form if isinstance(form, str) else getattr(form, "__name__", repr(form))
    if registration is None:
        raise ImproperlyConfigured(
            f"{name} is not registered: call clientforms.server.register(…, pushed=True) with its class."
        )
    if not registration.pushed:
        raise ImproperlyConfigured(
            f"{name} is not registered with pushed=True, so no page listens. Use register(…, pushed=True)."
        )
    return registration


def _form_class(registration: Registration) -> Any:
    form_class: Any = registration.form_class
    return form_class.form if registration.is_formset else form_class


def _unknown(registration: Registration, name: str, fields: Iterable[str]) -> str:
    return f"{registration.name} declares no field {name!r}. Its fields are {', '.join(fields)}."


def _in_languages(
    registration: Registration, say: Callable[[], dict[str, Any]]
) -> dict[str, dict[str, Any]]:
    """Return the result of `say()` in each language of the pages, or once under an empty name if all are equal."""
    found = {}
    for language in configuration.page_languages():
        with translation.override(language):
            found[language] = say()
        size = len(json.dumps(found[language], ensure_ascii=False).encode())
        if size > (most := configuration.largest_push()):
            raise ValueError(
                f"{registration.name}: the push is too large ({size} bytes). Push less, or increase "
                f'CLIENTFORMS["LARGEST_PUSH"], which is {most}.'
            )
    first, *others = found.values()
    return found if any(said != first for said in others) else {"": first}


def _message(
    registration: Registration, field: str, said: Mapping[str, Any], about: Model | None
) -> _Message:
    """Return the group and the message, and cache the message for pages that connect later."""
    key = "" if about is None else _key_of(registration, about)
    group = group_of(registration, key)
    message = {
        "type": "clientforms.push", "group": group, "at": now(), "field": field, "push": dict(said),
    }  # fmt: skip
    remember_push(message)
    return group, message


def _key_of(registration: Registration, about: Model) -> str:
    model = model_of(registration)
    if model is None or not isinstance(about, model) or about.pk is None:
        known = f"stored objects of {model.__name__}" if model else "no stored object"
        raise ValueError(f"{registration.name} is about {known}, not about {about!r}.")
    return str(about.pk)

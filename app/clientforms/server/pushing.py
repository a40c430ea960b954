"""Pushes to all who have a form open: errors, for example that it is closed, and choices, if one is gone.

They go through the channel layer of Channels, so it does not matter which process calls, and which one has the
connection of a page: `consumers.py` passes them on. `recent_pushes.py` has the last ones for pages that connect later.
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
"""What `ValidationError` takes: a message, a list of them, or messages by field name; or a ValidationError itself."""

_Message = tuple[str, dict[str, Any]]
"""A group of the channel layer, and what is sent to it."""
_NO_CHANNELS = "{what}() needs Channels and a channel layer: pip install channels channels_redis."
_NO_LAYER = (
    "{what}() needs a channel layer. Add one to your settings, for example "
    'CHANNEL_LAYERS = {{"default": {{"BACKEND": "channels_redis.core.RedisChannelLayer", '
    '"CONFIG": {{"hosts": [{{"host": "127.0.0.1", "port": 6379, "socket_timeout": None}}]}}}}}}.'
)


def push_errors(form: FormClass | str, errors: Errors, *, about: Model | None = None) -> None:
    """Show `errors` to everybody who has `form` open, instead of the errors that were pushed before.

    `form` is a registered class, or the name of its registration. `errors` is what `ValidationError` takes: a
    message, a list of them, or messages by field name, with `__all__` for the form as a whole; an empty
    dictionary takes back what was pushed. For a formset, only errors of the whole can be pushed, because its rows
    differ from page to page. With `about`, the errors reach only pages whose form is about this stored object.

    In a page, an error goes away when its field changes, and one of the form as a whole at the next change. No
    value changes. In asynchronous code, call `await apush_errors(…)`, which takes the same.

    Raises ImproperlyConfigured if the form is not registered with `pushed=True`, or if there is no channel layer;
    ValueError for an unknown field, for an object that the form cannot be about, and if it is too long to send;
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
    `choices` is what a field takes: pairs of a value and a label, groups of them, or an enumeration. Without,
    they are those that a new form has now, for example the rows of its table; if the registration has
    `get_form_kwargs`, a form is made for each page. With `about`, they reach only pages whose form is about this
    stored object.

    Who has chosen a value that is gone keeps it, with Django's error that it is not one of the available choices.
    In asynchronous code, call `await apush_choices(…)`, which takes the same.

    Raises ImproperlyConfigured if the form is not registered with `pushed=True`, or if there is no channel layer;
    ValueError for a field without choices, for what is no list of choices, for an object that the form cannot be
    about, and if it is too long to send; RuntimeError in asynchronous code.
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
    """Return the fields that a form class, or that of a formset's forms, declares."""
    fields: Mapping[str, Any] = _form_class(registration).base_fields
    return fields


def present_choices(
    registration: Registration, field: str, arguments: Mapping[str, Any]
) -> list[Any]:
    """Return the choices that a new form has, made with these arguments. Raises ValueError if it needs others."""
    form_class: Any = registration.form_class
    try:
        made: BaseForm | BaseFormSet = form_class(**arguments)
        form = made.empty_form if isinstance(made, BaseFormSet) else made
    except (TypeError, KeyError) as error:
        raise ValueError(
            f"{registration.name} needs arguments to be made ({error}). Return them from get_form_kwargs, or say "
            f"what the choices are: push_choices(…, {field!r}, choices)."
        ) from error
    return list(form.fields[field].choices)


def group_of(registration: Registration, key: str = "") -> str:
    """Return the group of all connections whose page has a form open, with `key` about that stored object."""
    said = f"{registration.name}\0{key}"
    return f"clientforms.{hashlib.sha256(said.encode()).hexdigest()[:40]}"


def _sender(what: str) -> Callable[[str, dict[str, Any]], None]:
    """Return a function that sends a message to a group, and waits for that."""
    layer = _layer(what)
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        send: Callable[[str, dict[str, Any]], None] = async_to_sync(layer.group_send)
        return send
    raise RuntimeError(f"{what}() would stop asynchronous code. Here, write await a{what}(…).")


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
    # An error without a dictionary is one of the form as a whole.
    by_field = getattr(error, "error_dict", None)
    if by_field is None:
        by_field = {NON_FIELD_ERRORS: error.error_list}
    fields = declared_fields(registration)
    for name in by_field:
        if name == NON_FIELD_ERRORS:
            continue
        if registration.is_formset:
            raise ValueError(
                f"{registration.name}: {name!r} is a field of a formset, whose rows differ from page to page. "
                f"Push an error of the whole: {{{NON_FIELD_ERRORS!r}: […]}}."
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
            f"{registration.name}: choices_for decides the choices of {field!r}, for each row by its other fields."
        )
    if choices is None and registration.get_form_kwargs:
        # They may be others for each user: `present_choices()` makes them for each page.
        return _message(registration, field, {"": {"field": field}}, about)
    given = present_choices(registration, field, {}) if choices is None else choices

    def said() -> dict[str, Any]:
        try:
            return {"field": field, "choices": plain_choices(normalize_choices(given))}
        except (TypeError, ValueError) as error:
            raise ValueError(
                f"{registration.name}: choices are pairs of a value and a label, got {given!r}."
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
            f"No page with {name} listens. Register it with pushed=True: register(…, pushed=True)."
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
    """Return what `say()` returns in each language that pages may be in; under an empty name if all are alike."""
    found = {}
    for language in configuration.page_languages():
        with translation.override(language):
            found[language] = say()
        size = len(json.dumps(found[language], ensure_ascii=False).encode())
        if size > (most := configuration.largest_push()):
            raise ValueError(
                f"{registration.name}: {size} bytes are too much to push. Push less, or raise "
                f'CLIENTFORMS["LARGEST_PUSH"], which is {most}.'
            )
    first, *others = found.values()
    return found if any(said != first for said in others) else {"": first}


def _message(
    registration: Registration, field: str, said: Mapping[str, Any], about: Model | None
) -> _Message:
    """Return the group, and the message to it. Pages that connect later find the message in the cache."""
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

"""`window.clientforms`: the documented JavaScript API of the bindings.

Arguments and results are plain JSON values. Errors in arguments are shown in the container and on
the console, and thrown as an `Error`.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from functools import partial
from typing import Any

from clientforms.browser.binding.binding import Binding
from clientforms.browser.binding.form_binding import FormBinding
from clientforms.browser.binding.formset_binding import FormSetBinding
from clientforms.browser.dom import author_messages
from clientforms.browser.dom.pressed_pointer import pressed_pointer
from clientforms.browser.page.containers import find_binding
from clientforms.browser.runtime import (
    custom_event,
    document,
    error_object,
    json_to_js,
    plain_to_js,
    promise,
    proxy,
    to_python,
    window,
)
from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.data.to_json import to_plain
from clientforms.engine.targets.description import describe_fields, describe_forms
from clientforms.errors import ClientFormsError, DataError

__all__ = ["install"]

_BOTH = {
    "errors": "errors",
    "totalErrorCount": "total_error_count",
    "hasChanged": "has_changed",
    "isMultipart": "is_multipart",
    "initial": "initial",
    "addError": "add_error",
    "setErrors": "set_errors",
    "resetField": "reset_field",
    "validateField": "validate_field",
    "isPending": "is_pending",
}
_FORM = _BOTH | {"nonFieldErrors": "non_field_errors", "changedData": "changed_data"}
_FORMSET = _BOTH | {
    "addAnother": "add_another",
    "insert": "insert",
    "duplicate": "duplicate",
    "move": "move",
    "swap": "swap",
    "undo": "undo",
    "redo": "redo",
    "removeForm": "remove_form",
    "removeAll": "remove_all",
    "restore": "restore",
    "nonFormErrors": "non_form_errors",
    "totalFormCount": "total_form_count",
    "initialFormCount": "initial_form_count",
}
_facades: dict[int, Any] = {}


def install() -> None:
    """Add `formset()` and `form()` to `window.clientforms`, and fire `clientforms:ready`.

    `static/boot.js` makes the object itself, so that `clientforms.ready` can be awaited before
    Python starts.
    """
    clientforms = window.clientforms
    clientforms.formset = _throwing(proxy(lambda name: _facade(name, FormSetBinding, _FORMSET)))
    clientforms.form = _throwing(proxy(lambda name: _facade(name, FormBinding, _FORM)))
    document.dispatchEvent(custom_event("clientforms:ready", {}))


def _facade(name: Any, kind: type[Binding], methods: dict[str, str]) -> Any:
    try:
        binding = find_binding(str(name), kind)
    except ClientFormsError as error:
        return plain_to_js({"error": f"clientforms: {error}"})
    if id(binding) not in _facades:
        _facades[id(binding)] = _make_facade(binding, methods)
        binding.scope.at_end(lambda: _facades.pop(id(binding)))
    return plain_to_js({"value": _facades[id(binding)]})


def _make_facade(binding: Binding, methods: dict[str, str]) -> Any:
    functions = {
        js_name: _read_or_call(binding, js_name, name) for js_name, name in methods.items()
    }
    for js_name, function in (_own_methods(binding) | _descriptions(binding.live)).items():
        functions[js_name] = _call(binding, js_name, function)
    made = {name: _guarded(binding, function) for name, function in functions.items()}
    made["validateAsync"] = lambda *_: plain_to_js({"value": _promised_verdict(binding)})
    return plain_to_js(
        {name: _throwing(binding.scope.function(function)) for name, function in made.items()}
    )


def _own_methods(binding: Binding) -> dict[str, Callable[..., Any]]:
    return {
        "validate": binding.validate,
        "isValid": binding.is_valid,
        "setData": binding.set_data,
        "updateData": binding.update_data,
        "postData": binding.post_data,
        "cleanedData": binding.cleaned_data,
        "reset": partial(_reset, binding),
    }


def _reset(binding: Binding, values: Any = None, options: Any = None) -> None:
    known = {"keepTyped"}
    if options is not None and not (isinstance(options, dict) and options.keys() <= known):
        raise DataError(f"{binding.name}: reset() takes {{keepTyped: true}}, got {options!r}.")
    binding.reset(values, keep_typed=bool((options or {}).get("keepTyped")))


def _descriptions(live: ClientForm | ClientFormSet) -> dict[str, Callable[..., Any]]:
    if isinstance(live, ClientForm):
        return {"fields": lambda: describe_fields(live.form)}
    return {
        "forms": lambda: describe_forms(live),
        "fields": lambda index: describe_fields(live.form_at(index)),
    }


def _throwing(function: Any) -> Any:
    """Return a JavaScript function that throws a plain Error if `function` returns an error.

    A Python exception would arrive as a PythonError with a traceback as its message.
    """
    return window.clientforms.checked(function)


def _promised_verdict(binding: Binding) -> Any:
    """Return a Promise of whether the binding is valid after asynchronous rules have answered."""

    def start(resolve: Any, reject: Any) -> None:
        async def run() -> None:
            try:
                resolve(await binding.avalidate())
            except ClientFormsError as error:
                reject(error_object(f"clientforms: {error}"))

        binding.scope.task(run())

    return promise(start)


def _read_or_call(binding: Binding, js_name: str, name: str) -> Callable[..., Any]:
    def read_or_call(*arguments: Any) -> Any:
        found = getattr(binding.live, name)
        return _call(binding, js_name, found)(*arguments) if callable(found) else found

    return read_or_call


def _call(binding: Binding, js_name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap `function` to raise DataError for missing or surplus arguments."""

    def call(*arguments: Any) -> Any:
        try:
            inspect.signature(function).bind(*arguments)
        except TypeError as error:
            raise DataError(f"{binding.name}: {js_name}(): {error}.") from error
        return function(*arguments)

    return call


def _tell(binding: Binding, message: str) -> None:
    """Show an error of a call in the container, or clear it if `message` is empty."""

    def tell() -> None:
        if message:
            author_messages.show_message(binding.container, message, name="call")
        else:
            author_messages.clear_message(binding.container, "call")

    pressed_pointer.after(binding.scope, tell)


def _guarded(binding: Binding, function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*arguments: Any) -> Any:
        if binding.catch_up():
            binding.live.refresh(verdict=False)  # the page showed an older state
        try:
            given = [to_python(argument) for argument in arguments]
            answer = to_plain(function(*given))
        except ClientFormsError as error:
            _tell(binding, str(error))
            return plain_to_js({"error": f"clientforms: {error}"})
        _tell(binding, "")
        return json_to_js({"value": answer})

    return call

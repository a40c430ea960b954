"""Forms made by a function such as `make_order_form()`, like in a view, instead of a class.

A live form needs a class, because it makes its Django form anew each time. This module makes a
class from the function.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from typing import Any, TypeGuard

from django.forms import BaseForm, BaseFormSet
from django.utils.datastructures import MultiValueDict

from clientforms.errors import TargetError

__all__ = ["class_made_by", "is_maker"]


def is_maker(found: Any) -> TypeGuard[Callable[..., Any]]:
    """Return whether `found` is a callable that is not a class."""
    return callable(found) and not isinstance(found, type)


def class_made_by(function: Callable[..., Any], name: str) -> type[BaseForm] | type[BaseFormSet]:
    """Return the class that `function` returns, or one whose instances it makes.

    The function may return a form, a formset, or a class of either. It gets those of Django's
    arguments (`data`, `files`, `prefix`, `initial`, …) that it accepts. Raises TargetError if it
    returns anything else, and whatever the function raises.
    """
    made = function()
    if isinstance(made, type) and issubclass(made, (BaseForm, BaseFormSet)):
        return made
    if isinstance(made, BaseForm):
        return _form_class(type(made), function)
    if isinstance(made, BaseFormSet):
        return _formset_class(made)
    raise TargetError(
        f"{name}() returned {made!r}. Let it return a form, a formset, or a class of either."
    )


def _form_class(form_class: type[BaseForm], function: Callable[..., Any]) -> type[BaseForm]:
    taken = _taken_by(function)

    def new(cls: Any, **arguments: Any) -> BaseForm:
        given = {name: value for name, value in arguments.items() if taken is None or name in taken}
        form: BaseForm = function(**given)
        _complete(form, {name: value for name, value in arguments.items() if name not in given})
        return form

    # The result is not an instance of this class, so Python does not call __init__() again.
    return type(form_class.__name__, (form_class,), {**_names(form_class), "__new__": new})


def _formset_class(made: BaseFormSet) -> type[BaseFormSet]:
    formset_class = type(made)

    def init(self: Any, *args: Any, **arguments: Any) -> None:
        own = {"form_kwargs": made.form_kwargs, "initial": made.initial}
        given = {name: value for name, value in arguments.items() if value or name not in own}
        formset_class.__init__(self, *args, **{**own, **given})

    names = {"__init__": init, "get_default_prefix": classmethod(lambda cls: made.prefix)}
    return type(formset_class.__name__, (formset_class,), {**_names(formset_class), **names})


def _names(cls: type) -> dict[str, str]:
    return {"__module__": cls.__module__, "__qualname__": cls.__qualname__}


def _taken_by(function: Callable[..., Any]) -> set[str] | None:
    """Return the names of the arguments that `function` accepts, None if it accepts any."""
    parameters = inspect.signature(function).parameters.values()
    if any(parameter.kind is parameter.VAR_KEYWORD for parameter in parameters):
        return None
    return {
        parameter.name
        for parameter in parameters
        if parameter.kind is not parameter.POSITIONAL_ONLY
    }


def _complete(form: BaseForm, arguments: Mapping[str, Any]) -> None:
    """Set the arguments of BaseForm's constructor that the function did not accept."""
    for name, value in arguments.items():
        match name:
            case "data" | "files":
                setattr(form, name, MultiValueDict() if value is None else value)
                form.is_bound = form.is_bound or value is not None
            case "initial":
                form.initial = {**form.initial, **(value or {})}
            case "prefix" | "auto_id" if value is None:
                continue
            case _:
                setattr(form, name, value)
    form._bound_fields_cache.clear()

"""The registry of form classes that may be live, by name. Pages can refer to no other class."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.forms import BaseForm, BaseFormSet
from django.http import HttpRequest
from django.utils.module_loading import import_string

from clientforms.server import configuration

__all__ = [
    "FormClass", "Registration", "class_registration", "find", "form_registration", "register", "registered",
]  # fmt: skip

FormClass = type[BaseForm] | type[BaseFormSet]
GetFormKwargs = Callable[[HttpRequest], Mapping[str, Any]]
HasPermission = Callable[[HttpRequest], bool]


class Registration:
    """A registered form or formset class and its options.

    If `packed` is true, pages get its source code; otherwise they ask the server about every change.
    `get_form_kwargs` returns constructor arguments for a request. `has_permission` returns whether a request
    may ask about the form. If `pushed` is true, its pages listen for pushes from the server.
    """

    def __init__(
        self,
        form_class: FormClass,
        name: str | None,
        *,
        packed: bool = True,
        get_form_kwargs: GetFormKwargs | None = None,
        has_permission: HasPermission | None = None,
        pushed: bool = False,
    ) -> None:
        self.form_class = form_class
        self.packed = packed
        self.get_form_kwargs = get_form_kwargs
        self.has_permission = has_permission
        self.pushed = pushed
        self._name = name
        self._path = ""

    def __repr__(self) -> str:
        return f"<Registration of {self.form_class.__name__}>"

    @property
    def name(self) -> str:
        """The name that pages use: the given name, by default the dotted path."""
        return self._name or self.path or self.form_class.__name__

    @property
    def path(self) -> str:
        """The dotted path for importing the class, empty if no module has an attribute for it."""
        if not self._path:
            self._path = _path_of(self.form_class)
        return self._path

    @property
    def is_formset(self) -> bool:
        """Whether it is a formset class."""
        return issubclass(self.form_class, BaseFormSet)


_registrations: dict[FormClass, Registration] = {}
_settings_read: list[str] = []


def register(
    form_class: FormClass,
    *,
    name: str | None = None,
    packed: bool = True,
    get_form_kwargs: GetFormKwargs | None = None,
    has_permission: HasPermission | None = None,
    pushed: bool = False,
) -> FormClass:
    """Register a form or formset class so that it can be live, and return the class.

    If a class is registered again, the new options replace the old ones. `name` is the name that pages use, by
    default the dotted path. With `packed=False`, the source code stays on the server and pages ask the server
    about every change. `get_form_kwargs(request)` returns constructor arguments for the server's instance.
    `has_permission(request)` returns whether a request may ask about the form (by default, everybody who gets
    the page may). With `pushed=True`, each page with the form keeps a WebSocket open, so that `push_errors()`
    and `push_choices()` reach it.

    Raises ImproperlyConfigured if `form_class` is not a form or formset class.
    """
    if not (isinstance(form_class, type) and issubclass(form_class, (BaseForm, BaseFormSet))):
        raise ImproperlyConfigured(
            f"clientforms.server.register() needs a form or formset class, got {form_class!r}."
        )
    _registrations[form_class] = Registration(
        form_class,
        name,
        packed=packed,
        get_form_kwargs=get_form_kwargs,
        has_permission=has_permission,
        pushed=pushed,
    )
    return form_class


def registered() -> dict[str, Registration]:
    """Return all registrations by name, those made in code and those in `CLIENTFORMS["FORMS"]`.

    Raises ImproperlyConfigured if a path in the setting cannot be imported, or if two classes have the same name.
    """
    _read_settings()
    found: dict[str, Registration] = {}
    for registration in _registrations.values():
        other = found.setdefault(registration.name, registration)
        if other is not registration:
            raise ImproperlyConfigured(
                f"clientforms.server: two classes are registered as {registration.name!r}, "
                f"{other.form_class!r} and {registration.form_class!r}. Give one of them a different name: "
                "register(…, name=…)."
            )
    return found


def find(name: str) -> Registration | None:
    """Return the registration called `name`, None if there is none. `name` is never imported."""
    return registered().get(name)


def form_registration(form: BaseForm | BaseFormSet) -> Registration | None:
    """Return the registration of a form's class, None if it is not registered."""
    return class_registration(type(form))


def class_registration(form_class: FormClass) -> Registration | None:
    """Return the registration of a class, None if it is not registered."""
    _read_settings()
    return _registrations.get(form_class)


def _read_settings() -> None:
    paths = configuration.forms()
    if paths == _settings_read:
        return
    for path in paths:
        try:
            found = import_string(path)
        except ImportError as error:
            raise ImproperlyConfigured(
                f'CLIENTFORMS["FORMS"] names {path!r}, which cannot be imported: {error}. '
                "Write a dotted path, such as orders.forms.OrderFormSet."
            ) from error
        if found not in _registrations:
            register(found)
        _registrations[found]._path = path
    _settings_read[:] = paths


def _path_of(form_class: FormClass) -> str:
    """Return the dotted path of a class. A factory's result is looked up in the modules that assign it to a name."""
    own = f"{form_class.__module__}.{form_class.__qualname__}"
    module = sys.modules.get(form_class.__module__)
    if getattr(module, form_class.__qualname__, None) is form_class:
        return own
    form = getattr(form_class, "form", form_class)
    first = [form.__module__] if isinstance(form, type) else []
    for name in [*first, *sorted(sys.modules)]:
        for attribute, value in list(vars(sys.modules.get(name) or object).items()):
            if value is form_class and attribute.isidentifier():
                return f"{name}.{attribute}"
    return ""

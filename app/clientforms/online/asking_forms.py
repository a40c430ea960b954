"""Lets the page's forms ask the server about fields that only it can validate, and rules that cannot run in a page.

The project's classes are not changed. Each container gets a subclass with asynchronous rules that ask the server, so
pending states, waiting and undo work as with `AsyncValidationMixin`.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from itertools import count
from types import ModuleType
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm, BaseFormSet, FileField

from clientforms.browser.dom.scope import Scope
from clientforms.browser.page.containers import bindings
from clientforms.browser.runtime import document
from clientforms.engine import AsyncValidationMixin, ClientForm, ClientFormSet
from clientforms.engine.rules import server_notes
from clientforms.engine.targets.dotted_paths import load_class
from clientforms.errors import TargetError
from clientforms.online.answer_socket import SocketTransport
from clientforms.online.answer_transport import HttpTransport, page_dataset
from clientforms.online.asked_rules import asked_about, warn_of_others_only
from clientforms.online.described_forms import described_class
from clientforms.online.pushed_changes import PushedChanges
from clientforms.online.server_questions import ServerQuestions, Transport

__all__ = ["AskingForms"]

_MODULES = "clientforms.online.asking_"
"""The prefix of generated modules. Each contains one subclass, so that a container can refer to it by a dotted path."""

Check = Callable[[str, Iterable[str]], Awaitable[None]]


class AskingForms:
    """The containers of the page whose forms ask the server and receive pushes, including those in new fragments."""

    def __init__(self, scope: Scope) -> None:
        self._transport = _transport()
        if self._transport is not None:
            warn_of_others_only()
        self._page = secrets.token_urlsafe(16)
        self._numbers = count()
        self._asking: list[_Asking] = []
        self._is_ready = False
        scope.listen(document, "clientforms:ready", lambda event: self._on_ready())

    def look(self) -> None:
        """Set up containers that are not live yet, if the page has a server to ask, and end removed ones."""
        for asking in [each for each in self._asking if each.is_gone()]:
            asking.end()
            self._asking.remove(asking)
        if self._transport is None:
            return
        new = [
            self._let_ask(container, self._transport)
            for container in document.querySelectorAll("[data-clientforms-name]")
            if not (container.hasAttribute("data-bound") or _is_waiting(container))
        ]
        self._asking += new
        if self._is_ready:
            self._watch(new)

    def _let_ask(self, container: Any, transport: Transport) -> _Asking:
        return _Asking(container, f"{_MODULES}{next(self._numbers)}", self._page, transport)

    def _on_ready(self) -> None:
        self._is_ready = True
        self._watch(self._asking)

    def _watch(self, new: Sequence[_Asking]) -> None:
        """Watch for pushes, including those for the `new` forms."""
        rendered = [each.rendered_at for each in new if each.pushes is not None]
        if rendered and isinstance(self._transport, SocketTransport):
            watched = [each.watched for each in self._asking if each.pushes is not None]
            self._transport.watch(watched, min(rendered), self._take_push)

    def _take_push(self, found: Mapping[str, Any]) -> None:
        for each in self._asking:
            each.take_push(found)


def _is_waiting(container: Any) -> bool:
    """Return whether a container is set up and will ask once it is live."""
    path = container.getAttribute("data-formset") or container.getAttribute("data-form") or ""
    return str(path).startswith(_MODULES)


def _transport() -> Transport | None:
    address, socket = page_dataset("questions"), page_dataset("socket")
    http = HttpTransport(address) if address else None
    return SocketTransport(socket, http) if socket else http


class _Asking:
    """A container and its form class, which is created when the page loads it by its dotted path."""

    def __init__(self, container: Any, module_name: str, page: str, transport: Transport) -> None:
        self._container = container
        self._attribute = next(
            name for name in ("data-formset", "data-form") if container.hasAttribute(name)
        )
        self._path = self._said(self._attribute)
        self._made: type | None = None
        self._name = self._said("data-clientforms-name")
        self._about = self._said("data-clientforms-about")
        self._questions = ServerQuestions(self._name, self._about, page, transport, self._live)
        is_pushed = container.hasAttribute("data-clientforms-pushed")
        self.pushes = PushedChanges(self._live) if is_pushed else None
        module = ModuleType(module_name)
        module.__getattr__ = self._load  # type: ignore[method-assign]
        sys.modules[module_name] = module
        self._module_name = module_name
        container.setAttribute(self._attribute, f"{module_name}.{self._path.rpartition('.')[2]}")

    @property
    def rendered_at(self) -> float:
        """The server time at which the form was rendered. Later pushes are not part of the HTML."""
        return float(self._said("data-clientforms-pushed"))

    @property
    def watched(self) -> dict[str, str]:
        """The form's name and signed token, which tell the server what to push."""
        return {"form": self._name, **({"about": self._about} if self._about else {})}

    def take_push(self, found: Mapping[str, Any]) -> None:
        """Apply a push from the server if it is for this form."""
        about = found.get("about")
        if self.pushes and found.get("form") == self._name and about in (None, self._about):
            self.pushes.take(found["push"], about_one=about is not None)

    def is_gone(self) -> bool:
        """Return whether no live form uses the class any more, and none is going to."""
        is_coming = self._container.isConnected and _is_waiting(self._container)
        return not is_coming and self._found() is None

    def end(self) -> None:
        """Stop asking."""
        self._questions.end()
        sys.modules.pop(self._module_name, None)

    def _said(self, attribute: str) -> str:
        return str(self._container.getAttribute(attribute) or "")

    def _load(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        self._container.setAttribute(self._attribute, self._path)
        try:
            self._made = self._make(name)
        except AttributeError as error:  # the import would only report that the class is missing
            raise TargetError(f"{self._path} cannot be created: {error}.") from error
        return self._made

    def _make(self, name: str) -> Any:
        found: Any
        if description := self._said("data-clientforms-description"):
            found = described_class(json.loads(description), name)
        else:
            found = load_class(self._path, self._attribute)
        asked = self._said("data-clientforms-asks").split()
        make = _asking_formset if issubclass(found, BaseFormSet) else _asking_form
        return make(found, self._questions.check, asked)

    def _live(self) -> ClientForm | ClientFormSet:
        live = self._found()
        if live is None:
            raise TargetError(f"{self._path} is no longer live.")
        return live

    def _found(self) -> ClientForm | ClientFormSet | None:
        for binding in bindings():
            live: Any = binding.live
            made = live.formset_class if isinstance(live, ClientFormSet) else live.form_class
            if made is self._made:
                return live
        return None


def _asking_form(form_class: Any, ask: Check, asked: Iterable[str]) -> Any:
    """Return a subclass whose forms ask about the fields `asked`, and about rules that cannot run in the page."""
    always = frozenset(asked)

    def full_clean(self: Any) -> None:
        with asked_about(True):
            form_class.full_clean(self)
        left = _take_left(self)
        names = [
            name for name in (*self.fields, NON_FIELD_ERRORS) if name in always or name in left
        ]
        own = type(self).async_cleaners
        self.async_cleaners = {**own, **_cleaners(names, own, ask)}

    return _subclass(form_class, {"full_clean": full_clean})


def _take_left(form: Any) -> list[str]:
    """Remove the notes about rules that the server can answer from a cleaned form. Returns the names of their fields.

    Questions do not contain files, so the notes of file fields stay. If a file is chosen, the note of the form's
    `clean()` stays too, because `clean()` may use the file.
    """
    files = [name for name, field in form.fields.items() if isinstance(field, FileField)]
    stay = list(files)
    if any(form.files.get(form.add_prefix(name)) for name in files):
        stay.append(NON_FIELD_ERRORS)
    errors = form._errors
    notes = {name: errors.pop(name) for name in stay if name in errors}
    left = server_notes.take_out(form)
    errors.update(notes)
    return [name for name in left if name not in stay]


def _asking_formset(formset_class: Any, ask: Check, asked: Iterable[str]) -> Any:
    """Return a subclass for a formset. In `asked`, fields of formsets inside its rows are written as `pages.title`."""
    asked = list(asked)
    always = NON_FIELD_ERRORS in asked

    def full_clean(self: Any) -> None:
        with asked_about(True):
            formset_class.full_clean(self)
        left = server_notes.take_out_of_list(self._non_form_errors)
        names = [NON_FIELD_ERRORS] if always or left else []
        own = type(self).async_cleaners
        self.async_cleaners = {**own, **_cleaners(names, own, ask)}

    form_class = _asking_form(formset_class.form, ask, asked)
    own = {"form": form_class, "full_clean": full_clean}
    inside = {name.partition(".")[0] for name in asked if "." in name}
    if inside:
        own["add_fields"] = _add_asking_formsets(formset_class, ask, asked, inside)
    return _subclass(formset_class, own)


def _add_asking_formsets(
    formset_class: Any, ask: Check, asked: Iterable[str], inside: Iterable[str]
) -> Callable[[Any, BaseForm, int | None], None]:
    """Return an `add_fields()` that lets the formsets `inside` a form ask too."""
    made: dict[type, Any] = {}

    def asking(name: str, found: type) -> Any:
        if found not in made:
            own = [each.partition(".")[2] for each in asked if each.startswith(f"{name}.")]
            made[found] = _asking_formset(found, ask, own)
        return made[found]

    def add_fields(self: Any, form: BaseForm, index: int | None) -> None:
        formset_class.add_fields(self, form, index)
        for name in inside:
            found: Any = vars(form).get(name)
            if isinstance(found, BaseFormSet):
                found.__class__ = asking(name, type(found))

    return add_fields


def _subclass(found: Any, own: dict[str, Any]) -> Any:
    bases = (found,) if issubclass(found, AsyncValidationMixin) else (AsyncValidationMixin, found)
    names = {"__module__": found.__module__, "__qualname__": found.__qualname__}
    return type(found.__name__, bases, {**names, **own})


def _cleaners(
    names: Iterable[str], own: Any, ask: Check
) -> dict[str, Callable[[BaseForm], Awaitable[Any]]]:
    """Return asynchronous rules that ask about `names`. Each first runs the class's own asynchronous rule."""
    found = {}
    for name in names:
        rule = "clean" if name == NON_FIELD_ERRORS else f"clean_{name}"
        found[rule] = _cleaner(name, own.get(rule), ask)
    return found


def _cleaner(
    name: str, own: Callable[[Any], Awaitable[Any]] | None, ask: Check
) -> Callable[[Any], Awaitable[Any]]:
    async def clean(form: Any) -> Any:
        if own is not None:
            value = await own(form)
        else:
            value = None if name == NON_FIELD_ERRORS else form.cleaned_data.get(name)
        await ask(name, _others(form) if name == NON_FIELD_ERRORS else ())
        return value

    return clean


def _others(form: Any) -> list[str]:
    """Return the fields of a form that have no asynchronous rule of their own."""
    if isinstance(form, BaseFormSet):
        return []
    return [name for name in form.fields if f"clean_{name}" not in form.async_cleaners]

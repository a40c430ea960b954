"""Find `data-formset` and `data-form` in the page, and bind the forms that they name."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from typing import Any

from clientforms.browser.binding.binding import Binding
from clientforms.browser.binding.form_binding import FormBinding
from clientforms.browser.binding.formset_binding import FormSetBinding
from clientforms.browser.dom import author_messages
from clientforms.browser.dom.garbage_collection import collect_when_idle
from clientforms.browser.runtime import document
from clientforms.browser.submit.form_submission import FormGroup
from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.targets.dotted_paths import ATTRIBUTES, live_of
from clientforms.errors import ClientFormsError, TargetError

__all__ = [
    "bind", "bind_page", "bindings", "bindings_of", "cleaned_by", "container_paths", "find_binding", "group_of", "posted_by",
]  # fmt: skip

_bindings: list[Binding] = []
_groups: list[FormGroup] = []


def bindings() -> list[Binding]:
    """Return the bindings of the page, in the order in which they were made."""
    return list(_bindings)


def bindings_of(form: Any) -> list[Binding]:
    """Return the bindings in one `<form>`, in the order in which they were made."""
    return [binding for binding in _bindings if binding.form_element.isSameNode(form)]


def group_of(form: Any) -> FormGroup | None:
    """Return the live forms in one `<form>` together, None if there is none."""
    return next((group for group in _groups if group.form.isSameNode(form)), None)


def posted_by(form: Any) -> list[Binding]:
    """Return those of `bindings_of(form)` that a submit posts, without disabled ones."""
    return [binding for binding in bindings_of(form) if not binding.is_disabled()]


def cleaned_by(form: Any) -> dict[str, Any] | None:
    """Return the cleaned data that a submit posts, by name; None if any is invalid or none is live."""
    if not bindings_of(form):
        return None
    cleaned = {binding.name: binding.cleaned_data() for binding in posted_by(form)}
    return cleaned if all(data is not None for data in cleaned.values()) else None


def bind(target: Any, live: ClientForm | ClientFormSet) -> Binding:
    """Bind `live` to `target`, an element or a selector, and return the binding.

    Existing markup is taken over; into an empty container, the form is rendered. Raises TargetError
    if there is no such element, or it is bound already.
    """
    container = document.querySelector(target) if isinstance(target, str) else target
    if not container:
        raise TargetError(f"There is no element {target!r} in the page to bind {live.name} to.")
    if container.hasAttribute("data-bound"):
        raise TargetError(f"The container of {live.name} is bound already: unbind() that first.")
    if any(binding.name == live.name for binding in _bindings):
        raise TargetError(
            f"There is a form or formset called {live.name!r} in the page already: "
            "give this one another data-prefix."
        )
    collect_when_idle()
    made: Binding
    if isinstance(live, ClientFormSet):
        made = FormSetBinding(container, live)
    else:
        made = FormBinding(container, live, live.name)
    group = _group_of(made.form_element)  # before there are many rows in it
    try:
        made.start()
        _bindings.append(made)
        made.scope.at_end(lambda: _bindings.remove(made))
        group.add(made)
    except BaseException:
        made.unbind()
        group.end_if_empty()
        raise
    return made


def bind_page(given: Callable[[Any], dict[str, Any]] = lambda _: {}) -> Iterator[None]:
    """Bind all unbound containers of the page, yielding between two `<form>`s.

    `given` returns more arguments of `live_of()` for a container. If binding fails, an error is shown in it.
    Where a server rendered errors, they are listed when all forms are live.
    """
    known, last = set(_bindings), None
    for container in document.querySelectorAll("[data-formset], [data-form]"):
        if container.hasAttribute("data-bound"):
            continue
        form = container.closest("form") or container
        if last and not form.isSameNode(last):
            yield
        last = form
        if container.isConnected:  # it may have been removed meanwhile
            _bind_or_say_why_not(container, given)
    made = [binding for binding in _bindings if binding not in known]
    for group in list(_groups):
        if any(binding in made for binding in group.bindings):
            group.tell_refusal()


def container_paths() -> list[str]:
    """Return the dotted paths in the page's containers."""
    return [
        _target_of(container)
        for container in document.querySelectorAll("[data-formset], [data-form]")
    ]


def find_binding(name: str, kind: type[Binding]) -> Binding:
    """Return the binding called `name`. Raises TargetError listing the existing ones."""
    everywhere = [binding for outer in _bindings for binding in outer.tree()]
    of_kind = [binding for binding in everywhere if isinstance(binding, kind)]
    for binding in of_kind:
        if name in (binding.name, binding.container.id):
            return binding
    what = "formset" if kind is FormSetBinding else "form"
    there = ", ".join(binding.name for binding in of_kind) or "none"
    raise TargetError(f"There is no {what} called {name!r} in this page. There is: {there}.")


def _bind_or_say_why_not(container: Any, given: Callable[[Any], dict[str, Any]]) -> None:
    author_messages.clear_message(container, "bind")
    try:
        _bind_container(container, given(container))
    except ClientFormsError as error:
        author_messages.show_message(container, str(error), name="bind")
    except BaseException as error:  # noqa: BLE001 - a user's module or constructor may raise anything
        text = f"{_target_of(container)} could not be shown: {type(error).__name__}: {error}"
        details = traceback.format_exc()
        author_messages.show_message(container, text, name="bind", details=details)


def _bind_container(container: Any, given: dict[str, Any]) -> Binding:
    there = [name for name in ATTRIBUTES if container.hasAttribute(name)]
    attributes = {name: _attribute(container, name) for name in there}
    return bind(container, live_of(attributes, _text_of, **given))


def _attribute(container: Any, name: str) -> str:
    return str(container.getAttribute(name) or "").strip()


def _text_of(element_id: str) -> str | None:
    element = document.getElementById(element_id)
    return str(element.textContent) if element else None


def _group_of(form: Any) -> FormGroup:
    _groups[:] = [group for group in _groups if not group.has_ended]
    for group in _groups:
        if group.form.isSameNode(form):
            return group
    group = FormGroup(form)
    _groups.append(group)
    return group


def _target_of(container: Any) -> str:
    return _attribute(container, "data-formset") or _attribute(container, "data-form")

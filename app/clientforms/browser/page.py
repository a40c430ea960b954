"""Finding `data-formset` and `data-form` in the page, and binding what they name."""

from __future__ import annotations

import difflib
import importlib
import json
import traceback
from typing import Any

from django.forms import BaseForm, BaseFormSet

from clientforms.browser import messages
from clientforms.browser.adopting import AdoptingFormSetBinding
from clientforms.browser.binding import Binding
from clientforms.browser.form_binding import FormBinding
from clientforms.browser.formset_binding import FormSetBinding
from clientforms.browser.runtime import document
from clientforms.browser.submitting import FormGroup
from clientforms.engine import ClientForm, ClientFormSet, ValidationPolicy
from clientforms.engine.policy import AUTO_DELAY
from clientforms.engine.rendering import check_layout
from clientforms.errors import ClientFormsError, DataError, TargetError

__all__ = ["bind", "bind_page", "bindings", "container_paths", "find_binding", "load_class"]

_bindings: list[Binding] = []
_groups: list[FormGroup] = []


def bindings() -> list[Binding]:
    """Return the bindings of the page, in the order they were made."""
    return list(_bindings)


def bind(target: Any, live: ClientForm | ClientFormSet) -> Binding:
    """Bind `live` to `target`, an element or a selector, and return the binding.

    Markup that is there is taken over, an empty container is rendered into. Raises TargetError
    where there is no such element, or it is bound already.
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
    made: Binding
    if isinstance(live, ClientFormSet):
        made = AdoptingFormSetBinding(container, live)
    else:
        made = FormBinding(container, live, live.name)
    made.start()
    _bindings.append(made)
    made.scope.at_end(lambda: _bindings.remove(made))
    _group_of(made.form_element).add(made)
    return made


def bind_page() -> list[Binding]:
    """Bind every container of the page that is not bound. One that fails says so in its place."""
    made = []
    for container in document.querySelectorAll("[data-formset], [data-form]"):
        if container.hasAttribute("data-bound"):
            continue
        messages.clear_message(container, "bind")
        try:
            made.append(_bind_container(container))
        except ClientFormsError as error:
            messages.show_message(container, str(error), name="bind")
        except Exception as error:  # noqa: BLE001 - a user's module or constructor may raise anything
            text = f"{_target_of(container)} could not be shown: {type(error).__name__}: {error}"
            details = traceback.format_exc()
            messages.show_message(container, text, name="bind", details=details)
    return made


def container_paths() -> list[str]:
    """Return the dotted paths that the page's containers name."""
    return [_target_of(each) for each in document.querySelectorAll("[data-formset], [data-form]")]


def find_binding(name: str, kind: type[Binding]) -> Binding:
    """Return the binding called `name`. Raises TargetError naming those that there are."""
    everywhere = [each for outer in _bindings for each in outer.tree()]
    of_kind = [binding for binding in everywhere if isinstance(binding, kind)]
    for binding in of_kind:
        if name in (binding.name, binding.container.id):
            return binding
    what = "formset" if kind is FormSetBinding else "form"
    there = ", ".join(binding.name for binding in of_kind) or "none"
    raise TargetError(f"There is no {what} called {name!r} in this page. There is: {there}.")


def load_class(path: str, attribute: str) -> type[BaseForm] | type[BaseFormSet]:
    """Return the class at the dotted `path`. Raises TargetError with what would be right."""
    base: type = BaseFormSet if attribute == "data-formset" else BaseForm
    module_name, _, class_name = path.rpartition(".")
    said = f'{attribute}="{path}"'
    if not module_name:
        raise TargetError(f"{said}: give a dotted path, such as demo.forms.ArticleFormSet.")
    try:
        module = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name and not f"{module_name}.".startswith(f"{error.name}."):
            raise TargetError(
                f"{said}: {module_name} imports {error.name}, which is not here."
            ) from error
        raise TargetError(
            f"{said}: there is no module {error.name}. Is it listed under [files] in pyscript.toml?"
        ) from error
    found = getattr(module, class_name, None)
    if found is None:
        raise TargetError(
            f"{said}: {module_name} has no {class_name}.{_guess(module, class_name, base)}"
        )
    if not (isinstance(found, type) and issubclass(found, base)):
        other = "data-form" if attribute == "data-formset" else "data-formset"
        right = BaseForm if base is BaseFormSet else BaseFormSet
        fits_other = isinstance(found, type) and issubclass(found, right)
        hint = f" Use {other} for it." if fits_other else _guess(module, class_name, base)
        kind = "formset" if base is BaseFormSet else "form"
        raise TargetError(f"{said}: {class_name} is not a {kind} class but {found!r}.{hint}")
    return found


def form_name(path: str) -> str:
    """Return what a form without a prefix is called: `demo.forms.SignupForm` is `signup`."""
    name = path.rpartition(".")[2]
    return (name.removesuffix("Form") or name).lower()


def _bind_container(container: Any) -> Binding:
    data = container.dataset
    policy = ValidationPolicy(_attribute(container, "data-validation") or "auto", _delay(container))
    prefix = _attribute(container, "data-prefix") or None
    layout = check_layout(_attribute(container, "data-layout") or "div")
    initial = _initial(container)
    live: ClientForm | ClientFormSet
    if container.hasAttribute("data-formset"):
        formset_class = load_class(data.formset, "data-formset")
        live = ClientFormSet(formset_class, prefix=prefix, validation=policy)
        if initial is not None:
            live.reset(live.initial_from_json(initial))
    else:
        form_class = load_class(data.form, "data-form")
        live = ClientForm(
            form_class,
            prefix=prefix,
            name=prefix or form_name(data.form),
            validation=policy,
        )
        if initial is not None:
            live.reset(live.initial_from_json(initial))
    live.layout = layout
    return bind(container, live)


def _attribute(container: Any, name: str) -> str:
    return str(container.getAttribute(name) or "").strip()


def _delay(container: Any) -> int:
    text = _attribute(container, "data-delay")
    if not text:
        return AUTO_DELAY
    if not text.isdecimal():
        raise DataError(f'data-delay="{text}": give a number of milliseconds, such as 369.')
    return int(text)


def _initial(container: Any) -> Any:
    element_id = _attribute(container, "data-initial")
    if not element_id:
        return None
    element = document.getElementById(element_id)
    if not element:
        raise DataError(
            f'data-initial="{element_id}": there is no element with this id. '
            f'Write <script type="application/json" id="{element_id}">.'
        )
    try:
        return json.loads(element.textContent)
    except json.JSONDecodeError as error:
        raise DataError(f'data-initial="{element_id}": not JSON: {error}.') from error


def _group_of(form: Any) -> FormGroup:
    _groups[:] = [group for group in _groups if group.bindings]
    for group in _groups:
        if group.form.isSameNode(form):
            return group
    group = FormGroup(form)
    _groups.append(group)
    return group


def _guess(module: Any, name: str, base: type) -> str:
    names = [
        key
        for key, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, base) and not key.startswith("Base")
    ]
    close = difflib.get_close_matches(name, names, n=1)
    if close:
        return f" Did you mean {close[0]}?"
    return f" It has {', '.join(sorted(names))}." if names else ""


def _target_of(container: Any) -> str:
    return _attribute(container, "data-formset") or _attribute(container, "data-form")

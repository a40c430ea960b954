"""Make the live form or formset that a container's attributes name."""

from __future__ import annotations

import difflib
import importlib
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from django.forms import BaseForm, BaseFormSet

from clientforms.engine.html.form_html import check_layout
from clientforms.engine.live.client_form import ClientForm
from clientforms.engine.live.client_formset import ClientFormSet
from clientforms.engine.rules.validation_policy import AUTO_DELAY, ValidationPolicy
from clientforms.engine.targets.function_targets import class_made_by, is_maker
from clientforms.errors import DataError, TargetError

__all__ = ["ATTRIBUTES", "form_name", "live_of", "load_class"]

ATTRIBUTES = (
    "data-formset",
    "data-form",
    "data-prefix",
    "data-layout",
    "data-validation",
    "data-delay",
    "data-initial",
    "data-row-label",
)


def live_of(
    attributes: Mapping[str, str],
    text_of: Callable[[str], str | None],
    its_class: Any = None,
    **arguments: Any,
) -> ClientForm | ClientFormSet:
    """Return the live form or formset for a container with these `attributes`.

    `text_of` returns the text of the element with an id, or None. `its_class` is used instead of
    importing the one that they name, and `arguments` are added. Raises ClientFormsError for wrong
    attributes, and whatever the class itself raises.
    """
    given = {name: attributes.get(name, "").strip() for name in ATTRIBUTES}
    policy = ValidationPolicy(given["data-validation"] or "auto", _delay(given["data-delay"]))
    prefix = given["data-prefix"] or None
    layout = check_layout(given["data-layout"] or "div")
    initial = _initial(given["data-initial"], text_of)
    live: ClientForm | ClientFormSet
    own: Any  # typed by the form itself
    if "data-formset" in attributes:
        its_class = its_class or load_class(given["data-formset"], "data-formset")
        live = ClientFormSet(its_class, prefix=prefix, validation=policy, **arguments)
        live.row_label = given["data-row-label"]
    else:
        path = given["data-form"]
        its_class = its_class or load_class(path, "data-form")
        name = prefix or form_name(path)
        live = ClientForm(its_class, prefix=prefix, name=name, validation=policy, **arguments)
    if initial is not None:
        own = live.initial_from_json(initial)
        live.reset(own)
    live.layout = layout
    return live


def load_class(path: str, attribute: str) -> type[BaseForm] | type[BaseFormSet]:
    """Return the class at the dotted `path`, or one made from the function there.

    Raises TargetError with a hint, and whatever a function raises.
    """
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
    if is_maker(found):
        found = class_made_by(found, class_name)
    if not (isinstance(found, type) and issubclass(found, base)):
        other = "data-form" if attribute == "data-formset" else "data-formset"
        right = BaseForm if base is BaseFormSet else BaseFormSet
        fits_other = isinstance(found, type) and issubclass(found, right)
        hint = f" Use {other} for it." if fits_other else _guess(module, class_name, base)
        kind = "formset" if base is BaseFormSet else "form"
        raise TargetError(f"{said}: {class_name} is not a {kind} class but {found!r}.{hint}")
    return found


def form_name(path: str) -> str:
    """Return the name of a form without a prefix.

    It is `signup` for `demo.forms.SignupForm` and for `demo.forms.make_signup_form`.
    """
    name = path.rpartition(".")[2]
    plain = re.sub(r"^(make|get|build|create)_|(?<=.)(Form|_form|_formset)$", "", name)
    return (plain or name).lower()


def _delay(text: str) -> int:
    if not text:
        return AUTO_DELAY
    if not text.isdecimal():
        raise DataError(f'data-delay="{text}": give a number of milliseconds, such as 369.')
    return int(text)


def _initial(element_id: str, text_of: Callable[[str], str | None]) -> Any:
    if not element_id:
        return None
    text = text_of(element_id)
    if text is None:
        raise DataError(
            f'data-initial="{element_id}": there is no element with this id. '
            f'Write <script type="application/json" id="{element_id}">.'
        )
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise DataError(f'data-initial="{element_id}": not JSON: {error}.') from error


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

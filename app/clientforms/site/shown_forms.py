"""What views have given the forms that templates show, for the live forms in their place.

A view gives its form the object that is edited, without which a live form would find the object's own unique values
taken. Other arguments are the form's own: those that a view adds in `get_form_kwargs()`.
"""

from __future__ import annotations

import inspect
from itertools import count
from typing import Any

from django.forms import BaseForm, BaseModelForm
from django.forms.forms import DeclarativeFieldsMetaclass

from clientforms.browser import bind
from clientforms.engine import ClientForm
from clientforms.engine.rules.validation_policy import AUTO_DELAY
from clientforms.engine.targets.dotted_paths import form_name

__all__ = ["ATTRIBUTE", "bind_shown", "install", "remember"]

ATTRIBUTE = "data-site-form"
_MOST = 100  # containers of one page, at the least
_GIVEN = "_clientforms_given"

_USUAL = frozenset(inspect.signature(BaseModelForm.__init__).parameters)
_numbers = count(1)
_shown: dict[str, tuple[type[BaseForm], dict[str, Any]]] = {}


def install() -> None:
    """Let forms keep the arguments that Django's own forms have not."""
    DeclarativeFieldsMetaclass.__call__ = _make


def _make(form_class: Any, *given: Any, **named: Any) -> Any:
    form = type.__call__(form_class, *given, **named)
    if own := {name: value for name, value in named.items() if name not in _USUAL}:
        setattr(form, _GIVEN, own)
    return form


def remember(form: BaseForm) -> str:
    """Return the value of `ATTRIBUTE` for the form's container, empty if its class is all that a live form needs."""
    arguments = dict(getattr(form, _GIVEN, {}))
    if isinstance(form, BaseModelForm) and form.instance.pk is not None:
        # The form has changed its own instance if it was invalid.
        stored = type(form.instance)._base_manager.filter(pk=form.instance.pk).first()
        if stored is not None:
            arguments["instance"] = stored
    if not arguments:
        return ""
    number = str(next(_numbers))
    _shown[number] = type(form), arguments
    while len(_shown) > _MOST:
        del _shown[next(iter(_shown))]
    return number


def bind_shown(element: Any) -> None:
    """Bind the containers in `element` whose forms got arguments from a view."""
    for container in element.querySelectorAll(f"[data-form][{ATTRIBUTE}]"):
        found = _shown.get(str(container.getAttribute(ATTRIBUTE)))
        if found is None or container.hasAttribute("data-bound"):
            continue
        form_class, arguments = found
        prefix = str(container.getAttribute("data-prefix") or "") or None
        live = ClientForm(
            form_class,
            prefix=prefix,
            name=prefix or form_name(str(container.getAttribute("data-form"))),
            form_kwargs=arguments,
            validation=str(container.getAttribute("data-validation") or "auto"),
            delay=int(container.getAttribute("data-delay") or AUTO_DELAY),
        )
        bind(container, live)

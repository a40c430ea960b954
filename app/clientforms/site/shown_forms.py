"""The stored objects of the model forms that templates have shown, for the live forms in their place.

A view gives its form the object that is edited. A live form needs it, too: otherwise it would find the object's
own unique values taken.
"""

from __future__ import annotations

from itertools import count
from typing import Any

from django.forms import BaseForm, BaseModelForm

from clientforms.browser import bind
from clientforms.engine import ClientForm
from clientforms.engine.rules.validation_policy import AUTO_DELAY
from clientforms.engine.targets.dotted_paths import form_name

__all__ = ["ATTRIBUTE", "bind_shown", "remember"]

ATTRIBUTE = "data-site-object"
_MOST = 100  # containers of one page, at the least

_numbers = count(1)
_shown: dict[str, tuple[type[BaseForm], Any]] = {}


def remember(form: BaseForm) -> str:
    """Return the value of `ATTRIBUTE` for the form's container, empty if it edits no stored object."""
    if not isinstance(form, BaseModelForm) or form.instance.pk is None:
        return ""
    number = str(next(_numbers))
    # The form has changed its own instance if it was invalid.
    stored = type(form.instance)._base_manager.filter(pk=form.instance.pk).first()
    if stored is None:
        return ""
    _shown[number] = type(form), stored
    while len(_shown) > _MOST:
        del _shown[next(iter(_shown))]
    return number


def bind_shown(element: Any) -> None:
    """Bind the containers in `element` whose forms edit stored objects."""
    for container in element.querySelectorAll(f"[data-form][{ATTRIBUTE}]"):
        found = _shown.get(str(container.getAttribute(ATTRIBUTE)))
        if found is None or container.hasAttribute("data-bound"):
            continue
        form_class, stored = found
        prefix = str(container.getAttribute("data-prefix") or "") or None
        live = ClientForm(
            form_class,
            prefix=prefix,
            name=prefix or form_name(str(container.getAttribute("data-form"))),
            form_kwargs={"instance": stored},
            validation=str(container.getAttribute("data-validation") or "auto"),
            delay=int(container.getAttribute("data-delay") or AUTO_DELAY),
        )
        bind(container, live)

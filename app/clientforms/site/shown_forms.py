"""What views have given the forms and formsets that templates show, for the live ones in their place.

A view gives its form the object that is edited, without which a live form would find the object's own unique values
taken. An inline formset belongs to an object, and a queryset says which rows are stored. Other arguments are the
class's own: those that a view adds in `get_form_kwargs()`.
"""

from __future__ import annotations

import inspect
from itertools import count
from typing import Any

from django.forms import BaseForm, BaseFormSet, BaseInlineFormSet, BaseModelForm, BaseModelFormSet
from django.forms.forms import DeclarativeFieldsMetaclass

__all__ = ["ATTRIBUTE", "given_for", "install", "remember"]

ATTRIBUTE = "data-site-form"
_MOST = 100  # containers of one page, at the least
_GIVEN = "_clientforms_given"

_USUAL = frozenset(inspect.signature(BaseModelForm.__init__).parameters)
_USUAL_OF_FORMSETS = frozenset(
    name
    for each in (BaseFormSet, BaseModelFormSet, BaseInlineFormSet)
    for name in inspect.signature(each.__init__).parameters
)
_numbers = count(1)
_shown: dict[str, tuple[type[BaseForm] | type[BaseFormSet], dict[str, Any]]] = {}


def install() -> None:
    """Let forms and formsets keep the arguments that Django's own have not."""
    DeclarativeFieldsMetaclass.__call__ = _make
    BaseFormSet.__new__ = _new_formset


def _make(form_class: Any, *given: Any, **named: Any) -> Any:
    form = type.__call__(form_class, *given, **named)
    if own := {name: value for name, value in named.items() if name not in _USUAL}:
        setattr(form, _GIVEN, own)
    return form


def _new_formset(formset_class: type[Any], *_given: Any, **named: Any) -> Any:
    """Make a formset. Formsets have no class of their own that makes them, as forms have."""
    formset = object.__new__(formset_class)
    if own := {name: value for name, value in named.items() if name not in _USUAL_OF_FORMSETS}:
        setattr(formset, _GIVEN, own)
    return formset


def remember(form: BaseForm | BaseFormSet, *, has_name: bool) -> str:
    """Return the value of `ATTRIBUTE` for the container of a form or formset.

    It is empty if the class is all that a live form needs, and `has_name`: it can be imported by its name.
    """
    arguments = dict(getattr(form, _GIVEN, {}))
    if isinstance(form, BaseModelForm | BaseInlineFormSet) and form.instance.pk is not None:
        # A form has changed its own instance if it was invalid, which may be that of a formset, too.
        stored = type(form.instance)._base_manager.filter(pk=form.instance.pk).first()
        if stored is not None:
            arguments["instance"] = stored
    if isinstance(form, BaseModelFormSet) and form.queryset is not None:
        arguments["queryset"] = form.queryset.all()
    if isinstance(form, BaseFormSet) and form.form_kwargs:
        arguments["form_kwargs"] = form.form_kwargs
    if has_name and not arguments:
        return ""
    number = str(next(_numbers))
    _shown[number] = type(form), arguments
    while len(_shown) > _MOST:
        del _shown[next(iter(_shown))]
    return number


def given_for(container: Any) -> dict[str, Any]:
    """Return what `live_of()` gets for a container: the class and arguments that `remember()` has noted for it."""
    found = _shown.get(str(container.getAttribute(ATTRIBUTE) or ""))
    if found is None:
        return {}
    its_class, arguments = found
    if not issubclass(its_class, BaseFormSet):
        return {"its_class": its_class, "form_kwargs": arguments}
    own = {name: value for name, value in arguments.items() if name != "form_kwargs"}
    return {
        "its_class": its_class,
        "form_kwargs": arguments.get("form_kwargs"),
        "formset_kwargs": own,
    }

"""Rows that get another number: when the cleaned form can stay, and how it takes its new names.

Most forms do not look at their own number. Where one might, it is cleaned anew under it.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from django.forms import BaseFormSet, BaseModelFormSet

from clientforms.engine.row import Row

__all__ = ["looks_at_its_number", "put_under"]

_TELLING = frozenset(
    {
        "prefix", "add_prefix", "add_initial_prefix", "html_name", "html_initial_name", "auto_id",
        "id_for_label", "data", "files", "widget_data", "__dict__", "vars", "getattr", "render", "eval", "exec",
    }
)  # fmt: skip
"""Names by which code could learn a form's number."""

_DEPTH = 3  # of functions that functions call


def looks_at_its_number(formset_class: type[BaseFormSet]) -> bool:
    """Return whether cleaning a form of the class may depend on the form's number.

    Django's own code does not. A developer's is looked through: its methods, those of its own
    fields and widgets, and the functions that these call.
    """
    if issubclass(formset_class, BaseModelFormSet):
        return True  # the number says which object it is
    form_class = formset_class.form
    fields = list(form_class.base_fields.values())
    classes: list[type] = [form_class, *map(type, fields), *(type(each.widget) for each in fields)]
    return any(_is_telling(each) for each in classes)


def put_under(row: Row, prefix: str) -> None:
    """Give the row's cleaned form another prefix."""
    form = row.form
    if form is None:
        return
    form.prefix = prefix
    form._bound_fields_cache = {}
    for name, errors in (form._errors or {}).items():
        if getattr(errors, "field_id", None) and name in form.fields:
            errors.field_id = form[name].auto_id


@cache
def _is_telling(cls: type) -> bool:
    return any(
        _mentions(function)
        for base in cls.__mro__
        if not base.__module__.startswith(("django.", "builtins"))
        for function in _functions(vars(base).values())
        if not _is_djangos(function)  # a metaclass of its adds `media`
    )


def _functions(values: Iterable[Any]) -> Iterator[types.FunctionType]:
    for value in values:
        if isinstance(value, property):
            yield from _functions([value.fget, value.fset])
        elif isinstance(value, (staticmethod, classmethod)):
            yield from _functions([value.__func__])
        elif isinstance(value, types.FunctionType):
            yield value
        elif isinstance(getattr(value, "func", None), types.FunctionType):  # cached_property
            yield value.func


def _mentions(function: types.FunctionType, depth: int = _DEPTH) -> bool:
    names = set(_names(function.__code__))
    if names & _TELLING:
        return True
    cells = [cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell)]
    called = _functions([*(function.__globals__.get(name) for name in names), *cells])
    return depth > 0 and any(
        _mentions(each, depth - 1)
        for each in called
        if each is not function and not _is_djangos(each)
    )


def _is_djangos(function: types.FunctionType) -> bool:
    return str(function.__module__).startswith("django.")


def _is_filled(cell: types.CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - asking is the only way to know
    except ValueError:
        return False
    return True


def _names(code: types.CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)
        elif isinstance(constant, str):  # kwargs["prefix"]
            yield constant

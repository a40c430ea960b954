"""What a developer's own code mentions: found out by looking through it, without running it.

Some short cuts are right as long as nobody looks at a certain thing. Django's own code is known;
a developer's is looked through, and the functions that it calls.
"""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

__all__ = ["mentions"]

_ANYTHING = frozenset({"__dict__", "vars", "getattr", "setattr", "eval", "exec"})
"""Names with which code can get at whatever it likes."""

_DEPTH = 3  # of functions that functions call


@cache
def mentions(cls: Any, names: frozenset[str]) -> bool:
    """Return whether code of `cls`, or of a base that is not Django's, mentions one of `names`."""
    return any(
        _function_mentions(function, names | _ANYTHING)
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


def _function_mentions(
    function: types.FunctionType, names: frozenset[str], depth: int = _DEPTH
) -> bool:
    found = set(_names(function.__code__))
    if found & names:
        return True
    cells = [cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell)]
    called = _functions([*(function.__globals__.get(name) for name in found), *cells])
    return depth > 0 and any(
        _function_mentions(each, names, depth - 1)
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

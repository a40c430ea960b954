"""Find out which names a developer's code mentions, without running it.

Some shortcuts are right as long as no code reads a certain attribute. Django's own code is
known; a developer's code is searched, and everything that it can call: functions, methods of
classes and objects, and the members of modules whose names it uses.
"""

from __future__ import annotations

import sys
import types
from collections.abc import Iterable, Iterator
from functools import cache, partial
from typing import Any

__all__ = ["mentions"]

_ANYTHING = frozenset({"__dict__", "vars", "getattr", "setattr", "eval", "exec"})
"""Names that give code access to anything."""

_DEPTH = 3  # of calls that are followed
_KNOWN = frozenset({"django", *sys.stdlib_module_names})
_OURS = "clientforms."


def mentions(cls: Any, names: frozenset[str]) -> bool:
    """Return whether code of `cls`, or of a base that is not Django's, mentions one of `names`."""
    return not _mentioned(cls).isdisjoint(names | _ANYTHING)


@cache
def _mentioned(cls: Any) -> frozenset[str]:
    """Return all names that the code mentions: one search serves all who ask about a class."""
    search = _Search()
    for base in cls.__mro__:
        if base.__module__.startswith(("django.", "builtins")):
            continue
        for attribute in vars(base).values():
            # Django's metaclass adds `media`.
            if not (isinstance(attribute, type) or _is_djangos(attribute)):
                search.look_into(attribute, _DEPTH)
    return frozenset(search.found)


class _Search:
    """Searches code, and what that code can call, for names."""

    def __init__(self) -> None:
        self.found: set[str] = set()
        self._known: dict[int, int] = {}  # the searched functions, and how deep

    def look_into(self, value: Any, depth: int) -> None:
        for function in _functions(value):
            self._look_into_function(function, depth)

    def _look_into_function(self, function: types.FunctionType, depth: int) -> None:
        if self._known.get(id(function), -1) >= depth or _is_known(function):
            return
        self._known[id(function)] = depth
        names = set(_names(function.__code__))
        self.found |= names
        # Who uses one of these can reach anything, whatever else is found.
        if depth > 0 and names.isdisjoint(_ANYTHING):
            for value in _within_reach(function, names):
                self.look_into(value, depth - 1)


def _within_reach(function: types.FunctionType, names: set[str]) -> Iterator[Any]:
    """Yield what `function` can reach by `names`: globals, imports, closures and defaults."""
    space = function.__globals__
    package = space.get("__package__") or ""
    values = [space.get(name) for name in names]
    values += [sys.modules.get(name) for name in names]
    values += [sys.modules.get(f"{package}.{name}") for name in names] if package else []
    values += [cell.cell_contents for cell in function.__closure__ or () if _is_filled(cell)]
    values += [*(function.__defaults__ or ()), *(function.__kwdefaults__ or {}).values()]
    for value in values:
        if isinstance(value, types.ModuleType):
            if not _is_known(value):
                yield from (vars(value).get(name) for name in names)
        elif isinstance(value, (list, tuple, set, frozenset)):
            yield from value
        elif isinstance(value, dict):
            yield from value.values()
        else:
            yield value


def _functions(value: Any) -> Iterator[types.FunctionType]:
    """Yield the functions that run when `value` is called, or read as an attribute."""
    match value:
        case types.FunctionType():
            yield value
        case property():
            for accessor in (value.fget, value.fset, value.fdel):
                yield from _functions(accessor)
        case staticmethod() | classmethod() | types.MethodType():
            yield from _functions(value.__func__)
        case partial():
            for part in (value.func, *value.args, *value.keywords.values()):
                yield from _functions(part)
        case type():
            yield from _methods(value)
        case None | str() | bytes() | int() | float() | types.ModuleType():
            pass
        case _:
            if isinstance(func := getattr(value, "func", None), types.FunctionType):
                yield func  # cached_property
            yield from _methods(type(value))
            yield from (
                content for content in _contents(value) if isinstance(content, types.FunctionType)
            )


def _methods(cls: type) -> Iterator[types.FunctionType]:
    for base in cls.__mro__:
        if not _is_known(base) and not base.__module__.startswith(_OURS):
            for attribute in vars(base).values():
                if not isinstance(attribute, type) and hasattr(type(attribute), "__get__"):
                    yield from _functions(attribute)


def _contents(value: Any) -> Iterable[Any]:
    return list(getattr(value, "__dict__", {}).values())


def _is_known(value: Any) -> bool:
    """Return whether `value` is part of Django or Python, which need not be searched."""
    name = getattr(value, "__module__", None) or getattr(value, "__name__", "")
    return str(name).partition(".")[0] in _KNOWN


def _is_djangos(value: Any) -> bool:
    return str(getattr(value, "__module__", "")).startswith("django.")


def _is_filled(cell: types.CellType) -> bool:
    try:
        cell.cell_contents  # noqa: B018 - reading it is the only test
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

"""Compile Python for pages without what no page reads.

Runs in Pyodide, without clientforms. Code is compiled as usual, but functions have no annotations, which were a
twentieth of the snapshot of Python's memory. Annotations of classes stay, because dataclasses are made from them.
Of functions that a decorator might read (as `functools.singledispatch` does), annotations stay as well.
"""

from __future__ import annotations

import ast
import functools
import importlib._bootstrap_external as importing
from types import CodeType
from typing import Any

__all__ = ["compile_lean", "without_lines"]

_PLAIN = ("classmethod", "contextmanager", "property", "staticmethod")
"""Decorators that read no annotations."""

_NO_COLUMNS = 13  # the kind of an entry in a line table
_UNITS = 8  # of code, for which one entry can stand


def compile_lean(one_line: bool) -> None:
    """Make `py_compile` compile without annotations, and if `one_line`, with `without_lines()`."""

    def source_to_code(self: Any, data: bytes, path: str, *, _optimize: int = -1) -> CodeType:
        tree = _Functions().visit(ast.parse(data))
        code = compile(tree, path, "exec", dont_inherit=True, optimize=_optimize)
        return without_lines(code) if one_line else code

    importing.SourceLoader.source_to_code = source_to_code  # type: ignore[assignment, method-assign]


def without_lines(code: CodeType) -> CodeType:
    """Return `code` with a line table that names one line for each function: the one where it begins."""
    constants = tuple(
        without_lines(each) if isinstance(each, CodeType) else each for each in code.co_consts
    )
    return code.replace(co_linetable=_line_table(len(code.co_code) // 2), co_consts=constants)


@functools.cache
def _line_table(units: int) -> bytes:
    """Return a table for so many units of code, as CPython describes it (Objects/locations.md)."""
    table = bytearray()
    for start in range(0, units, _UNITS):
        table += bytes([0x80 | _NO_COLUMNS << 3 | min(_UNITS, units - start) - 1, 0])
    return bytes(table)


class _Functions(ast.NodeTransformer):
    """Removes the annotations of functions, with everything in them."""

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        if all(_name(each) in _PLAIN for each in node.decorator_list):
            node.returns = None
            given = node.args
            for each in (
                *given.posonlyargs,
                *given.args,
                *given.kwonlyargs,
                given.vararg,
                given.kwarg,
            ):
                if each is not None:
                    each.annotation = None
        return self.generic_visit(node)

    visit_AsyncFunctionDef = visit_FunctionDef


def _name(decorator: ast.expr) -> str:
    if isinstance(decorator, ast.Attribute):
        return decorator.attr
    return decorator.id if isinstance(decorator, ast.Name) else ""

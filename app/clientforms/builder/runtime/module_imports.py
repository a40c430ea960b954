"""Find out which modules of a folder each of them imports. Runs in Pyodide, without clientforms.

It parses their source, which requires the page's version of Python.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from pathlib import Path

__all__ = ["as_json", "imports_in"]

_FAILED = {"ImportError", "ModuleNotFoundError"}


def as_json(folder: str) -> str:
    """Return `imports_in(folder)` as JSON."""
    return json.dumps(imports_in(Path(folder)), separators=(",", ":"))


def imports_in(folder: Path) -> dict[str, list[str]]:
    """Return the modules below `folder`, and those in C, that each of them imports, by dotted name.

    Imports at module level count, and relative imports in functions, but not imports that replace a
    missing module, or are for running as a script.
    """
    files = {_module_of(path.relative_to(folder)): path for path in sorted(folder.rglob("*.py"))}
    known = {*files, *sys.builtin_module_names}
    return {
        name: sorted((set(_asked(path, name)) & known) - {name}) for name, path in files.items()
    }


def _module_of(place: Path) -> str:
    return ".".join(place.with_suffix("").parts).removesuffix(".__init__")


def _asked(path: Path, name: str) -> Iterator[str]:
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    waiting: list[ast.AST] = [ast.parse(path.read_bytes())]
    while waiting:
        match waiting.pop():
            case ast.FunctionDef() | ast.AsyncFunctionDef() as function:
                waiting += _relative_imports(function)
            case ast.If(test=test, orelse=otherwise) if _is_for_scripts(test):
                waiting += otherwise
            case ast.ExceptHandler(type=ast.Name(id=caught)) if caught in _FAILED:
                pass
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                parts = package.split(".")
                above = parts[: len(parts) - level + 1] if level else []
                base = ".".join([*above, *filter(None, [module])])
                yield base
                yield from (f"{base}.{alias.name}" for alias in names)
            case node:
                waiting += ast.iter_child_nodes(node)


def _relative_imports(function: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(function):
        if isinstance(node, ast.ImportFrom) and node.level:
            yield node


def _is_for_scripts(test: ast.expr) -> bool:
    """Return whether the block is for running as a script, or for type checkers."""
    match test:
        case ast.Compare(left=ast.Name(id="__name__"), comparators=[ast.Constant("__main__")]):
            return True
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
    return False

"""Read from an author's source which modules it imports, and what of that no browser has.

Nothing is imported here; `inspection.py` does that.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..output.findings import Finding, shown
from ..output.site_files import BuildError
from .page_python import CANNOT_RUN, PAGE_ONLY, RESERVED, why_missing

__all__ = ["Imports", "read_imports"]

_SETTINGS = "django.conf.settings"
_RULE = re.compile(r"clean(_\w+)?|_post_clean|validate(_\w+)?")
_MANAGERS = ("objects", "_default_manager", "_base_manager")
_GUARDS = {"ImportError", "ModuleNotFoundError", "Exception", "BaseException"}


@dataclass
class Imports:
    """`local` are the author's modules by dotted name, `installed` packages and their importers."""

    local: dict[str, Path] = field(default_factory=dict)
    installed: dict[str, Finding] = field(default_factory=dict)
    library: set[str] = field(default_factory=set)  # modules that every page has
    settings: dict[str, Finding] = field(default_factory=dict)  # where each is read
    findings: list[Finding] = field(default_factory=list)
    rules: list[tuple[str, Finding]] = field(default_factory=list)
    """Rules that need what no browser has, each with the name of its class."""


@dataclass(frozen=True, slots=True)
class _Place:
    """The context of a statement in a module."""

    runs_at_import: bool = True
    is_guarded: bool = False  # whether failures are caught
    owner: str = ""  # its class
    rule: str = ""  # its rule, such as OrderForm.clean_amount


def read_imports(root: Path, modules: Iterable[str], without: Collection[str] = ()) -> Imports:
    """Follow the imports of `modules` below `root`. Raises BuildError for a file with wrong syntax.

    Django's modules are not read, because they are known, and packed when they are imported. Nor are
    those named in `without`.
    """
    found = Imports()
    waiting = list(modules)
    while waiting:
        name = waiting.pop()
        if name.partition(".")[0] in RESERVED:
            found.library.add(name)  # the target is part of Django
            continue
        for part in _with_parents(name):
            path = _local(root, part)
            if path is None or part in found.local or part in without:
                continue
            found.local[part] = path
            if path.suffix == ".py":
                waiting += _Reader(root, part, path, found).read()
    found.findings.sort()
    return found


def _with_parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        yield ".".join(parts[:end])


def _local(root: Path, name: str) -> Path | None:
    """Return the file of a module below `root`, or the folder of a package without `__init__`."""
    place = root.joinpath(*name.split("."))
    for path in (place / "__init__.py", place.with_name(f"{place.name}.py")):
        if path.is_file():
            return path
    if place.is_dir() and any(place.glob("*.py")):
        return place
    return None


class _Reader:
    """Reads one module: adds its imports to `found`, and returns other modules of the author."""

    def __init__(self, root: Path, name: str, path: Path, found: Imports) -> None:
        self._root = root
        self._path = path
        self._found = found
        self._package = name if path.name == "__init__.py" else name.rpartition(".")[0]
        self._names: dict[str, str] = {}  # dotted names by local name
        self._local: list[str] = []

    def read(self) -> list[str]:
        try:
            tree = ast.parse(self._path.read_bytes(), filename=str(self._path))
        except SyntaxError as error:
            raise BuildError(
                Finding(self._path, error.lineno or 0, f"{error.msg}. Fix it first")
            ) from error
        except (OSError, ValueError) as error:
            raise BuildError(f"{shown(self._path)} could not be read: {error}.") from error
        self._visit(tree, _Place())
        return self._local

    def _visit(self, node: ast.AST, place: _Place) -> None:
        match node:
            case ast.If(test=test) if _never_runs(test):
                for unless in node.orelse:
                    self._visit(unless, place)
                return
            case ast.Try() if _catches_imports(node):
                guarded = replace(place, is_guarded=True)
                for tried in node.body:
                    self._visit(tried, guarded)
                for other in [*node.handlers, *node.orelse, *node.finalbody]:
                    self._visit(other, place)
                return
            case ast.ClassDef():
                place = replace(place, owner=node.name)
            case ast.FunctionDef() | ast.AsyncFunctionDef():
                for expression in [*node.decorator_list, *node.args.defaults]:
                    self._visit(expression, place)
                is_rule = place.owner and not place.rule and _RULE.fullmatch(node.name)
                rule = f"{place.owner}.{node.name}" if is_rule else place.rule
                place = replace(place, runs_at_import=False, rule=rule)
                for statement in node.body:
                    self._visit(statement, place)
                return
            case ast.Lambda():
                place = replace(place, runs_at_import=False)
            case ast.Import(names=names):
                for alias in names:
                    self._names[alias.asname or alias.name.partition(".")[0]] = (
                        alias.name if alias.asname else alias.name.partition(".")[0]
                    )
                    self._imported(alias.name, node.lineno, place)
            case ast.ImportFrom():
                self._imported_from(node, place)
            case ast.Call(
                func=ast.Name(id="getattr"), args=[given, ast.Constant(value=str(name)), *_]
            ):
                self._read(given, name, node.lineno)
            case ast.Call(func=function):
                self._called(function, node.lineno, place)
            case ast.Attribute(value=given, attr=name):
                self._read(given, name, node.lineno)
                if place.rule and name in _MANAGERS and isinstance(given, ast.Name):
                    self._tell(node.lineno, f"{place.rule}() asks for a database", place)
        for child in ast.iter_child_nodes(node):
            self._visit(child, place)

    def _imported_from(self, node: ast.ImportFrom, place: _Place) -> None:
        module = node.module or ""
        if node.level:
            above = self._package.split(".")[: len(self._package.split(".")) - node.level + 1]
            module = ".".join([*filter(None, above), *filter(None, [module])])
        if not module:
            return
        self._imported(module, node.lineno, place)
        for alias in node.names:
            full = f"{module}.{alias.name}"
            self._names[alias.asname or alias.name] = full
            # The imported name may be a module.
            if self._is_local(full):
                self._local.append(full)
            elif full.startswith("django.contrib."):
                self._found.library.add(full)
            elif why_missing(full) and not why_missing(module):
                self._imported(full, node.lineno, place)

    def _imported(self, module: str, line: int, place: _Place) -> None:
        top = module.partition(".")[0]
        if top in RESERVED or top in sys.stdlib_module_names:
            why = why_missing(module)
            self._found.library.add(module)
        elif self._is_local(top):
            self._local.append(module)
            return
        else:
            why = why_missing(module)
            if not why:
                self._ask_for(top, line, place)
                return
        if top in PAGE_ONLY and place.runs_at_import and not place.is_guarded:
            why = f"imports {top}, which exists only in the page. Import it where it is used, or in a try block"
        if why and not place.is_guarded:
            self._tell(line, why, place)

    def _is_local(self, module: str) -> bool:
        """Return whether `module` belongs to the author, not to Python, Django or a package."""
        top = module.partition(".")[0]
        if top in RESERVED or top in sys.stdlib_module_names or _is_library(self._root):
            return False
        return _local(self._root, module) is not None

    def _ask_for(self, top: str, line: int, place: _Place) -> None:
        asked = Finding(self._path, line, f"imports {top}", place.runs_at_import)
        try:
            is_here = importlib.util.find_spec(top) is not None
        except (ImportError, ValueError, AttributeError):
            is_here = False
        if is_here:
            known = self._found.installed.setdefault(top, asked)
            if asked.is_fatal and not known.is_fatal:
                self._found.installed[top] = asked
        elif not place.is_guarded:
            why = f"imports {top}, which is not installed here. Install it (pip install), or correct the name"
            self._tell(line, why, place)

    def _read(self, given: ast.expr, name: str, line: int) -> None:
        is_settings = isinstance(given, ast.Name) and self._names.get(given.id) == _SETTINGS
        if is_settings and name.isupper():
            asked = Finding(self._path, line, f"reads settings.{name}", False)
            self._found.settings.setdefault(name, asked)

    def _called(self, function: ast.expr, line: int, place: _Place) -> None:
        parts: list[str] = []
        while isinstance(function, ast.Attribute):
            parts.insert(0, function.attr)
            function = function.value
        if not isinstance(function, ast.Name):
            return
        name = ".".join([self._names.get(function.id, function.id), *parts])
        if name in CANNOT_RUN:
            self._tell(line, f"{name}() {CANNOT_RUN[name]}", place)

    def _tell(self, line: int, what: str, place: _Place) -> None:
        finding = Finding(self._path, line, what, place.runs_at_import)
        if place.rule:
            self._found.rules.append((place.rule.partition(".")[0], finding))
        elif finding not in self._found.findings:
            self._found.findings.append(finding)


def _is_library(root: Path) -> bool:
    return root.name in ("site-packages", "dist-packages")


def _never_runs(test: ast.expr) -> bool:
    """Return whether the block is for type checkers or for running the module as a script."""
    match test:
        case ast.Name(id="TYPE_CHECKING") | ast.Attribute(attr="TYPE_CHECKING"):
            return True
        case ast.Compare(
            left=ast.Name(id="__name__"), comparators=[ast.Constant(value="__main__")]
        ):
            return True
    return False


def _catches_imports(node: ast.Try) -> bool:
    for handler in node.handlers:
        if handler.type is None:
            return True
        caught = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
        if any(isinstance(exception, ast.Name) and exception.id in _GUARDS for exception in caught):
            return True
    return False

"""Imports an author's forms as a page would, and says what came of it. Runs in a process of its own.

What the page's Python has not is kept away: compiled modules, threads, processes, connections. Reads
JSON from standard input and writes JSON: the forms, what was imported and read, or what went wrong.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import importlib.machinery
import json
import os
import re
import sys
import sysconfig
import traceback
import types
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from clientforms.builder.packages import CONTRIB, PACKAGES
from clientforms.builder.page_python import PAGE_ONLY, why_missing
from clientforms.errors import UserCodeError

__all__ = ["main"]

_LIBRARY = tuple(
    {os.path.realpath(sysconfig.get_path(name)) + os.sep for name in ("stdlib", "platstdlib")}
)
_PACKAGES = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
_OURS = str(Path(__file__).resolve().parents[1]) + os.sep

_FORBIDDEN = {
    "subprocess.Popen": "A browser has no processes.",
    "os.system": "A browser has no processes.",
    "os.fork": "A browser has no processes.",
    "os.exec": "A browser has no processes.",
    "os.posix_spawn": "A browser has no processes.",
    "socket.connect": "A browser lets Python open no connections.",
    "socket.bind": "A browser lets Python open no connections.",
    "socket.getaddrinfo": "A browser lets Python open no connections.",
    "socket.gethostbyname": "A browser lets Python open no connections.",
}
"""Audit events to what the author is told; each ends in a RuntimeError, as it would in the page."""


class _AbsentModules:
    """A finder that comes first, and refuses what the page has not."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        caller = _importer()
        if caller.startswith(_LIBRARY) and not any(each in caller for each in _PACKAGES):
            return
        why = why_missing(name)
        if why and not name.startswith("clientforms"):
            raise ModuleNotFoundError(why.partition(" ")[2], name=name)


def _importer() -> str:
    """Return the file that has the import statement."""
    frame: Any = sys._getframe(2)
    while frame and ("importlib" in frame.f_code.co_filename or frame.f_globals is globals()):
        frame = frame.f_back
    return os.path.realpath(frame.f_code.co_filename) if frame else ""


@cache
def _is_pages_own(file: str) -> bool:
    """Return whether a module's file is of Python, Django or clientforms, or none is known."""
    path = os.path.realpath(file)
    if not file or path.startswith(_OURS):
        return True
    for folder in _PACKAGES:
        if folder in path:
            own = path.rpartition(folder)[2].replace(os.sep, "/")
            return own.partition("/")[0] in PACKAGES and not own.startswith(CONTRIB)
    return path.startswith(_LIBRARY)


class _Asked:
    """Notes the modules that authors' code and their packages ask for, those here already included."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self._import = builtins.__import__

    def __call__(
        self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        file = str((globals or {}).get("__file__") or "")
        if _is_pages_own(file):
            return self._import(name, globals, locals, fromlist, level)
        if level == 0:
            whole = name
        else:
            package = ((globals or {}).get("__package__") or "").split(".")
            whole = ".".join([*package[: len(package) - level + 1], *filter(None, [name])])
        self.names.update([whole, *(f"{whole}.{each}" for each in fromlist or () if each != "*")])
        return self._import(name, globals, locals, fromlist, level)


class _Audit:
    """Notes the author's files that are read, and forbids what no page can."""

    def __init__(self, root: str) -> None:
        self.opened: set[str] = set()
        self.is_on = False
        self._root = root + os.sep

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_on:
            return
        if event == "open":
            place, mode = arguments[0], arguments[1]
            if isinstance(place, (str, os.PathLike)) and not set(mode or "r") & set("wax+"):
                path = os.path.realpath(place)
                if path.startswith(self._root) and not any(each in path for each in _PACKAGES):
                    self.opened.add(path)
        elif event in _FORBIDDEN:
            raise RuntimeError(_FORBIDDEN[event])


def main(argv: Sequence[str] | None = None) -> int:
    """Read what is asked, and write the answer."""
    asked = json.load(sys.stdin)
    answer: dict[str, Any]
    with contextlib.redirect_stdout(sys.stderr):  # what users' modules print is no part of it
        answer = _inspect(asked)
    json.dump(answer, sys.stdout)
    return 0


def _inspect(asked: dict[str, Any]) -> dict[str, Any]:
    from clientforms.builder import url_names
    from clientforms.builder.app_finding import AppFinder  # before the author's code is watched
    from clientforms.builder.loaded_settings import ProjectSettings

    for root in asked["roots"]:
        sys.path.insert(0, root)
    own = ProjectSettings.install(asked["settings"])
    before = set(sys.modules)
    audits = [_Audit(os.path.realpath(root)) for root in asked["roots"]]
    for audit in audits:
        sys.addaudithook(audit)
    sys.meta_path.insert(0, _AbsentModules())
    _refuse_compiled_modules()
    _refuse_threads()
    if asked["urls"]:
        _add_module(url_names.MODULE, asked["urls"])
    finder = AppFinder(own.apps)
    without_models: list[str] = []
    asked_for, usual = _Asked(), builtins.__import__
    builtins.__import__ = asked_for
    forms: list[dict[str, Any]] = []
    told: dict[str, Any] | None = None
    making: dict[str, str] = {}  # the target whose form is being made
    for audit in audits:
        audit.is_on = True
    try:
        import django

        django.setup()
        finder.start()
        own.import_user(finder)
        for target in asked["targets"]:
            importlib.import_module(target["module"])
        _import_late(asked["contrib"])
        own.import_what_is_named()
        finder.resolve_relations(asked["packages"])
        installed = _installed_packages()
        finder.without_models([*asked["packages"], *installed, *own.packages()])
        finder.make_ready()
        for target in asked["targets"]:
            making = target
            forms.append(_form(**target))
        opened = set().union(*(audit.opened for audit in audits))
        without_models = finder.used_without_models([*asked["packages"], *installed], opened)
    except BaseException as error:  # noqa: BLE001 - an author's module may raise anything
        told = _told(error, asked["roots"])
        if making and not told["file"]:
            file = making["file"]
            told |= {"file": file, "line": _line_of(file, making["name"])}
    for audit in audits:
        audit.is_on = False
    modules = _imported(before)
    published = own.published(asked["read"], [Path(root) for root in asked["roots"]])
    builtins.__import__ = usual
    return {
        "error": told,
        "forms": forms,
        "apps": [*own.apps_of_django(), *finder.with_models],
        "settings": published.values,
        "kept_back": published.kept_back,
        "language": own.language,
        "apps_without_models": without_models,
        "static": [
            str(folder / "static")
            for folder in _installed_packages().values()
            if (folder / "static").is_dir()
        ],
        "modules": modules,
        "library": sorted(filter(_is_of_the_page, asked_for.names)),
        "opened": sorted({*set().union(*(audit.opened for audit in audits)), *own.catalogs()}),
    }


def _add_module(name: str, source: str) -> None:
    module = sys.modules[name] = types.ModuleType(name)
    exec(compile(source, f"{name}.py", "exec"), vars(module))


def _import_late(names: Sequence[str]) -> None:
    """Import what functions of the author's import of `django.contrib`, to learn what that needs.

    What cannot be imported is left to the function, which fails when it is called.
    """
    for name in names:
        with contextlib.suppress(ImportError, RuntimeError):
            importlib.import_module(name)


def _refuse_threads() -> None:
    """Let no thread start; not every Python has an audit event for that."""
    import _thread
    import threading

    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("The page's Python has no threads.")

    for module, name in (
        (_thread, "start_new_thread"),
        (threading, "_start_new_thread"),
        (threading, "_start_joinable_thread"),
    ):
        if hasattr(module, name):
            setattr(module, name, refuse)


def _refuse_compiled_modules() -> None:
    """Let no compiled module be found but those of Python's own library."""
    loaders = [
        (importlib.machinery.SourceFileLoader, importlib.machinery.SOURCE_SUFFIXES),
        (importlib.machinery.SourcelessFileLoader, importlib.machinery.BYTECODE_SUFFIXES),
    ]
    plain = importlib.machinery.FileFinder.path_hook(*loaders)
    usual = list(sys.path_hooks)

    def find(path: str) -> Any:
        real = os.path.realpath(path) + os.sep
        is_library = real.startswith(_LIBRARY) and not any(each in real for each in _PACKAGES)
        if is_library or not os.path.isdir(path):
            raise ImportError
        return plain(path)

    sys.path_hooks[:] = [find, *usual]
    sys.path_importer_cache.clear()


def _form(module: str, name: str, file: str) -> dict[str, Any]:
    """Import one class and make one of it. Raises whatever the author's code does."""
    from django.forms import BaseForm, BaseFormSet

    from clientforms.engine import ClientForm, ClientFormSet
    from clientforms.engine.made_by_function import class_made_by, is_maker
    from clientforms.engine.targets import form_name

    found = getattr(importlib.import_module(module), name, None)
    if is_maker(found):
        found = class_made_by(found, name)
    if not (isinstance(found, type) and issubclass(found, (BaseForm, BaseFormSet))):
        raise _NoForm(_no_form(sys.modules[module], name, found), file, _line_of(file, name))
    live: ClientForm | ClientFormSet
    path = f"{module}.{name}"
    try:
        if issubclass(found, BaseFormSet):
            live = ClientFormSet(found)
            prefix, fields = live.prefix, list(live.empty_form.fields)
            label = _label(name, "FormSet")
        else:
            live = ClientForm(found, name=form_name(path))
            prefix, fields = live.form.prefix or "", list(live.fields)
            label = _label(name, "Form")
        live.media_html()
        live.render_row(0) if len(live.keys) else live.blank_form(0).render()
    except (TypeError, KeyError, UserCodeError) as error:
        if missing := _missing_argument(error.__cause__ or error, found):
            raise _NoForm(
                _needs_argument(name, missing, file), file, _line_of(file, name)
            ) from error
        raise
    is_formset = isinstance(live, ClientFormSet)
    own = form_name(path) if not is_formset else label.lower()
    is_multipart = live.is_multipart() if is_formset else live.form.is_multipart()
    return {
        "path": path,
        "kind": "formset" if is_formset else "form",
        "prefix": str(prefix),
        "own_name": own,
        "fields": fields,
        "label": _in_words(label),
        "is_multipart": bool(is_multipart),
        "choice_models": _choice_models(live),
        "file": file,
        "line": _line_of(file, name),
    }


def _choice_models(live: Any) -> list[str]:
    """Return the models that fields of a live form or formset choose among, such as `shop.item`."""
    from django.forms.models import ModelChoiceField

    fields = (live.blank_form(0) if hasattr(live, "empty_form") else live.form).fields.values()
    models = [field.queryset.model for field in fields if isinstance(field, ModelChoiceField)]
    return sorted({model._meta.label_lower for model in models})


def _label(name: str, suffix: str) -> str:
    """Return what a class or a function that makes a form is about: `make_order_form` is `Order`."""
    if name.islower():
        plain = re.sub(r"^(make|get|build|create)_|_form(set)?$", "", name)
        return (plain or name).replace("_", " ").capitalize()
    return name.removesuffix(suffix) or name


def _missing_argument(error: BaseException, cls: type) -> str:
    """Return the argument without which the constructor of `cls` failed; empty for other errors."""
    if isinstance(error, TypeError) and "__init__()" in str(error) and "required" in str(error):
        return re.findall(r"'(\w+)'", str(error))[0]
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    is_own = any(
        frames[-1].f_code is getattr(vars(base).get("__init__"), "__code__", None)
        for base in cls.__mro__
    )
    if isinstance(error, KeyError) and is_own and isinstance(error.args[0], str):
        return error.args[0]  # kwargs.pop("user")
    return ""


def _needs_argument(name: str, argument: str, file: str) -> str:
    own = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()
    return (
        f"{name} wants {argument!r}, which views give it. Write a function that makes the form, "
        f"such as def make_{own}(): return {name}({argument}=…), and name it as the target: "
        f"{Path(file).name}:make_{own}"
    )


def _in_words(name: str) -> str:
    """Return a class's name as a heading: `BookOrder` is “Book order”."""
    words = (
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name).strip("_ ").split()
    )
    return " ".join(
        [each if not index or each.isupper() else each.lower() for index, each in enumerate(words)]
    )


class _NoForm(Exception):
    def __init__(self, what: str, file: str, line: int) -> None:
        super().__init__(what)
        self.file, self.line = file, line


def _no_form(module: Any, name: str, found: Any) -> str:
    from django.forms import BaseForm, BaseFormSet

    there = sorted(
        key
        for key, value in vars(module).items()
        if isinstance(value, type)
        and issubclass(value, (BaseForm, BaseFormSet))
        and value.__module__ in (module.__name__, "django.forms.formsets", "django.forms.widgets")
        and not key.startswith(("Base", "_"))
    )
    has = f" It has {', '.join(there)}" if there else " It has none"
    if found is None:
        return f"there is no {name} in {module.__name__}. Name a form or formset class.{has}"
    return f"{name} is no form or formset class, but {type(found).__name__}. Name one.{has}"


def _line_of(file: str, name: str) -> int:
    """Return the line in which a module's text defines `name`, 1 where it does not."""
    import ast

    for node in ast.parse(Path(file).read_bytes()).body:
        match node:
            case ast.ClassDef(name=defined) | ast.FunctionDef(name=defined) if defined == name:
                return node.lineno
            case ast.Assign(targets=[ast.Name(id=defined)]) if defined == name:
                return node.lineno
    return 1


# What went wrong


def _told(error: BaseException, roots: list[str]) -> dict[str, Any]:
    """Return the author's file and line that an exception comes from, and words for it."""
    if isinstance(error, UserCodeError) and error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, _NoForm):
        return {"file": error.file, "line": error.line, "what": str(error), "module": ""}
    if isinstance(error, SyntaxError) and error.filename:
        return {
            "file": error.filename,
            "line": error.lineno or 0,
            "what": f"{error.msg}. Fix it first",
            "module": "",
        }
    frames = [
        (frame.f_code.co_filename, line) for frame, line in traceback.walk_tb(error.__traceback__)
    ]
    own = [each for each in frames if _is_authors(each[0], roots)]
    file, line = own[-1] if own else ("", 0)
    package = next(
        (each[0] for each in reversed(frames) if any(p in each[0] for p in _PACKAGES)), ""
    )
    module = (error.name or "").partition(".")[0] if isinstance(error, ImportError) else ""
    return {"file": file, "line": line, "what": _words(error, package), "module": module}


def _is_authors(file: str, roots: list[str]) -> bool:
    path = os.path.realpath(file)
    if path.startswith(_OURS) or any(each in path for each in _PACKAGES):
        return False
    return any(path.startswith(os.path.realpath(root) + os.sep) for root in roots)


_DATABASE = (
    "ImproperlyConfigured",
    "OperationalError",
    "ProgrammingError",
    "ConnectionDoesNotExist",
)


def _words(error: BaseException, package: str) -> str:
    said = " ".join(str(error).split()) or "without a word"
    kind = type(error).__name__
    if kind in _DATABASE and any(word in said for word in ("DATABASES", "database", "table")):
        return (
            "this asks the database while the module is imported, or its form made, and a page "
            "has none. Give the form what it needs when it is used on the server"
        )
    if "circular import" in said:
        name = getattr(error, "name", None) or "another module"
        return (
            f"this is a circular import: {name} is not complete yet ({said.partition(' (')[0]}). "
            "Move what both need into a third module, or import it inside a function"
        )
    match error:
        case ModuleNotFoundError() if (error.name or "").partition(".")[0] in PAGE_ONLY:
            return f"{error.name} is in the page alone. Import it where it is used, or in a try"
        case ModuleNotFoundError() if said.startswith("No module named"):
            return f"imports {error.name}, which is not installed here. Install it, or correct the name"
        case SystemExit():
            return "the module ends the program while it is imported. Take that out"
        case KeyboardInterrupt():
            return "the import was interrupted"
        case RecursionError():
            return "this calls itself without an end"
    if isinstance(error, AttributeError) and "global_settings" in said:
        return f"{said}: a page has none of your settings. Use getattr(settings, name, default)"
    return f"{kind}: {said.rstrip('.')}"


def _is_of_the_page(name: str) -> bool:
    """Return whether the page brings a module along: Python's own, Django's and what that needs."""
    is_module = name in sys.modules and sys.modules[name] is not None
    return is_module and name.partition(".")[0] in {*sys.stdlib_module_names, *PACKAGES}


def _installed_packages() -> dict[str, Path]:
    """Return the packages that authors installed and that were imported, with their folders."""
    found = {}
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        is_package = hasattr(module, "__path__") and any(each in file for each in _PACKAGES)
        if is_package and not _is_pages_own(file):
            found[name] = Path(file).parent
    return found


def _imported(before: set[str]) -> dict[str, str]:
    """Return the modules that were imported since, with their files."""

    def pairs() -> Iterator[tuple[str, str]]:
        for name in sorted(set(sys.modules) - before):
            file = getattr(sys.modules[name], "__file__", None)
            if file:
                yield name, os.path.realpath(file)

    return dict(pairs())


if __name__ == "__main__":
    sys.exit(main())

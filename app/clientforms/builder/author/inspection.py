"""Import an author's forms as a page would, in a separate process, and report the result.

Features that the page's Python lacks are disabled: compiled modules, threads, processes, connections.
Reads JSON from standard input, and writes JSON: the forms, imported modules and read files, or the
error.
"""

from __future__ import annotations

import builtins
import contextlib
import importlib
import importlib.abc
import importlib.util
import inspect
import json
import os
import re
import sys
import traceback
import types
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import django
from django.core.exceptions import ImproperlyConfigured

from clientforms.builder.author.autocomplete import autocomplete_hints, keyboard_hints
from clientforms.builder.author.failures import NoForm, is_authors, told
from clientforms.builder.author.page_limits import (
    LIBRARY,
    SITE_PACKAGES,
    Audit,
    below_site_packages,
    refuse_what_no_page_has,
)
from clientforms.builder.author.trial_import import RulesHeard, try_out
from clientforms.builder.django_project import url_names
from clientforms.builder.django_project.model_choices import choice_models, fields_of
from clientforms.builder.runtime.packages import CONTRIB, PACKAGES
from clientforms.engine import ClientForm, ClientFormSet
from clientforms.engine.rules.server_rules import forget_told
from clientforms.errors import UserCodeError

__all__ = ["main"]

_OURS = str(Path(__file__).resolve().parents[2]) + os.sep


class _UrlNames(importlib.abc.Loader):
    """Finds and loads the URLconf with the project's names when a URL is looked up.

    If the project's own URLconf could not be read, `error` is raised then. Unlike the page's, this module
    has the names that are `left_out`, and the reasons.
    """

    def __init__(self, source: str, error: str, left_out: dict[str, str]) -> None:
        self._source, self._error, self._left_out = source, error, left_out

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != url_names.MODULE or not (self._source or self._error):
            return None
        if self._error:
            raise ImproperlyConfigured(self._error)
        return importlib.util.spec_from_loader(name, self)

    def exec_module(self, module: types.ModuleType) -> None:
        vars(module)["left_out"] = self._left_out
        exec(compile(self._source, f"{url_names.MODULE}.py", "exec"), vars(module))


@cache
def _is_pages_own(file: str) -> bool:
    """Return whether a module's file belongs to Python, Django or clientforms, or is unknown."""
    path = os.path.realpath(file)
    if not file or path.startswith(_OURS):
        return True
    if own := below_site_packages(path):
        return own.partition("/")[0] in PACKAGES and not own.startswith(CONTRIB)
    return path.startswith(LIBRARY)


@cache
def _is_of_library(file: str) -> bool:
    """Return whether a module's file belongs to the standard library, or is unknown."""
    path = os.path.realpath(file)
    return not file or (path.startswith(LIBRARY) and not below_site_packages(path))


class _Asked:
    """Records the modules that authors' code and their packages import, including loaded ones.

    `by_library` has those imported by functions of the standard library that this code calls. `then` is
    called after models were imported, because a form may be made of them at once.
    """

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.by_library: set[str] = set()
        self.then: Callable[[], None] = lambda: None
        self._import = builtins.__import__

    def __call__(
        self, name: str, globals: Any = None, locals: Any = None, fromlist: Any = (), level: int = 0
    ) -> Any:
        file = str((globals or {}).get("__file__") or "")
        is_pages_own = _is_pages_own(file)
        if is_pages_own and not (locals is None and _is_of_library(file) and self._is_called()):
            return self._import(name, globals, locals, fromlist, level)
        if level == 0:
            whole = name
        else:
            package = ((globals or {}).get("__package__") or "").split(".")
            whole = ".".join([*package[: len(package) - level + 1], *filter(None, [name])])
        names = [whole, *(f"{whole}.{imported}" for imported in fromlist or () if imported != "*")]
        if is_pages_own:
            self.by_library.update(names)
            return self._import(name, globals, locals, fromlist, level)
        self.names.update(names)
        new = whole not in sys.modules
        found = self._import(name, globals, locals, fromlist, level)
        if new and "models" in (*whole.split("."), *(fromlist or ())):
            self.then()
        return found

    def _is_called(self) -> bool:
        """Return whether code of authors or their packages called the running function."""
        frame: types.FrameType | None = sys._getframe(2)
        while frame and _is_pages_own(str(frame.f_globals.get("__file__") or "")):
            frame = frame.f_back
        return frame is not None


def main(argv: Sequence[str] | None = None) -> int:
    """Read the request and write the answer."""
    asked = json.load(sys.stdin)
    answer: dict[str, Any]
    with contextlib.redirect_stdout(sys.stderr):  # users' modules may print
        answer = _inspect(asked)
    json.dump(answer, sys.stdout)
    return 0


def _inspect(asked: dict[str, Any]) -> dict[str, Any]:
    # Before imports are recorded.
    from clientforms.builder.django_project.installed_apps import AppFinder
    from clientforms.builder.django_project.settings_setup import ProjectSettings

    failure: dict[str, Any] | None
    for root in asked["roots"]:
        sys.path.insert(0, root)
    try:
        own = ProjectSettings.install(asked["settings"])
    except Exception as error:  # noqa: BLE001 - a settings module may raise anything
        failure = told(error, asked["roots"])
        return {"error": {**failure, "what": f"--settings {asked['settings']}: {failure['what']}"}}
    before = set(sys.modules)
    audits = [Audit(root) for root in asked["roots"]]
    for audit in audits:
        sys.addaudithook(audit)
    refuse_what_no_page_has(lambda frame: frame.f_globals is globals())
    sys.meta_path.append(_UrlNames(**asked["urls"]))
    finder = AppFinder(own.apps, asked["packages"])
    without_models: list[str] = []
    asked_for, usual = _Asked(), builtins.__import__
    builtins.__import__ = asked_for
    forms: list[dict[str, Any]] = []
    failure = None
    making: dict[str, str] = {}  # the target whose form is being made
    warnings: list[dict[str, Any]] = []
    for audit in audits:
        audit.is_on = True
    try:
        django.setup()
        finder.start()
        own.import_user(finder)
        asked_for.then = finder.resolve_relations
        for target in asked["targets"]:
            importlib.import_module(target["module"])
        _import_late(asked["contrib"])
        own.import_what_is_named()
        finder.resolve_relations()
        installed = _installed_packages()
        finder.without_models([*asked["packages"], *installed, *own.packages()])
        finder.make_ready()
        with RulesHeard() as heard:
            for making in asked["targets"]:
                form, live = _form(**making, roots=asked["roots"])
                forms.append(form)
                forget_told()  # several forms may share a rule
                if failed := try_out(live):
                    warnings.append(_failed(failed, form, asked["roots"]))
                form["rules"] = [_rule(rule, form, asked["roots"]) for rule in heard.rules]
                heard.rules.clear()
        opened = set().union(*(audit.opened for audit in audits)) | _templates(audits)
        used = [*asked["packages"], *_installed_packages()]  # including template tags by now
        without_models = finder.used_without_models(used, opened)
    except BaseException as error:  # noqa: BLE001 - an author's module may raise anything
        failure = told(error, asked["roots"])
        if making and not failure["file"]:
            file = making["file"]
            failure |= {"file": file, "line": line_of(file, making["name"])}
    for audit in audits:
        audit.is_on = False
    modules = _imported(before)
    published = own.published(asked["read"], [Path(root) for root in asked["roots"]])
    builtins.__import__ = usual
    return {
        "error": failure,
        "warnings": warnings,
        "forms": forms,
        "apps": [*own.apps_of_django(), *finder.with_models],
        "settings": published.values,
        "kept_back": published.kept_back,
        "set_at": own.places(published.kept_back),
        "language": own.language,
        "apps_without_models": without_models,
        "uses_urls": url_names.MODULE in sys.modules,
        "static": [*own.static_folders(), *(("", str(folder)) for folder in _static_folders())],
        "modules": modules,
        "library": sorted(filter(_is_of_the_page, asked_for.names)),
        "by_library": sorted(filter(_is_of_the_page, asked_for.by_library)),
        "opened": sorted({*set().union(*(audit.opened for audit in audits)), *own.catalogs()}),
        "templates": sorted(_templates(audits)),
    }


def _templates(audits: Sequence[Audit]) -> set[str]:
    """Return the templates of installed packages that were read, except those in every page."""
    read = set().union(*(audit.templates for audit in audits))
    return {path for path in read if not _is_pages_own(path)}


def _import_late(names: Sequence[str]) -> None:
    """Import modules of `django.contrib` that the author's functions import, to find what they need.

    Failures are ignored: the function fails when it is called.
    """
    for name in names:
        with contextlib.suppress(ImportError, RuntimeError):
            importlib.import_module(name)


def _form(
    module: str, name: str, file: str, roots: Sequence[str]
) -> tuple[dict[str, Any], ClientForm | ClientFormSet]:
    """Import a class and make a live form of it; return its description, and the live form.

    Raises whatever the author's code raises.
    """
    from django.forms import BaseForm, BaseFormSet

    from clientforms.engine.targets.dotted_paths import form_name
    from clientforms.engine.targets.function_targets import class_made_by, is_maker

    found = getattr(importlib.import_module(module), name, None)
    if is_maker(found):
        if wants := _function_wants(found, name, file):
            raise NoForm(wants, file, line_of(file, name))
        found = class_made_by(found, name)
    if not (isinstance(found, type) and issubclass(found, (BaseForm, BaseFormSet))):
        raise NoForm(_no_form(sys.modules[module], name, found), file, line_of(file, name))
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
        if missing := _missing_arguments(error.__cause__ or error, found):
            said = _needs_arguments(name, found, *missing, file)
            raise NoForm(said, file, line_of(file, name)) from error
        raise
    is_formset = isinstance(live, ClientFormSet)
    place = _place_of(found, name, file, roots)
    own = form_name(path) if not is_formset else label.lower()
    blank = live.blank_form(0)
    is_multipart = live.is_multipart() if is_formset else live.form.is_multipart()
    return {
        "path": path,
        "kind": "formset" if is_formset else "form",
        "prefix": str(prefix),
        "own_name": own,
        "fields": fields,
        "label": _in_words(label),
        "is_multipart": bool(is_multipart),
        "has_choices": bool(choice_models(live)),
        "classes": _classes(found, live),
        "file": place[0],
        "line": place[1],
        "suggestions": [*autocomplete_hints(blank), *keyboard_hints(blank)],
    }, live


def _classes(found: type, live: ClientForm | ClientFormSet) -> list[str]:
    """Return the names of the classes and base classes that a form consists of."""
    form = live.blank_form(0)
    model = getattr(getattr(form, "_meta", None), "model", None)
    used = {
        found,
        type(form),
        *filter(None, [model]),
        *(type(field) for _, field in fields_of(live)),
    }
    return sorted({base.__name__ for used_class in used for base in used_class.__mro__})


def _label(name: str, suffix: str) -> str:
    """Return the subject in the name of a class or function: `Order` for `make_order_form`."""
    if name.islower():
        plain = re.sub(r"^(make|get|build|create)_|_form(set)?$", "", name)
        return (plain or name).replace("_", " ").capitalize()
    return name.removesuffix(suffix) or name


def _missing_arguments(error: BaseException, found: type) -> tuple[type, list[str]] | None:
    """Return the class whose constructor lacks arguments, and their names; None for other errors.

    It is `found`, or the form class of a formset.
    """
    said, frames = str(error), [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    for wanting in filter(None, (getattr(found, "form", None), found)):
        inits = [vars(base).get("__init__") for base in wanting.__mro__]
        own = [init for init in inits if inspect.isfunction(init)]
        if isinstance(error, TypeError):
            if any(said.startswith(f"{init.__qualname__}() missing ") for init in own):
                return wanting, re.findall(r"'(\w+)'", said)
        elif isinstance(error, KeyError) and frames[-1].f_code in [init.__code__ for init in own]:
            return wanting, [str(error.args[0])]  # kwargs.pop("user")
    return None


def _needs_arguments(
    name: str, found: type, wanting: type, arguments: Sequence[str], file: str
) -> str:
    """Return the message that the target `name` needs arguments, with a function that passes them."""
    is_function = name.islower()
    make = f"{name}_with_all" if is_function else f"make_{_snake_case(name)}"
    is_row = wanting is getattr(found, "form", None)
    given = ", ".join(f"{argument}=…" for argument in arguments)
    if is_row:
        given = f"form_kwargs={{{', '.join(f'{argument!r}: …' for argument in arguments)}}}"
    call = f"{name}()({given})" if is_function else f"{name}({given})"
    who = f"{wanting.__name__}, the form of {name}," if is_row else name
    wants = f"{who} needs {' and '.join(map(repr, arguments))}, which views pass to it"
    what = "formset" if hasattr(found, "management_form") else "form"
    if what == "formset" and not is_row:  # a live formset is made from its class
        return f"{wants}. Add a default for that to its __init__(), such as None, for the page"
    return (
        f"{wants}. Write a function that "
        f"makes the {what}, such as def {make}(): return {call}, and name it as the target: "
        f"{Path(file).name}:{make}"
    )


def _snake_case(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _function_wants(function: Callable[..., Any], name: str, file: str) -> str:
    """Return the message that the function `name` needs arguments, empty if it does not."""
    wanted = [
        parameter.name
        for parameter in inspect.signature(function).parameters.values()
        if parameter.default is parameter.empty
        and parameter.kind not in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD)
    ]
    if not wanted:
        return ""
    given = ", ".join(f"{argument}=…" for argument in wanted)
    return (
        f"{name}() needs {' and '.join(map(repr, wanted))}, which views pass to it. Write a function that "
        f"calls it, such as def {name}_with_all(): return {name}({given}), and name that as the target: "
        f"{Path(file).name}:{name}_with_all"
    )


def _in_words(name: str) -> str:
    """Return a class's name as a heading: “Book order” for `BookOrder`."""
    words = (
        re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", name).strip("_ ").split()
    )
    return " ".join(
        [word if not index or word.isupper() else word.lower() for index, word in enumerate(words)]
    )


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
    return f"{name} is not a form or formset class, but {type(found).__name__}. Name one.{has}"


def _place_of(found: type, name: str, file: str, roots: Sequence[str]) -> tuple[str, int]:
    """Return the file and line that define a target, which its module may import from another."""
    line = line_of(file, name)
    defining = getattr(sys.modules.get(found.__module__), "__file__", None) or ""
    own = line_of(defining, found.__name__) if is_authors(defining, roots) and not line else 0
    return (defining, own) if own else (file, line)


def line_of(file: str, name: str) -> int:
    """Return the line in which a module's source defines `name`, 0 if it does not."""
    import ast

    for node in ast.parse(Path(file).read_bytes()).body:
        match node:
            case ast.ClassDef(name=defined) | ast.FunctionDef(name=defined) if defined == name:
                return node.lineno
            case ast.Assign(targets=[ast.Name(id=defined)]) if defined == name:
                return node.lineno
    return 0


def _rule(rule: Any, form: dict[str, Any], roots: Sequence[str]) -> dict[str, Any]:
    """Return a rule that is left to the server, at the form's line if the code is not the author's."""
    is_own = is_authors(rule.file, roots)
    place = (rule.file, rule.line) if is_own else (form["file"], form["line"])
    return {"file": place[0], "line": place[1], "what": rule.what}


def _failed(error: UserCodeError, form: dict[str, Any], roots: Sequence[str]) -> dict[str, Any]:
    """Return a description of what a rule raised for made-up values."""
    failure = told(error, roots)
    place = failure if failure["file"] else form
    what = (
        f"{failure['what'].rstrip('.')}, when the form was tried with made-up values. A user who enters such "
        "values cannot send the form. Raise a ValidationError for what the user should fix"
    )
    return {**failure, "file": place["file"], "line": place["line"], "what": what}


def _is_of_the_page(name: str) -> bool:
    """Return whether every page has a module: those of Python, Django and its requirements."""
    is_module = name in sys.modules and sys.modules[name] is not None
    return is_module and name.partition(".")[0] in {*sys.stdlib_module_names, *PACKAGES}


def _static_folders() -> Iterator[Path]:
    """Yield the folders of static files of imported packages and of Django's admin."""
    admin = Path(django.__file__).parent / "contrib" / "admin"
    for package in (*_installed_packages().values(), admin):
        folder = package / "static"
        if folder.is_dir():
            yield folder


def _installed_packages() -> dict[str, Path]:
    """Return imported packages that authors installed, with their folders."""
    found = {}
    for name, module in sorted(sys.modules.items()):
        file = getattr(module, "__file__", None) or ""
        is_package = hasattr(module, "__path__") and any(folder in file for folder in SITE_PACKAGES)
        if is_package and not _is_pages_own(file):
            found[name] = Path(file).parent
    return found


def _imported(before: set[str]) -> dict[str, str]:
    """Return modules that are not in `before`, with their files."""

    def pairs() -> Iterator[tuple[str, str]]:
        for name in sorted(set(sys.modules) - before):
            file = getattr(sys.modules[name], "__file__", None)
            if file:
                yield name, os.path.realpath(file)

    return dict(pairs())


if __name__ == "__main__":
    sys.exit(main())

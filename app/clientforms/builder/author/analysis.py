"""Analyse an author's forms before a page is built.

Imports are first read from the source, then followed in a separate process, which keeps an author's
module apart from the builder, and from earlier versions of it.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..django_project import url_names
from ..output.findings import Finding
from ..output.page_files import is_left_over
from ..output.site_files import BuildError
from ..output.static_folders import StaticFolder
from .build_targets import Target
from .bundle import Bundle, contrib_package, pack, packages_of
from .imports import Imports, read_imports
from .page_limits import POSTGRES_RANGES, below_site_packages
from .page_python import PSYCOPG, RESERVED
from .published_secrets import secrets_in

__all__ = ["Analysis", "Form", "analyse", "run_in_a_process"]

SOURCES = Path(__file__).resolve().parents[3]

PATIENCE = 60  # seconds; importing a module may never end
_FRAME = re.compile(r'File "([^"]+)", line (\d+)')
_LAST_WORDS = re.compile(r"Fatal Python error: (.+)")


@dataclass(frozen=True, slots=True)
class Form:
    """A form or formset class, and what the page needs to know about it."""

    path: str
    kind: str  # "form" or "formset"
    prefix: str
    own_name: str
    fields: tuple[str, ...]
    label: str
    is_multipart: bool
    file: str = ""
    line: int = 1
    has_choices: bool = False  # whether it has fields that choose stored objects
    classes: tuple[str, ...] = ()  # names of its own, its fields' and its model's classes and bases
    rules: tuple[Finding, ...] = ()  # its rules that are left to the server
    suggestions: tuple[str, ...] = ()  # what would make it easier to fill in


@dataclass(slots=True)
class Analysis:
    """The result for all targets. With fatal findings there are no forms and no bundle."""

    findings: list[Finding] = field(default_factory=list)
    rules: list[Finding] = field(default_factory=list)  # left to the server
    forms: list[Form] = field(default_factory=list)
    bundle: Bundle = field(default_factory=Bundle)
    apps: list[str] = field(default_factory=list)  # entries of INSTALLED_APPS
    apps_without_models: list[str] = field(default_factory=list)  # packages
    settings: dict[str, str] = field(default_factory=dict)  # by name, as Python source
    language: str = ""  # of the project, if it is set
    root: Path = Path()  # the folder in which the first target's imports start
    static: list[StaticFolder] = field(default_factory=list)  # with files of widgets
    # Modules of Python and Django that the forms import.
    library: list[str] = field(default_factory=list)
    # Modules that the standard library imported when the forms' code called it.
    by_library: list[str] = field(default_factory=list)

    @property
    def has_choices(self) -> bool:
        """Whether any form has fields that choose stored objects."""
        return any(form.has_choices for form in self.forms)

    @property
    def fatal(self) -> list[Finding]:
        return [finding for finding in self.findings if finding.is_fatal]


def analyse(targets: Sequence[Target], settings: str = "") -> Analysis:
    """Read and import the targets, with the project's `settings` module.

    Raises BuildError if that is not possible at all.
    """
    analysis = Analysis(root=targets[0].root)
    everything: dict[Path, Imports] = {}
    for root in dict.fromkeys(target.root for target in targets):
        modules = [target.module for target in targets if target.root == root]
        everything[root] = read_imports(root, modules)
        analysis.findings += everything[root].findings
    analysis.findings.sort()
    if analysis.fatal:
        analysis.rules = sorted(
            {finding for found in everything.values() for _, finding in found.rules}
        )
        return analysis
    answer = _inspect(targets, everything, settings)
    if answer["error"]:
        analysis.findings.append(_explained(answer["error"], targets, everything))
        return analysis
    analysis.apps, analysis.apps_without_models = answer["apps"], answer["apps_without_models"]
    analysis.settings, analysis.language = answer["settings"], answer["language"]
    analysis.findings += [
        Finding(
            Path(warning["file"]),
            warning["line"],
            warning["what"],
            False,
            warning["field"],
            warning["package"],
        )
        for warning in answer["warnings"]
    ]
    analysis.findings += _kept_back(answer["kept_back"], answer["set_at"], everything)
    analysis.forms = [_form(form, _rules_of(form, everything)) for form in answer["forms"]]
    analysis.rules = sorted({rule for form in analysis.forms for rule in form.rules})
    analysis.bundle = _bundle(everything, answer)
    analysis.findings += _secrets(analysis.bundle)
    if answer["uses_urls"]:
        analysis.bundle.made[f"{url_names.MODULE}.py"] = answer["urls"].encode()
    if PSYCOPG in answer["modules"]:
        place = PSYCOPG.replace(".", "/")
        analysis.bundle.made |= {
            f"{place}.py": POSTGRES_RANGES.read_bytes(),
            f"{place.rpartition('/')[0]}/__init__.py": b"",
        }
    imported = sorted(
        path.parent / "static"
        for imports in everything.values()
        for path in imports.local.values()
        if path.name == "__init__.py"
    )
    folders = [StaticFolder(Path(folder), prefix) for prefix, folder in answer["static"]]
    folders += map(StaticFolder, imported)
    analysis.static = [folder for folder in dict.fromkeys(folders) if folder.path.is_dir()]
    read = [name for imports in everything.values() for name in imports.library]
    analysis.library = sorted({*read, *answer["library"]})
    analysis.by_library = answer["by_library"]
    asked = {
        top: finding
        for imports in everything.values()
        for top, finding in imports.installed.items()
    }
    for package in analysis.bundle.packages:
        late = [
            asked[top] for top in asked if _is_of(top, package.files) and not asked[top].is_fatal
        ]
        if package.compiled and late:
            analysis.findings.append(_compiled(late[0], package.compiled))
    return analysis


def _form(answer: dict[str, Any], rules: tuple[Finding, ...]) -> Form:
    tuples = {name: tuple(answer[name]) for name in ("fields", "classes", "suggestions")}
    return Form(**{**answer, **tuples, "rules": rules})


def run_in_a_process(
    module: str, given: str, about: Finding, folder: str = "", more: Mapping[str, str] | None = None
) -> Any:
    """Run a module of the builder, such as `author.inspection`, in a separate process in `folder`.

    Returns the JSON that it writes. Raises BuildError with its last output if it fails, and the
    author's line, if that is known. `about` names the imported module and the action; `more` is added
    to the environment.
    """
    search = os.pathsep.join(
        [*filter(None, [folder]), str(SOURCES), *filter(None, [os.environ.get("PYTHONPATH")])]
    )
    environment = {
        **os.environ, "PYTHONPATH": search, "PYTHONIOENCODING": "utf-8", "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1", "PYTHONFAULTHANDLER": "1", **(more or {}),
    }  # fmt: skip
    command = [sys.executable, "-P", "-m", f"clientforms.builder.{module}"]
    status, answer, said = _run(command, given, folder, environment)
    if status is None:
        what = (
            f"{about.what} did not end after {PATIENCE} seconds. Remove what the module waits for"
        )
        raise BuildError(_placed(about, said, what))
    try:
        return json.loads(answer)
    except ValueError as error:
        words = [line for line in said.strip().splitlines() if line.strip()]
        fatal = _LAST_WORDS.search(said)
        last = fatal[1] if fatal else words[-1] if words else f"status {status}"
        what = f"{about.what} ended Python ({last}). Remove the code that does that"
        raise BuildError(_placed(about, said, what)) from error


def _run(
    command: Sequence[str], given: str, folder: str, environment: Mapping[str, str]
) -> tuple[int | None, str, str]:
    """Return the status and the output of a command; the status is None if it took too long."""
    with subprocess.Popen(
        command, cwd=folder or None, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace",
    ) as process:  # fmt: skip
        try:
            answer, said = process.communicate(given, PATIENCE)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)  # makes Python's faulthandler print a traceback
            _, said = process.communicate()
            return None, "", said
        except BaseException:
            process.kill()
            raise
    return process.returncode, answer, said


def _placed(about: Finding, said: str, what: str) -> Finding:
    """Return a finding at the author's innermost line in Python's traceback."""
    if about.file is None:
        return Finding(None, 0, what)
    folder = about.file.parent
    frames = [(Path(name), int(line)) for name, line in _FRAME.findall(said)]
    if "most recent call last" in said:
        frames.reverse()
    own = (
        frame for frame in frames if frame[0].is_relative_to(folder) and not _is_installed(frame[0])
    )
    file, line = next(own, (about.file, about.line))
    return Finding(file, line, what)


def _inspect(
    targets: Sequence[Target], everything: dict[Path, Imports], settings: str
) -> dict[str, Any]:
    library = {name for imports in everything.values() for name in imports.library}
    about = Finding(targets[0].file, 0, "importing it")
    urls = _urls(targets, settings) if settings else {"source": "", "left_out": {}, "error": ""}
    asked = {
        "settings": settings,
        "urls": urls,
        "read": sorted({name for imports in everything.values() for name in imports.settings}),
        "roots": [str(root) for root in dict.fromkeys(target.root for target in targets)],
        "packages": [
            name
            for imports in everything.values()
            for name, path in sorted(imports.local.items())
            if path.name == "__init__.py" or path.is_dir()
        ],
        "contrib": sorted(name for name in library if name.startswith("django.contrib.")),
        "targets": [
            {"module": target.module, "name": target.name, "file": str(target.file)}
            for target in targets
        ],
    }
    return {
        **run_in_a_process("author.inspection", json.dumps(asked), about),
        "urls": urls["source"],
    }


def _urls(targets: Sequence[Target], settings: str) -> dict[str, Any]:
    """Return the source of a URLconf with the project's URL names for `reverse()`, or the error."""
    root = str(targets[0].root)
    environment = {"DJANGO_SETTINGS_MODULE": settings}
    try:
        return dict(
            run_in_a_process("django_project.url_names", "{}", _about(settings), root, environment)
        )
    except BuildError as error:
        # It is reported for a form that uses a URL.
        return {"source": "", "left_out": {}, "error": str(error)}


def _about(settings: str) -> Finding:
    return Finding(None, 0, f"--settings {settings}: importing it")


def _rules_of(form: dict[str, Any], everything: dict[Path, Imports]) -> tuple[Finding, ...]:
    """Return the rules of a form that are left to the server.

    They were found by trying the form, or in the source of the classes that it is made of.
    """
    tried = [
        Finding(Path(rule["file"]), rule["line"], rule["what"], False) for rule in form["rules"]
    ]
    places = {(os.path.realpath(finding.file or ""), finding.line) for finding in tried}
    read = {
        finding
        for imports in everything.values()
        for owner, finding in imports.rules
        if owner in form["classes"]
        and (os.path.realpath(finding.file or ""), finding.line) not in places
    }
    return tuple(sorted({*tried, *read}))


def _secrets(bundle: Bundle) -> list[Finding]:
    """Return a finding for each secret in the author's packed modules."""
    what = "{} is in this file, which anyone who opens the page can read. Move it to a module that no form imports"
    return [
        Finding(path, line, what.format(name), False)
        for place, path in bundle.files.items()
        if place.endswith(".py")
        for line, name in secrets_in(path)
    ]


def _kept_back(
    names: dict[str, str], set_at: dict[str, tuple[str, int]], everything: dict[Path, Imports]
) -> list[Finding]:
    """Return a finding for each setting that is read by the author's modules but not published.

    Settings that are published only in part are reported where they are set.
    """
    not_whole = [
        Finding(Path(file), line, f"{name} is not published as it stands: {names[name]}", False)
        for name, (file, line) in set_at.items()
    ]
    return not_whole + [
        Finding(read.file, read.line, f"{read.what}, which is not published: {names[name]}", False)
        for imports in everything.values()
        for name, read in imports.settings.items()
        if name in names and name not in set_at
    ]


def _bundle(everything: dict[Path, Imports], answer: dict[str, Any]) -> Bundle:
    files: dict[str, Path] = {}
    imported = {name: Path(file) for name, file in answer["modules"].items()}
    asked: dict[str, Finding] = {}
    for root, imports in everything.items():
        real = Path(os.path.realpath(root))
        mine = {
            name: path
            for name, path in imported.items()
            if path.is_relative_to(real) and not _is_installed(path)
        }
        packages = [path.parent for path in imports.local.values() if path.name == "__init__.py"]
        templates = [
            path
            for package in packages
            for name, pattern in (("templates", "*"), ("locale", "*.mo"))
            for path in (package / name).rglob(pattern)
            if not is_left_over(path.relative_to(root))
        ]
        read = [Path(file) for file in answer["opened"] if Path(file).is_relative_to(real)]
        read = [path for path in read if not is_left_over(path.relative_to(real))]
        files |= pack(real, mine, read) | pack(root, imports.local, templates)
        asked |= imports.installed
    loaded = {
        name.partition(".")[0]
        for name, path in imported.items()
        if _is_installed(path) and name.partition(".")[0] not in RESERVED
    }
    # Of some packages, such as crispy-forms' template packs, only templates are used.
    read_from = {top for path in answer["templates"] if (top := _package_of(path))}
    used = [*imported, *read_from]
    installed = [*contrib_package(used), *packages_of(asked, loaded | read_from, used)]
    return Bundle(dict(sorted(files.items())), installed)


def _is_installed(path: Path) -> bool:
    return "site-packages" in path.parts or "dist-packages" in path.parts


def _package_of(file: str) -> str:
    """Return the top-level name of the installed package with this file, empty for other files."""
    top, slash, _ = below_site_packages(file).partition("/")
    return top if slash and top.isidentifier() and top not in RESERVED else ""


def _is_of(top: str, files: dict[str, Path]) -> bool:
    return any(name == f"{top}.py" or name.startswith(f"{top}/") for name in files)


def _explained(
    error: dict[str, Any], targets: Sequence[Target], everything: dict[Path, Imports]
) -> Finding:
    """Return a finding for an error at import, which may be due to a package's compiled code."""
    file = Path(error["file"]) if error["file"] else targets[0].file
    line = error["line"]
    for imports in everything.values():
        for top, asked in imports.installed.items():
            if os.path.realpath(asked.file or "") != os.path.realpath(file) or asked.line != line:
                continue
            for package in packages_of({top: asked}, []):
                if package.compiled and _is_of(top, package.files):
                    return _compiled(asked, package.compiled)
            for package in packages_of({}, [error["module"]]):
                if package.compiled:
                    return _compiled(asked, package.compiled, error["module"])
    for package in packages_of({}, [error["module"]]):
        if package.compiled:
            return _compiled(Finding(file, line, f"imports {error['module']}"), package.compiled)
    what = f"field {error['field']}: {error['what']}" if error["field"] else error["what"]
    return Finding(file, line, what, True, error["field"], error["package"])


def _compiled(asked: Finding, compiled: str, through: str = "") -> Finding:
    """Return a finding for a package that has compiled code, or imports `through`, which has."""
    which = f"which imports {through}, which has" if through else "which has"
    what = f"{asked.what}, {which} compiled code ({compiled}) that no browser runs. Do without it"
    return Finding(asked.file, asked.line, what, asked.is_fatal)

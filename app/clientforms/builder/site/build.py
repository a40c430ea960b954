"""Build a site of an author's forms: page, packed Python, runtime and snapshot."""

from __future__ import annotations

import io
import json
import posixpath
import re
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from ..author.analysis import Analysis, Form, run_in_a_process
from ..author.page_scripts import modules_asked_for
from ..html.hashed_names import MEDIA
from ..html.html_tree import Element, HtmlTree
from ..html.languages import asked_language, unspoken
from ..html.references import REFERRING_SUFFIXES, referred_to
from ..output.findings import Finding, shown
from ..output.page_files import NO_PLUGINS
from ..output.site_files import BuildError, Site
from ..output.static_folders import StaticFolder
from ..runtime.start_scripts import START, UNPACK
from .assets import Assets
from .compiled_modules import COMPILED, apart, compiled_modules
from .library_part import PLACE, library_part
from .report import PAGE_MODULE, Report, packed_files

__all__ = [
    "ON_VALID", "Made", "PageOptions", "add_files_of_page", "build_site", "imports_for", "named", "python_settings"
]  # fmt: skip

ON_VALID = ("post", "download", "keep", "event")
"""Actions of a valid form; see docs/build.md."""

_TEMPLATE = Path(__file__).with_name("page.html")

_CONFIGURATION = f"""\
# Written by clientforms build.
interpreter = "./static/interpreter.js"
{NO_PLUGINS}

[files]
"./app/packed.data" = "./packed.data"
"""

_PAGE_MODULE = '''\
"""Written by clientforms build: what the page has to know of the author's project."""
{imports}
LIBRARY = {library!r}
APPS, APPS_WITHOUT_MODELS = {apps!r}, {apps_without_models!r}


def settings():
    return dict({settings})
'''

_ASKED = ("path", "kind", "prefix", "own_name", "label", "is_multipart")
"""Attributes of a form for the page."""


@dataclass(frozen=True, slots=True)
class PageOptions:
    """Options of the command line for the page."""

    title: str = ""
    language: str = ""
    prefixes: tuple[str, ...] = ()
    on_valid: str = "download"
    csv_guard: str = "on"
    action: str = ""
    together: bool = False
    template: Path | None = None
    fixtures: tuple[Path, ...] = ()
    choices_from_database: str = ""  # a settings module
    more_languages: tuple[str, ...] = ()  # for pages of one server
    compiles: bool = True  # the author's modules, which takes seconds after each change


@dataclass(frozen=True, slots=True)
class Made:
    """A site before `ship()`, its report, and the modules that it fetches from the runtime."""

    site: Site
    report: Report
    library: list[str]


def build_site(
    analysis: Analysis, options: PageOptions, assets: Assets, tell: Callable[[str], None]
) -> Made:
    """Return the site with its report. `tell` is called with progress messages. Raises BuildError."""
    template = options.template or _TEMPLATE
    text = _read(template)
    if not options.language and not options.template:
        options = replace(options, language=assets.known_language(analysis.language))
    language = options.language or asked_language(HtmlTree.reading(text))
    if options.language and not assets.knows(language):
        raise BuildError(
            f"--language {language}: Django has no such language. Give one that it has, such as de."
        )
    forms = named(analysis.forms, options.prefixes)
    tell("Packing Python…")
    library = {*analysis.library, *modules_asked_for(HtmlTree.reading(text), template)}
    part = library_part(library, analysis.by_library, assets)
    bundle = analysis.bundle
    fetched = sorted(library - part.modules)
    own = {name: _bytes(path) for name, path in bundle.files.items() if name.endswith(".py")}
    made = {**bundle.made, PAGE_MODULE: _page_module(analysis, fetched)}
    more = {name: content for name, content in made.items() if name.endswith(".py")}
    if options.compiles:
        made |= apart(compiled_modules(own | more))
    if part.modules:
        made[PLACE] = part.archive
    bundle = replace(bundle, made=made)
    packed = bundle.archive(
        language,
        assets.compiled(),
        whole_packages=not assets.is_of_installed_series,
        more_languages=options.more_languages,
    )
    tell("Rendering the forms…")
    page = _render(text, template, forms, analysis, options, assets, packed)
    html, warnings = page.html, [*analysis.findings, *page.warnings]
    site = Site()
    languages = language, *options.more_languages
    kind = assets.kind_for(library)
    texts = (source.decode("utf-8", "replace") for source in own.values())
    is_whole = assets.needs_whole({*library, *analysis.by_library}, kind, texts)
    for name, path in assets.files(*languages, kind=kind, is_whole=is_whole):
        site.files[name] = _bytes(path)
    site.files |= {
        "index.html": html.encode("utf-8"),
        "pyscript.toml": _CONFIGURATION.encode(),
        "app/packed.data": packed,
    }
    name, script = (
        ("app/start.py", START) if '"app/start.py"' in html else ("app/unpack.py", UNPACK)
    )
    site.files[name] = script.encode()
    licences = analysis.bundle.licences()
    if licences:
        site.files["app/licenses.txt"] = licences.encode("utf-8")
    _add_referenced(site, page, template, forms, analysis.static, warnings.append)
    report = Report(
        forms=forms,
        warnings=warnings,
        rules=analysis.rules,
        settings=analysis.settings,
        packed=packed_files(packed, analysis.bundle.packages),
    )
    return Made(site, report, fetched)


def _page_module(analysis: Analysis, library: list[str]) -> bytes:
    """Return the source of the module that `browser/outcome/built_page.py` imports."""
    imports, settings = python_settings(analysis)
    return _PAGE_MODULE.format(
        imports=imports,
        library=library,
        apps=analysis.apps,
        apps_without_models=analysis.apps_without_models,
        settings=settings.removeprefix(","),
    ).encode()


def python_settings(analysis: Analysis) -> tuple[str, str]:
    """Return the imports that the project's settings need as Python, and they as arguments of a call."""
    settings = "".join(f",\n    {key}={value}" for key, value in analysis.settings.items())
    return imports_for(analysis.settings.values()), settings


def imports_for(sources: Iterable[str]) -> str:
    """Return the imports for the source of settings."""
    text = " ".join(sources)
    needed = {
        "datetime.": "import datetime\n",
        "Decimal(": "from decimal import Decimal\n",
        "gettext_lazy(": "from django.utils.translation import gettext_lazy\n",
    }
    return "".join(line for mark, line in needed.items() if mark in text)


def named(forms: Sequence[Form], prefixes: Sequence[str]) -> list[Form]:
    """Return the forms with the given prefixes, changed so that no two share a name.

    A form whose default prefix conflicts gets one from the name of its class. Raises BuildError.
    """
    if len(prefixes) > len(forms):
        raise BuildError(
            f"--prefix is given {len(prefixes)} times for {len(forms)} forms. Give fewer."
        )
    result = [
        replace(form, prefix=prefixes[index]) if index < len(prefixes) else form
        for index, form in enumerate(forms)
    ]
    for prefix in prefixes:
        if not re.fullmatch(r"[A-Za-z_][\w.-]*", prefix):
            raise BuildError(f"--prefix {prefix!r}: begin with a letter, without spaces.")
    names = [_names(form) for form in result]
    for index, form in enumerate(result):
        others = [other for place, other in enumerate(names) if place != index]
        if index >= len(prefixes) and any(_meet(names[index], other) for other in others):
            result[index] = replace(form, prefix=form.own_name)
    own = _unique(
        [
            form.prefix if index < len(prefixes) else form.own_name
            for index, form in enumerate(result)
        ]
    )
    result = [replace(form, own_name=name) for form, name in zip(result, own, strict=True)]
    names = [_names(form) for form in result]
    for index, form in enumerate(result):
        for place in range(index):
            if _meet(names[index], names[place]):
                raise BuildError(
                    f"{result[place].path} and {form.path} are both called {form.prefix!r} in the page. "
                    "Give each form its own name: one --prefix for each, in order."
                )
    return result


def _names(form: Form) -> set[str]:
    """Return the names of a form's controls, or prefixes of names."""
    if form.kind == "formset":
        return {f"{form.prefix}-"}
    return {f"{form.prefix}-{name}" if form.prefix else name for name in form.fields}


def _meet(one: set[str], other: set[str]) -> bool:
    for name in one:
        for another in other:
            longer, shorter = sorted((name, another), key=len, reverse=True)
            if name == another or (shorter.endswith("-") and longer.startswith(shorter)):
                return True
    return False


def _unique(names: list[str]) -> list[str]:
    taken: list[str] = []
    for name in names:
        plain = re.sub(r"[^A-Za-z0-9_-]", "-", name) or "form"
        number = 2
        unique = plain
        while unique in taken:
            unique = f"{plain}-{number}"
            number += 1
        taken.append(unique)
    return taken


@dataclass(frozen=True, slots=True)
class _Source:
    """The origin of a reference: `what` is a field and its widget, empty for the author's page."""

    file: Path
    line: int = 0
    what: str = ""
    field: str = ""
    place: str = "Media"
    """Where the reference is."""

    def warning(self, url: str, why: str) -> Finding:
        """Return a warning that the file at `url` is not copied, and `why`."""
        what = f"{self.what} names {url} in its {self.place}, which" if self.what else url
        return Finding(self.file, self.line, f"{what} {why}", False, self.field)


@dataclass(frozen=True, slots=True)
class _Rendered:
    """The page with its forms, and the origins of media by URL."""

    html: str
    warnings: list[Finding]
    media: dict[str, _Source]


def _render(
    text: str,
    template: Path,
    forms: list[Form],
    analysis: Analysis,
    options: PageOptions,
    assets: Assets,
    packed: bytes,
) -> _Rendered:
    title = options.title or (
        "" if options.template else ", ".join(form.label for form in forms[:3])
    )
    asked: dict[str, Any] = {
        "template": text,
        "title": title,
        "language": options.language,
        "on_valid": options.on_valid,
        "csv_guard": options.csv_guard,
        "action": options.action,
        "together": options.together,
        "of_own_forms": [name for name, is_given in _of_own_forms(options) if is_given],
        "forms": [{name: getattr(form, name) for name in _ASKED} for form in forms],
        "apps": analysis.apps,
        "apps_without_models": analysis.apps_without_models,
        "settings": analysis.settings,
        "fixtures": [],
        "languages": str(assets.languages),
        "django": assets.django,
    }
    if (options.fixtures or options.choices_from_database) and analysis.has_choices:
        asked["fixtures"] = [str(fixture.resolve()) for fixture in options.fixtures]
    with (
        tempfile.TemporaryDirectory(prefix="clientforms-") as folder,
        tempfile.TemporaryDirectory(prefix="clientforms-") as beside,
    ):
        if options.choices_from_database and analysis.has_choices:
            asked["fixtures"] += [_dumped(analysis, options, Path(beside, "objects.json"))]
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            # The page has the compiled modules elsewhere, and this Python may be another.
            sources = [name for name in archive.namelist() if not name.startswith(f"{COMPILED}/")]
            archive.extractall(folder, sources)
        about = Finding(options.template or Path(forms[0].file), 0, "rendering the forms")
        answer = run_in_a_process("page.page_template", json.dumps(asked), about, folder)
    if answer["fixture"]:
        raise BuildError(f"{answer['fixture']}.")
    if answer["error"]:
        raise BuildError(Finding(template, 0, answer["error"]))
    if answer["broken"]:
        raise BuildError(_broken(answer["broken"][0], forms, template))
    if answer["handlers"]:
        raise BuildError(*(_handler(handler, forms) for handler in answer["handlers"]))
    warnings = [_note(line, forms) for line in answer["left_empty"]]
    warnings += [
        _no_choices(path, name, of_model, forms)
        for path, name, of_model in answer["unknown_choices"]
    ]
    warnings += [_localized(*found, forms=forms) for found in answer["localized"]]
    own = [answer["unspoken"]] if answer["unspoken"] else []
    if silent := [*own, *(code for code in options.more_languages if not assets.speaks(code))]:
        warnings.append(unspoken(silent))
    media = {address: _owner(owner, forms) for address, owner in answer["media"].items()}
    return _Rendered(str(answer["html"]), warnings, media)


def _of_own_forms(options: PageOptions) -> Iterator[tuple[str, bool]]:
    """Yield options for `<form>` elements written by the build, and whether they are given."""
    yield f"--action {options.action}", bool(options.action)
    yield f"--on-valid {options.on_valid}", options.on_valid in ("keep", "event")
    yield "--together", options.together
    yield from ((f"--prefix {prefix}", True) for prefix in options.prefixes)


def _note(line: str, forms: list[Form]) -> Finding:
    """Return a warning for a line, at the place of the form that it begins with, if any."""
    form = next((candidate for candidate in forms if line.startswith(f"{candidate.path} ")), None)
    file = Path(form.file) if form else None
    return Finding(file, form.line if form else 0, line, False)


def _dumped(analysis: Analysis, options: PageOptions, place: Path) -> str:
    """Write the objects for forms' choices from the project's database to a file; return its path.

    Raises BuildError if the database cannot be queried.
    """
    forms = [{"kind": form.kind, "path": form.path} for form in analysis.forms if form.has_choices]
    about = Finding(None, 0, "--choices-from-database: reading them")
    settings = {"DJANGO_SETTINGS_MODULE": options.choices_from_database}
    given = json.dumps({"forms": forms})
    answer = run_in_a_process(
        "django_project.build_database", given, about, str(analysis.root), settings
    )
    if answer["error"]:
        raise BuildError(
            f"--choices-from-database: the project's database failed: {answer['error']}. If it is not set up "
            "yet, run manage.py migrate; or name a file with the objects with --fixture."
        )
    place.write_text(answer["fixture"], "utf-8")
    return str(place)


def _no_choices(path: str, name: str, of_model: bool, forms: list[Form]) -> Finding:
    """Return a warning about a field without choices."""
    file, line, owner = _place_of(path, forms)
    said = f"{owner}.{name}"
    if of_model:
        what = (
            f"{said} has choices from the database, but none is known. Name a file with objects with "
            "--fixture, or use --choices-from-database"
        )
    else:
        what = f"{said} is required but has no choices, so that no value is valid. Give it choices"
    return Finding(file, line, what, False, name)


def _localized(path: str, name: str, why: str, *, forms: list[Form]) -> Finding:
    """Return a warning about a value that browsers would not show in the page's language, and `why`."""
    file, line, owner = _place_of(path, forms)
    return Finding(file, line, f"{owner}.{name}: {why}", False, name)


def _handler(named: Sequence[str], forms: list[Form]) -> Finding:
    """Return an error about an inline listener in a field's HTML: form, field, tag and attribute."""
    path, field, tag, attribute = named
    file, line, owner = _place_of(path, forms)
    what = (
        f"{owner}.{field} renders <{tag} {attribute}=…>, which the page's policy blocks. Add the listener in a "
        "script of the widget's Media"
    )
    return Finding(file, line, what, True, field)


def _owner(named: Sequence[str], forms: list[Form]) -> _Source:
    """Return the origin of a form's media: `named` has the form, the field or "", and the widget."""
    path, field, widget = named
    file, line, owner = _place_of(path, forms)
    return _Source(file, line, f"{owner}.{field} ({widget})" if field else owner, field)


def _place_of(path: str, forms: list[Form]) -> tuple[Path, int, str]:
    """Return the file, line and name of the form at the dotted `path`."""
    form = next(candidate for candidate in forms if candidate.path == path)
    return Path(form.file), form.line, path.rpartition(".")[2]


def _broken(line: str, forms: list[Form], template: Path) -> Finding:
    path, _, reason = line.partition(": ")
    if all(form.path != path for form in forms):
        what = (
            f"it shows {path}, which does not exist: {reason.rstrip('.')}. "
            "Name each class that the page shows as a target"
        )
        return Finding(template, 0, what)
    file, number, owner = _place_of(path, forms)
    what = (
        f"{owner} cannot be made from what was packed for the page: {reason.rstrip('.')}. "
        "Let it read files relative to its module (Path(__file__)), and templates from its package"
    )
    return Finding(file, number, what)


def _add_referenced(
    site: Site,
    page: _Rendered,
    template: Path,
    forms: list[Form],
    static: list[StaticFolder],
    warn: Callable[[Finding], None],
) -> None:
    """Copy files that the page and its style sheets refer to, from the template's folder or `static`.

    References that are not in the template come from a form, which is named in warnings.
    """
    given = HtmlTree.reading(_read(template)).elements
    own = {url for element in given for url in _urls_of(element)}
    for element in HtmlTree.reading(page.html).elements:
        if "external" in element.attributes.get("rel", "").split():  # a link to another site
            continue
        of_media = page.media.get(element.attributes.get(MEDIA, ""))
        for url in _urls_of(element):
            of_form = None if url in own else _form_around(element, forms)
            source = of_media or of_form or _Source(template)
            # The author has no files beside clientforms' own template.
            beside = (
                [] if source.what and template == _TEMPLATE else [StaticFolder(template.parent)]
            )
            file = unquote(urlsplit(url).path)
            is_beside = any(folder.find(file) for folder in beside)
            is_static = not is_beside and any(folder.find(file) for folder in static)
            _add_file(site, static if is_static else beside, "", url, source, warn)


def add_files_of_page(
    site: Site, page: str, template: Path, warn: Callable[[Finding], None]
) -> None:
    """Copy files beside `template` that `page`, made of it, refers to, and files that those refer to."""
    beside = [StaticFolder(template.parent)]
    for element in HtmlTree.reading(page).elements:
        if "external" not in element.attributes.get("rel", "").split():
            for url in _urls_of(element):
                _add_file(site, beside, "", url, _Source(template), warn)


def _urls_of(element: Element) -> list[str]:
    """Return the URLs in an element's attributes."""
    names = ("src", "href", "data-source", "poster")
    return [url for name in names if (url := element.attributes.get(name, ""))]


def _form_around(element: Element, forms: list[Form]) -> _Source | None:
    """Return the form whose container has the element, and the field if the elements around it show it."""
    fields: set[str] = set()
    for around in (element, *element.ancestors()):
        path = around.attributes.get("data-formset") or around.attributes.get("data-form")
        form = next((candidate for candidate in forms if candidate.path == path), None)
        if form:
            file, line, owner = _place_of(form.path, forms)
            field = fields.pop() if len(fields) == 1 else ""
            return _Source(file, line, f"{owner}.{field}" if field else owner, field, "HTML")
        if not fields:
            names = (inner.attributes.get("name", "") for inner in (around, *around.descendants()))
            fields = {name.rpartition("-")[2] for name in names if name}
    return None


def _add_file(
    site: Site,
    folders: Sequence[StaticFolder],
    beside: str,
    url: str,
    source: _Source,
    warn: Callable[[Finding], None],
) -> None:
    """Copy the file at `url`, relative to `beside`, from one of `folders`, and files it refers to."""
    parts = urlsplit(url)
    name = unquote(parts.path)
    if parts.scheme or parts.netloc or not name or name.startswith("/") or name.endswith("/"):
        return
    place = posixpath.normpath(posixpath.join(beside, name))
    if place in site.files:
        return
    found = next(((path, folder) for folder in folders if (path := folder.find(place))), None)
    is_above = place.split("/")[0] == ".."
    if is_above or (found and not found[0].resolve().is_relative_to(found[1].path.resolve())):
        where = "the static folder" if source.what else "the template's folder"
        warn(source.warning(url, f"is outside {where}, and is not copied"))
        return
    if found is None:
        why = "no static folder has" if source.what else "does not exist, but the page refers to it"
        warn(source.warning(url, why))
        return
    path = found[0]
    site.files[place] = _bytes(path)
    if path.suffix in REFERRING_SUFFIXES:
        text = site.files[place].decode("utf-8", "replace")
        for named in referred_to(path.suffix, text):
            _add_file(site, folders, posixpath.dirname(place), named, source, warn)


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        what = f"byte {error.start} is not UTF-8. Save it as UTF-8"
        raise BuildError(Finding(path, 0, what)) from error
    except OSError as error:
        raise BuildError(
            f"{shown(path)} could not be read: {error.strerror}. Name a page with --template."
        ) from error


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BuildError(f"{shown(path)} could not be read: {error.strerror}.") from error

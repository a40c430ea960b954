"""Build a page with a whole Django site: the project's Python, its database and static files, and the runtime."""

from __future__ import annotations

import ast
import hashlib
import html
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib import resources
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

from django.utils.translation import get_language_info

from ..author.analysis import run_in_a_process
from ..author.bundle import Bundle, Package, package_of, packages_of
from ..author.page_python import RESERVED
from ..author.published_secrets import secrets_in
from ..html.html_tree import HtmlTree
from ..html.languages import unspoken
from ..output.findings import Finding
from ..output.page_files import NO_PLUGINS, is_left_over
from ..output.site_files import BuildError, Site
from ..output.zip_files import zipped
from ..runtime.site_snapshot import SERVER_MODULES, code_stamp
from ..runtime.snapshot import WITH_SITE
from ..site.assets import PACKAGE, Assets
from ..site.build import Made, add_files_of_page, imports_for
from ..site.compiled_modules import compiled_modules
from ..site.library_part import PLACE, library_part
from ..site.report import Report, packed_files
from .site_settings import FOLDER
from .site_target import SiteTarget

__all__ = ["SiteOptions", "build_django_site"]

_TEMPLATE = Path(__file__).with_name("app_page.html")
_OWN = PACKAGE / "site"
_TOOLS = {"_distutils_hack", "distutils", "pip", "pkg_resources", "setuptools", "wheel"}
"""Packages of an environment that are imported by themselves."""

_SELDOM = "clientforms-seldom.zip"
_SELDOM_PARTS = ("/migrations/", "/management/commands/")
"""Django's modules that few requests need, and the archive for them (`site/seldom_modules.py`)."""

_VIEW_TEMPLATES = "django/views/templates/"
"""What Django's views read: the admin's texts for scripts (i18n_catalog.js), and the page about a wrong CSRF token."""

_SCRIPTS = ("storage.js", "view.js")

_CONFIGURATION = f"""\
# Written by clientforms build-site.
interpreter = "./static/interpreter.js"
{NO_PLUGINS}

[files]
"./app/clientforms.data" = "./clientforms.data"
"./app/packed.data" = "./packed.data"
"""

_START = '''\
"""Written by clientforms build-site: puts clientforms' own modules for sites in their place, and shows the site."""
import sys

import clientforms

if getattr(sys.modules.get("clientforms.site"), "STAMP", "") != {stamp!r}:  # not those of the snapshot
    for name in [name for name in sys.modules if name.startswith(("clientforms.site", "clientforms.server"))]:
        del sys.modules[name]
for package in (clientforms, sys.modules.get("clientforms.server")):
    if package:  # what the snapshot has not is imported from the archive
        package.__path__.append("clientforms.data/" + package.__name__.replace(".", "/"))
from clientforms.site import contrib_modules

if "django.contrib.auth" not in sys.modules:  # the page has started without its snapshot
    contrib_modules.unpack_all()
from clientforms.site.site_page import start

await start({name!r}, {version!r})
'''

_SETTINGS_MODULE = "clientforms_site_settings.py"

_SETTINGS = '''\
"""The settings of the page. Written by clientforms build-site."""
{imports}
CONTRIB = {contrib!r}
LIBRARY = {library!r}
SETTINGS = {{{settings}
}}
'''

_NO_FOLDERS = {"node_modules", "site-packages", "test", "tests", "venv", "env", "dist", "build"}
"""Folders of a project that a page does not need, or that are not the project's own."""

_SECRET_SUFFIXES = (
    ".env",
    ".key",
    ".pem",
    ".p12",
    ".pfx",
    ".sqlite3",
    ".db",
    ".log",
    ".sqlite3-journal",
    ".po",
    ".pyc",
)
_NO_MODULES = {"manage.py", "wsgi.py", "asgi.py", "conftest.py"}


@dataclass(frozen=True, slots=True)
class SiteOptions:
    """Options of the command line."""

    title: str = ""
    language: str = ""
    template: Path | None = None
    fixtures: tuple[str, ...] = ()
    debug: bool = False
    name: str = ""


@dataclass(slots=True)
class _Project:
    """What the project's own process answered."""

    answer: dict[str, Any]
    database: bytes
    static: bytes
    findings: list[Finding] = field(default_factory=list)


def build_django_site(
    target: SiteTarget, options: SiteOptions, assets: Assets, tell: Callable[[str], None]
) -> tuple[Made, list[Path]]:
    """Return the site with its report, and the source files. Raises BuildError."""
    tell("Loading the project, and migrating a database for the page…")
    project = _load(target, options)
    answer = project.answer
    tell("Packing Python…")
    bundle, findings = _bundle(target, answer, assets)
    findings += project.findings
    language = options.language or assets.known_language(answer["language"]) or "en"
    if not assets.knows(language):
        raise BuildError(
            f"--language {language}: Django has no such language. Give one that it has, such as de."
        )
    bundle.made |= _zones(answer["time_zone"])
    sources = _sources(bundle)
    library = set(_library(sources))
    part = library_part(library, (), assets, WITH_SITE)
    if part.modules:
        bundle.made[PLACE] = part.archive
    bundle.made |= {
        f"{FOLDER}/db.sqlite3": project.database,
        f"{FOLDER}/static.zip": project.static,
    }
    compiled, spare = _compiled(answer, assets)
    seldom = {name for name in compiled if any(part in name for part in _SELDOM_PARTS)}
    bundle.made |= {f"{name}c": content for name, content in compiled.items() if name not in seldom}
    bundle.made[_SELDOM] = zipped({f"{name}c": compiled[name] for name in seldom})
    name = options.name or _name_of(target)
    settings = dict(answer["settings"]) | {
        "SECRET_KEY": repr(f"not a secret, because a page has none: {name}")
    }
    settings.pop("LANGUAGE_CODE", None)
    bundle.made[_SETTINGS_MODULE] = _SETTINGS.format(
        imports=imports_for(settings.values()),
        contrib=[app for app, _ in answer["apps"]],
        library=sorted(library - part.modules),
        settings="".join(f"\n    {key!r}: {value}," for key, value in settings.items()),
    ).encode()
    if not options.debug:
        written = bundle.made[_SETTINGS_MODULE]
        bundle.made |= compiled_modules(sources | {_SETTINGS_MODULE: written})
    others = [code for code in answer["languages"] if code != language and assets.knows(code)]
    bundle.made |= assets.catalogs(*others)
    silent = [
        code
        for code in (language, *others)
        if not assets.speaks(code) and code not in answer["spoken"]
    ]
    if silent:
        findings.append(unspoken(silent))
    packed = bundle.archive(language, more_languages=others)
    own = _own_archive(spare, compiles=not options.debug)
    version = hashlib.sha256(packed).hexdigest()[:16]
    page = _page(target, answer, options, language)
    site = Site()
    for file, path in assets.files(language, kind=WITH_SITE):
        site.files[file] = path.read_bytes()
    site.files |= {
        "index.html": page.encode(),
        "pyscript.toml": _CONFIGURATION.encode(),
        "app/packed.data": packed,
        "app/clientforms.data": own,
        "static/site.js": _script(assets),
        "static/site.css": (assets.folder / "site" / "site.css").read_bytes(),
        "app/start.py": _START.format(
            name=name, version=version, stamp=code_stamp(PACKAGE)
        ).encode(),
    }
    if options.template:
        add_files_of_page(site, page, options.template, findings.append)
    if licences := bundle.licences():
        site.files["app/licenses.txt"] = licences.encode()
    report = Report(
        forms=[],
        warnings=findings,
        rules=[],
        settings=answer["settings"],
        packed=packed_files(packed, bundle.packages),
    )
    watched = [path for path in bundle.files.values() if path.is_relative_to(target.root)]
    return Made(site, report, sorted(library - part.modules)), watched


def _name_of(target: SiteTarget) -> str:
    """Return the name under which a browser keeps the data: that of the project's folder, or of the app."""
    return target.urlconf.partition(".")[0] if target.is_app else target.root.name


def _load(target: SiteTarget, options: SiteOptions) -> _Project:
    what = f"loading {target.settings or target.urlconf}"
    with tempfile.TemporaryDirectory(prefix="clientforms-") as folder:
        asked = {
            "root": os.path.realpath(target.root),
            "settings": target.settings,
            "urlconf": target.urlconf,
            "work": folder,
            "fixtures": list(options.fixtures),
            "debug": options.debug,
        }
        answer = run_in_a_process(
            "django_site.site_project", json.dumps(asked), Finding(None, 0, what), str(target.root)
        )
        if answer["error"]:
            file, line = answer["place"]
            said = f"{what}: {answer['error'].rstrip('.')}. It has to run here before it can run in a page"
            raise BuildError(Finding(Path(file) if file else None, line, said))
        project = _Project(
            answer,
            Path(folder, FOLDER, "db.sqlite3").read_bytes(),
            Path(folder, FOLDER, "static.zip").read_bytes(),
        )
    project.findings = [
        Finding(None, 0, f"{name} is not the project's: {why}", False)
        for name, why in answer["kept_back"].items()
    ]
    if answer["slow_users"]:
        what = (
            f"{answer['slow_users']} users have passwords that a page needs seconds to check, because it has no OpenSSL. "
            "Hash them with fewer rounds in the fixture (PBKDF2, 1000)"
        )
        project.findings.append(Finding(None, 0, what, False))
    return project


def _bundle(
    target: SiteTarget, answer: dict[str, Any], assets: Assets
) -> tuple[Bundle, list[Finding]]:
    """Return what goes into the archive: the project's files, and the installed packages that it uses."""
    root = Path(os.path.realpath(target.root))
    of_settings = {answer["modules"].get(name, "") for name in answer["of_settings"]}
    local_apps = [Path(path) for _, path in answer["apps"] if Path(path).is_relative_to(root)]
    local_tops = {
        name.partition(".")[0]
        for name, file in answer["modules"].items()
        if _is_local(Path(file), root)
    }
    files: dict[str, Path] = {}
    folders = [root / top for top in sorted(local_tops) if (root / top).is_dir()] + local_apps
    others = [Path(folder) for folder in (*answer["templates"], *answer["locale"])]
    for folder in (*folders, *(each for each in others if _is_local(each, root))):
        for path in _files_below(folder, root):
            files[path.relative_to(root).as_posix()] = path
    for top in local_tops:
        if (root / f"{top}.py").is_file():
            files[f"{top}.py"] = root / f"{top}.py"
    files = {
        name: path
        for name, path in files.items()
        if os.path.realpath(path) not in of_settings and path.name not in _NO_MODULES
    }
    findings = [
        Finding(
            path, line, f"{name} is in this file, which anyone who opens the page can read", False
        )
        for name_of_file, path in files.items()
        if name_of_file.endswith(".py") and "/migrations/" not in name_of_file
        for line, name in secrets_in(path)
    ]
    installed = _installed(answer, root)
    for package in installed:
        if package.compiled:
            raise BuildError(
                f"{package.name} has compiled code ({package.compiled}) that no browser runs. Do without it."
            )
    return Bundle(dict(sorted(files.items())), installed), findings


def _installed(answer: dict[str, Any], root: Path) -> list[Package]:
    """Return the installed packages: those of apps as a whole, of others the modules that are imported."""
    imported = [
        name
        for name, file in answer["modules"].items()
        if not _is_local(Path(file), root) and _is_packable(name)
    ]
    tops = {name.partition(".")[0] for name in imported}
    apps = {name.partition(".")[0] for name, path in answer["apps"] if _is_packable(name)}
    apps -= {name.partition(".")[0] for name, path in answer["apps"] if _is_local(Path(path), root)}
    whole = {package.name: package for package in packages_of({}, apps)}
    reached = {package.name: package for package in packages_of({}, tops, imported)}
    for package in whole.values():
        for name in list(package.files):
            if "/static/" in name or "/tests/" in name:
                del package.files[name]
    django = _contrib(answer)
    used = {name: package for name, package in (reached | whole).items() if package.files}
    return [*django, *(used[name] for name in sorted(used))]


def _contrib(answer: dict[str, Any]) -> list[Package]:
    """Return templates and catalogs of Django's views and contrib apps, whose modules are compiled elsewhere."""
    apps = {name for name, _ in answer["apps"] if name.startswith("django.contrib.")}
    package = package_of(distribution("django"))
    wanted = {
        name: path
        for name, path in package.files.items()
        if (name.startswith(_VIEW_TEMPLATES) or ".".join(name.split("/")[:3]) in apps)
        and "/static/" not in name
        and not name.endswith(".py")
    }
    package.files.clear()
    package.files.update(wanted)
    return [package] if wanted else []


def _is_packable(name: str) -> bool:
    top = name.partition(".")[0]
    return top not in RESERVED | _TOOLS and top not in sys.stdlib_module_names


def _is_local(path: Path, root: Path) -> bool:
    if not path.is_relative_to(root):
        return False
    parts = path.relative_to(root).parts
    return "site-packages" not in parts and "dist-packages" not in parts


def _files_below(folder: Path, root: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        inner = path.relative_to(root)
        is_own = not is_left_over(inner) and not set(inner.parts[:-1]) & _NO_FOLDERS
        is_static = "static" in inner.parts[:-1] or "media" in inner.parts[:-1]
        if path.is_file() and is_own and not is_static and not path.name.endswith(_SECRET_SUFFIXES):
            yield path


def _compiled(answer: dict[str, Any], assets: Assets) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return Django's compiled modules that the snapshot has not, of installed apps and commands, and those it has.

    A page needs the latter if it starts without the snapshot, or has a user model of its own.
    """
    apps = tuple(f"{name.replace('.', '/')}/" for name, _ in answer["apps"])
    there = assets.modules(WITH_SITE)
    found: dict[str, bytes] = {}
    spare: dict[str, bytes] = {}
    for place, content in {**assets.compiled(), **assets.compiled_for_sites()}.items():
        module = place.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        is_used = place.startswith(apps) or place.startswith("django/core/")
        # Django reloads packages of migrations, also those in the snapshot.
        is_there = module in there and not module.endswith(".migrations")
        if is_there and place.startswith("django/contrib/"):
            spare[place] = content
        elif is_used and not is_there:
            found[place] = content
    return found, spare


def _zones(name: str) -> dict[str, bytes]:
    """Return the project's time zone, for which a page would fetch the archive of all zones."""
    found = {}
    for zone in {name, "UTC"}:
        path = resources.files("tzdata").joinpath("zoneinfo", *zone.split("/"))
        if path.is_file():
            found[f"{FOLDER}/zoneinfo/{zone}"] = path.read_bytes()
    return found


def _sources(bundle: Bundle) -> dict[str, bytes]:
    """Return the Python sources in `bundle`, by path in the page."""
    paths = dict(bundle.files)
    for package in bundle.packages:
        paths |= package.files
    return {name: path.read_bytes() for name, path in paths.items() if name.endswith(".py")}


def _library(sources: Mapping[str, bytes]) -> Iterator[str]:
    """Yield the modules of Python and Django that `sources` import at module level."""
    for source in sources.values():
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            continue  # for another version of Python
        for module in _imports(tree.body):
            if module.partition(".")[0] in sys.stdlib_module_names | {"django"}:
                yield module


def _imports(body: Iterable[ast.stmt]) -> Iterator[str]:
    for node in body:
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(module), names=names, level=0):
                yield module
                yield from (f"{module}.{alias.name}" for alias in names)
            case ast.If(body=inner, orelse=rest) | ast.Try(body=inner, orelse=rest):
                yield from _imports([*inner, *rest])
            case ast.ClassDef(body=inner):
                yield from _imports(inner)


def _own_archive(spare: Mapping[str, bytes], *, compiles: bool) -> bytes:
    """Return the zip of clientforms' own modules for sites, and of Django's compiled modules `spare`.

    A page imports from it what its snapshot has not. Python reads compiled modules in an archive beside their sources.
    """
    server = {
        f"clientforms/server/{name}": (PACKAGE / source).read_bytes()
        for name, source in SERVER_MODULES.items()
    }
    compiled = compiled_modules(server) if compiles else {}
    site = {
        f"clientforms/{path.relative_to(PACKAGE).as_posix()}": path.read_bytes()
        for path in _OWN.rglob("*.py")
    }
    return zipped(
        site
        | server
        | {
            name.replace("__pycache__/", "").replace(".cpython-314", ""): compiled[name]
            for name in compiled
        }
        | {f"{name}c": spare[name] for name in spare}
    )


def _script(assets: Assets) -> bytes:
    """Return the script of a page with a site: the library that merges, and ours."""
    parts = [assets.in_runtime("idiomorph.js", kind=WITH_SITE)]
    parts += [path for name in _SCRIPTS if (path := assets.folder / "site" / name).is_file()]
    return b"\n".join(path.read_bytes() for path in parts)


def _page(target: SiteTarget, answer: dict[str, Any], options: SiteOptions, language: str) -> str:
    """Return the page: the author's template, or ours with the site as all of it."""
    template = options.template or _TEMPLATE
    try:
        text = template.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BuildError(f"--template {template}: {error}. Name a page in UTF-8.") from error
    tree = HtmlTree(text)
    places = [element for element in tree.elements if "data-site" in element.attributes]
    if not places:
        raise BuildError(
            f'{template}: no element has data-site. Write one, such as <div data-site="{answer["urlconf"]}"></div>.'
        )
    if not options.template:
        urlconf = html.escape(answer["urlconf"])
        shown = (
            f'<div data-site="{urlconf}"></div>'
            if target.is_app
            else f'<iframe data-site="{urlconf}"></iframe>'
        )
        tree.replace(places[0], shown)
        _put_language(tree, language)
        for element in tree.elements:
            # It is in English, and boot.js has the words of other languages.
            if "data-boot-status" in element.attributes and not language.startswith("en"):
                tree.replace_inside(element, "")
    elif options.language:
        _put_language(tree, language)
    title = tree.first("title")
    if title and (options.title or not tree.text_of(title).strip()):
        name = options.title or _name_of(target)
        tree.replace(title, f"<title>{html.escape(name)}</title>")
    kept = html.escape(options.name or _name_of(target))
    scripts = f'<script src="static/site.js" data-site-name="{kept}"></script>\n'
    core = next(
        (
            element
            for element in tree.elements
            if element.tag == "script"
            and element.attributes.get("src", "").endswith("pyscript/core.js")
        ),
        None,
    )
    if core is None:
        raise BuildError(
            f"{template} does not load PyScript. Write into its head: "
            '<script type="module" src="static/runtime/pyscript/core.js"></script>.'
        )
    tree.insert(core.start, scripts)
    body = tree.first("body")
    assert body is not None
    start = '<script type="py" src="app/start.py" config="pyscript.toml"></script>\n'
    if not any(element.attributes.get("type") == "py" for element in tree.elements):
        tree.insert(body.close, start)
    return tree.edited()


def _put_language(tree: HtmlTree, language: str) -> None:
    """Write the page's language, and its direction if that is from right to left."""
    tree.put_attribute(_html(tree), "lang", language)
    if get_language_info(language)["bidi"]:
        tree.set_attribute(_html(tree), "dir", "rtl")


def _html(tree: HtmlTree) -> Any:
    found = tree.first("html")
    if found is None:
        raise BuildError("The page has no <html>. Write one into the template.")
    return found

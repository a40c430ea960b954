"""Compile and zip Python for the page: the standard library, packages, and files of each language.

That takes a while, so results are cached in `.compiled/` by hashes of their sources.
"""

from __future__ import annotations

import datetime
import gettext
import hashlib
import io
import json
import runpy
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from .packages import (
    COMPILED_CONTRIB,
    COMPILED_SITE,
    LIBRARY_IMPORTS,
    RuntimeAssemblyError,
    admin_catalogs,
    contrib_files,
    installed_files,
    locale_of,
    node_module,
    site_files,
)

__all__ = [
    "ADMIN_WORDS",
    "CATALOGS",
    "SITE_PACKAGES",
    "STANDARD_LIBRARY",
    "compiled",
    "make_once",
    "run_node",
    "stored",
]

SITE_PACKAGES = "/lib/python3.14/site-packages"
"""The folder of packages in the page, into which `static/interpreter.js` unpacks them."""

STANDARD_LIBRARY = "/lib/python314.zip"
"""The path of the standard library's archive in Pyodide."""

COMPILER = Path(__file__).with_name("compile.js")
_NO_DATE = datetime.datetime(1980, 1, 1, tzinfo=datetime.UTC)
"""For headers of catalogs, which would differ otherwise each time."""

LEAN_CODE = Path(__file__).with_name("lean_code.py")
IMPORTS_READER = Path(__file__).with_name("module_imports.py")

CATALOGS = Path(__file__).parents[2] / "locale"
"""The sources of clientforms' own catalogs."""

ADMIN_WORDS = ("Log in", "Remove", "Save")
"""Words of clientforms that the catalogs of Django's admin have as well, in more languages than ours."""


def compiled(root: Path) -> Path:
    """Return the folder with the archives, which is made if it is not cached.

    It has `python_stdlib.zip`, `library.json`, `site-packages.zip`, `contrib.zip`, `site.zip` and `languages/`.
    """
    target = root / ".compiled" / _key(root)
    if not target.exists():
        print("Compiling Django for the page (half a minute, once)…", flush=True)
        target.parent.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="unfinished-", dir=target.parent) as folder:
            fresh = Path(folder) / "archives"
            fresh.mkdir()
            _pack(root, fresh)
            fresh.rename(target)
    return target


def make_once(
    root: Path, parts: Iterable[bytes], target: Path, make: Callable[[Path], None]
) -> None:
    """Write `target` by calling `make` with a path, or copy the cached result.

    The cache is in `.compiled/`. Its key is a hash of `parts`, the contents of all sources.
    """
    content = hashlib.sha256()
    for part in parts:
        content.update(part)
    kept = root / ".compiled" / f"{content.hexdigest()[:24]}{target.suffix}"
    if not kept.exists():
        kept.parent.mkdir(exist_ok=True)
        unfinished = kept.with_suffix(".unfinished")
        make(unfinished)
        unfinished.rename(kept)
    shutil.copyfile(kept, target)


def run_node(script: Path, *arguments: str) -> None:
    """Run one of our scripts. Raises RuntimeAssemblyError with its last output if it fails."""
    command = ["node", str(script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        # For a syntax error, Node may print the whole script.
        words = (done.stderr or done.stdout).strip()[-3000:] or "no reason given"
        raise RuntimeAssemblyError(f"{script.name} failed under Node: {words}")


def stored(archive: bytes) -> bytes:
    """Return a zip archive without compression, so that it compresses better as a whole."""
    plain = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as packed, zipfile.ZipFile(plain, "w") as unpacked:
        for info in packed.infolist():
            unpacked.writestr(zipfile.ZipInfo(info.filename, info.date_time), packed.read(info))
    return plain.getvalue()


def _key(root: Path) -> str:
    content = hashlib.sha256()
    stdlib = node_module(root, "pyodide") / "python_stdlib.zip"
    ours = (Path(__file__), COMPILER, LEAN_CODE, IMPORTS_READER, *sorted(CATALOGS.rglob("*.po")))
    sources = [(path.name, path) for path in (stdlib, *ours)]
    for name, path in (
        *sources,
        *sorted([*installed_files(root), *contrib_files(root), *site_files(root)]),
        *sorted(admin_catalogs(root)),
    ):
        content.update(f"{name}\n{path.stat().st_size}\n".encode() + path.read_bytes())
    return content.hexdigest()[:24]


def _pack(root: Path, target: Path) -> None:
    """Compile with the page's own Python, and zip the files, separately for each language."""
    with tempfile.TemporaryDirectory(prefix="clientforms-") as folder:
        source, library = Path(folder) / "packages", Path(folder) / "library"
        contrib, site = Path(folder) / "contrib", Path(folder) / "site"
        for place, files in (
            (source, installed_files(root)),
            (contrib, contrib_files(root)),
            (site, site_files(root)),
        ):
            for name, path in files:
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place / name)
        pyodide = node_module(root, "pyodide")
        with zipfile.ZipFile(pyodide / "python_stdlib.zip") as archive:
            archive.extractall(library)
        run_node(
            COMPILER, str(pyodide), str(target / LIBRARY_IMPORTS),
            str(source), SITE_PACKAGES, str(contrib), SITE_PACKAGES, str(site), SITE_PACKAGES,
            str(library), STANDARD_LIBRARY,
        )  # fmt: skip
        shipped = {path.name for path in (source / "django" / "conf" / "locale").iterdir()}
        admin = {locale: path for locale, path in admin_catalogs(root) if locale in shipped}
        _compile_catalogs(source / "clientforms-locale", admin)
        common: list[Path] = []
        locales: dict[str, list[Path]] = {}
        for path in _without_sources(source):
            locale = locale_of(path.relative_to(source).as_posix())
            (locales.setdefault(locale, []) if locale else common).append(path)
        _zip(target / "site-packages.zip", source, common)
        _zip(target / COMPILED_CONTRIB, contrib, sorted(contrib.rglob("*.pyc")))
        _zip(target / COMPILED_SITE, site, sorted(site.rglob("*.pyc")))
        _zip(target / "python_stdlib.zip", library, _without_sources(library))
        _pack_languages(target / "languages", source, locales)


def _without_sources(folder: Path) -> list[Path]:
    """Return the files below `folder`, sorted, with sources only if they could not be compiled."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not (path.suffix == ".py" and path.with_suffix(".pyc").exists())
    ]


def _pack_languages(target: Path, source: Path, locales: dict[str, list[Path]]) -> None:
    """Write an archive for each language, and the table of their codes.

    The archive of a region includes its language, because Django falls back from pt_BR to pt.
    """
    target.mkdir()
    codes = {locale.lower().replace("_", "-"): locale for locale in sorted(locales)}
    for code, locale in codes.items():
        general = locale.partition("_")[0]
        files = locales[locale] + (locales.get(general, []) if general != locale else [])
        _zip(target / f"{code}.zip", source, sorted(files))
    table = json.dumps(_languages(sorted(codes), source), indent=1, sort_keys=True)
    (target / "languages.json").write_text(table + "\n", "utf-8")


def _languages(codes: Sequence[str], source: Path) -> dict[str, str]:
    """Return the codes of archives by language code, with Django's fallbacks.

    A page removes parts from the end of its code until it finds it in this table.
    """
    known = runpy.run_path(str(source / "django" / "conf" / "locale" / "__init__.py"))["LANG_INFO"]
    table = {code.partition("-")[0]: code for code in reversed(codes)}
    for code, info in known.items():
        for fallback in info.get("fallback", ()):
            table[code] = fallback
    return table | {code: code for code in codes} | {"en": "en"}


def _compile_catalogs(target: Path, admin: Mapping[str, Path]) -> None:
    """Write a catalog for each language: ours, with what it lacks of ADMIN_WORDS from Django's `admin`."""
    try:
        from babel.messages import Catalog, mofile, pofile
    except ImportError as error:
        raise RuntimeAssemblyError(f"{error}. Run make again, which installs it.") from error
    for locale in sorted({path.name for path in CATALOGS.iterdir()} | admin.keys()):
        catalog, own = Catalog(), CATALOGS / locale / "LC_MESSAGES" / "django.po"
        if own.is_file():
            with own.open("rb") as text:
                catalog = pofile.read_po(text, abort_invalid=True)
        if locale in admin:
            with admin[locale].open("rb") as compiled:
                words = gettext.GNUTranslations(compiled)
            for word in ADMIN_WORDS:
                if word not in catalog and words.gettext(word) != word:
                    catalog.add(word, words.gettext(word))
        catalog.creation_date = catalog.revision_date = _NO_DATE
        if len(catalog):
            place = target / locale / "LC_MESSAGES" / "django.mo"
            place.parent.mkdir(parents=True)
            with place.open("wb") as written:
                mofile.write_mo(written, catalog)


def _zip(archive: Path, folder: Path, paths: Sequence[Path]) -> None:
    """Write the files `paths` below `folder` into `archive`, with reproducible bytes."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in paths:
            name = path.relative_to(folder).as_posix()
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, path.read_bytes())

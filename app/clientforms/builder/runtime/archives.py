"""Compiles and zips Python for the page: the standard library, the packages, each language's files.

That takes a while and seldom changes: what is made is kept in `.compiled/`, by what it is made from.
"""

from __future__ import annotations

import hashlib
import io
import json
import runpy
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from .packages import (
    COMPILED_CONTRIB,
    LIBRARY_IMPORTS,
    RuntimeAssemblyError,
    contrib_files,
    installed_files,
    locale_of,
    node_module,
)

__all__ = [
    "CATALOGS",
    "SITE_PACKAGES",
    "STANDARD_LIBRARY",
    "compiled",
    "make_once",
    "run_node",
    "stored",
]

SITE_PACKAGES = "/lib/python3.14/site-packages"
"""Where the packages lie in the page; `static/interpreter.js` unpacks them there."""

STANDARD_LIBRARY = "/lib/python314.zip"
"""Where Pyodide puts the archive of the standard library."""

COMPILER = Path(__file__).with_name("compile.js")
IMPORTS_READER = Path(__file__).with_name("module_imports.py")

CATALOGS = Path(__file__).parents[2] / "locale"
"""The sources of clientforms' own catalogs."""


def compiled(root: Path) -> Path:
    """Return the folder with `python_stdlib.zip` and `library.json`, `site-packages.zip`, `contrib.zip` and `languages/`.

    Makes it if there is none of this content yet.
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
    """Write to `target` what `make` writes to the path that it is given.

    It is kept in `.compiled/` by `parts`, the contents of all that it is made from.
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
    """Run one of our scripts. Raises RuntimeAssemblyError with its last words where it fails."""
    command = ["node", str(script), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        # Of a script that JavaScript itself gave up, Node prints the whole text.
        words = (done.stderr or done.stdout).strip()[-3000:] or "no reason given"
        raise RuntimeAssemblyError(f"{script.name} failed under Node: {words}")


def stored(archive: bytes) -> bytes:
    """Return a zip archive with nothing in it compressed: all of it together compresses better."""
    plain = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as packed, zipfile.ZipFile(plain, "w") as unpacked:
        for info in packed.infolist():
            unpacked.writestr(zipfile.ZipInfo(info.filename, info.date_time), packed.read(info))
    return plain.getvalue()


def _key(root: Path) -> str:
    content = hashlib.sha256()
    stdlib = node_module(root, "pyodide") / "python_stdlib.zip"
    ours = (Path(__file__), COMPILER, IMPORTS_READER, *sorted(CATALOGS.rglob("*.po")))
    sources = [(path.name, path) for path in (stdlib, *ours)]
    for name, path in (*sources, *sorted([*installed_files(root), *contrib_files(root)])):
        content.update(f"{name}\n{path.stat().st_size}\n".encode() + path.read_bytes())
    return content.hexdigest()[:24]


def _pack(root: Path, target: Path) -> None:
    """Compile with the page's own Python and zip, each language by itself."""
    with tempfile.TemporaryDirectory(prefix="clientforms-") as folder:
        source, library = Path(folder) / "packages", Path(folder) / "library"
        contrib = Path(folder) / "contrib"
        for place, files in ((source, installed_files(root)), (contrib, contrib_files(root))):
            for name, path in files:
                (place / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, place / name)
        pyodide = node_module(root, "pyodide")
        with zipfile.ZipFile(pyodide / "python_stdlib.zip") as archive:
            archive.extractall(library)
        run_node(
            COMPILER, str(pyodide), str(target / LIBRARY_IMPORTS),
            str(source), SITE_PACKAGES, str(contrib), SITE_PACKAGES, str(library), STANDARD_LIBRARY,
        )  # fmt: skip
        _compile_catalogs(source / "clientforms-locale")
        common: list[Path] = []
        locales: dict[str, list[Path]] = {}
        for path in _without_sources(source):
            locale = locale_of(path.relative_to(source).as_posix())
            (locales.setdefault(locale, []) if locale else common).append(path)
        _zip(target / "site-packages.zip", source, common)
        _zip(target / COMPILED_CONTRIB, contrib, sorted(contrib.rglob("*.pyc")))
        _zip(target / "python_stdlib.zip", library, _without_sources(library))
        _pack_languages(target / "languages", source, locales)


def _without_sources(folder: Path) -> list[Path]:
    """The sorted files below `folder`; of a source that could not be compiled, the source."""
    return [
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not (path.suffix == ".py" and path.with_suffix(".pyc").exists())
    ]


def _pack_languages(target: Path, source: Path, locales: dict[str, list[Path]]) -> None:
    """Write an archive for each language, and the table that says which one a code asks for.

    What a region leaves out, its language says: Django looks into pt after pt_BR.
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
    """Return the code of a language to that of its archive, where they differ as Django has it.

    A page strips region after region from its code until it is in this table.
    """
    known = runpy.run_path(str(source / "django" / "conf" / "locale" / "__init__.py"))["LANG_INFO"]
    table = {code.partition("-")[0]: code for code in reversed(codes)}
    for code, info in known.items():
        for fallback in info.get("fallback", ()):
            table[code] = fallback
    return table | {code: code for code in codes} | {"en": "en"}


def _compile_catalogs(target: Path) -> None:
    try:
        from babel.messages import mofile, pofile
    except ImportError as error:
        raise RuntimeAssemblyError(f"{error}: run make again, which installs it.") from error
    for path in sorted(CATALOGS.glob("*/LC_MESSAGES/*.po")):
        place = target / path.relative_to(CATALOGS).with_suffix(".mo")
        place.parent.mkdir(parents=True)
        with path.open("rb") as text, place.open("wb") as compiled:
            mofile.write_mo(compiled, pofile.read_po(text, abort_invalid=True))


def _zip(archive: Path, folder: Path, paths: Sequence[Path]) -> None:
    """Write what lies at `paths` below `folder` into `archive`, the same bytes each time."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path in paths:
            name = path.relative_to(folder).as_posix()
            info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            packed.writestr(info, path.read_bytes())

"""Assembles `static/runtime/`: PyScript, Pyodide's core, and the Python packages a page needs.

Everything is taken from what set-up installed (`node_modules/`, `.venv/`, and `.django/` where the
environment's DJANGO names another Django); nothing is downloaded. The result is written beside the
old runtime and put in its place when it is complete.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import json
import os
import runpy
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

__all__ = ["RuntimeAssemblyError", "assemble", "is_current", "is_packed", "main", "package"]

ROOT = Path(__file__).resolve().parents[3]
COMPILER = Path(__file__).with_name("compile.js")

SITE_PACKAGES = "/lib/python3.14/site-packages"
"""Where the packages lie in the page; `static/interpreter.js` unpacks them there."""

PACKAGES = ("asgiref", "django", "sqlparse", "tzdata")

LEFT_OUT = (
    "django/__main__.py",
    "django/bin/",
    "django/conf/app_template/",
    "django/conf/project_template/",
    "django/contrib/",
    "django/core/management/commands/",
    "django/core/servers/",
    "django/db/backends/mysql/",
    "django/db/backends/oracle/",
    "django/db/backends/postgresql/",
    "django/forms/jinja2/",
    "django/test/",
    "sqlparse/__main__.py",
    # Sources of the compiled zones, and tables for installers.
    "tzdata/zoneinfo/iso3166.tab",
    "tzdata/zoneinfo/leapseconds",
    "tzdata/zoneinfo/tzdata.zi",
    "tzdata/zoneinfo/zone.tab",
    "tzdata/zoneinfo/zone1970.tab",
    "tzdata/zoneinfo/zonenow.tab",
)
"""What no page uses of those packages: files, and folders with a slash at the end."""

LOCALES = ("django/conf/locale/", "clientforms-locale/")
"""Where Django's catalogs and formats lie in the page, and clientforms' own catalogs."""

CATALOGS = Path(__file__).parents[1] / "locale"
"""The sources of clientforms' own catalogs."""

PYSCRIPT = ("core.js", "core.css", "core-", "deprecations-", "donkey-", "error-", "py-", "toml-")
"""The files of PyScript's distribution, or how their names begin, that the page loads."""

PYODIDE = {
    # No .mjs: several servers send it as something that is no script.
    "pyodide.mjs": "pyodide.js",
    "pyodide.asm.mjs": "pyodide.asm.js",
    "pyodide.asm.wasm": "pyodide.asm.wasm",
    "python_stdlib.zip": "python_stdlib.zip",
}


class RuntimeAssemblyError(Exception):
    """Something that set-up should have installed is not there or does not work."""


def main(argv: Sequence[str] | None = None) -> int:
    """Assemble the runtime where it is missing or out of date; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--root", type=Path, default=ROOT, help="the project's folder")
    root: Path = parser.parse_args(argv).root
    try:
        if not is_current(root):
            print("Assembling the browser runtime (a few seconds, once)…", flush=True)
            assemble(root)
    except RuntimeAssemblyError as error:
        print(f"runtime: {error}", file=sys.stderr)
        return 1
    return 0


def is_current(root: Path) -> bool:
    """Return whether `static/runtime/` is complete and made from what is installed and asked for."""
    manifest = root / "static" / "runtime" / "manifest.json"
    try:
        made_from = json.loads(manifest.read_text("utf-8"))
    except (OSError, ValueError):
        return False
    return bool(made_from == _manifest(root, root / "static" / "runtime"))


def assemble(root: Path) -> None:
    """Write `static/runtime/` anew. Raises RuntimeAssemblyError naming what is missing."""
    static = root / "static"
    target = static / "runtime"
    for left_over in static.glob("runtime.*"):
        shutil.rmtree(left_over)
    fresh = Path(tempfile.mkdtemp(prefix="runtime.", dir=static))
    fresh.chmod(0o755)
    try:
        _copy_pyscript(root, fresh / "pyscript")
        _copy_pyodide(root, fresh / "pyodide")
        _copy_sortable(root, fresh)
        _pack(root, fresh)
        manifest = json.dumps(_manifest(root, fresh), indent=2, sort_keys=True)
        (fresh / "manifest.json").write_text(manifest + "\n", "utf-8")
        if target.exists():
            target.rename(static / "runtime.old")
        fresh.rename(target)
    finally:
        for left_over in static.glob("runtime.*"):
            shutil.rmtree(left_over)


def package(root: Path, name: str) -> importlib.metadata.Distribution:
    """Return the Python package that the page gets. Raises RuntimeAssemblyError where it is missing.

    It is that of `.venv/`, or with DJANGO=6.1 in the environment that of `.django/6.1/`: the page's
    Python is newer than the host's may be, which therefore cannot have this Django itself.
    """
    django = os.environ.get("DJANGO", "")
    if django and not _is_series_of(django, _installed("django", None)):
        folder = root / ".django" / django
        remedy = f"Run: make setup DJANGO={django}"
    else:
        folder = None
        remedy = f"Remove {root / '.venv'} and run make again."
    found = _installed(name, folder)
    if found is None:
        raise RuntimeAssemblyError(f"{name} is not installed in {folder or '.venv'}. {remedy}")
    return found


def is_packed(name: str) -> bool:
    """Return whether the installed file `name` (`django/forms/forms.py`) goes into the archive."""
    return _is_used(name) and not _locale_of(name)


def _is_used(name: str) -> bool:
    if name.endswith((".pyc", ".po", ".pyi")) or "__pycache__" in name:
        return False
    return not any(
        name == each or (each.endswith("/") and name.startswith(each)) for each in LEFT_OUT
    )


def _locale_of(name: str) -> str:
    """Return the locale whose file `name` is, such as pt_BR; of English, which all have, none."""
    for folder in LOCALES:
        locale, slash, _ = name.removeprefix(folder).partition("/")
        if name.startswith(folder) and slash and locale != "en":
            return locale
    return ""


def _manifest(root: Path, runtime: Path) -> dict[str, object]:
    """What the runtime is made from, versions and code, and the sizes of what is there."""
    versions = {name: package(root, name).version for name in PACKAGES}
    sizes = {
        path.relative_to(runtime).as_posix(): path.stat().st_size
        for path in sorted(runtime.rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }
    for name in ("pyodide", "@pyscript/core", "sortablejs"):
        described = _node_module(root, name) / "package.json"
        versions[name] = json.loads(described.read_text("utf-8"))["version"]
    code = hashlib.sha256()
    for path in (Path(__file__), COMPILER, *sorted(CATALOGS.rglob("*.po"))):
        code.update(path.read_bytes())
    return {"versions": versions, "made_by": code.hexdigest(), "sizes": sizes}


def _installed(name: str, folder: Path | None) -> importlib.metadata.Distribution | None:
    path = sys.path if folder is None else [str(folder)]
    return next(iter(importlib.metadata.distributions(name=name, path=path)), None)


def _is_series_of(series: str, package: importlib.metadata.Distribution | None) -> bool:
    return package is not None and f"{package.version}.".startswith(f"{series}.")


def _node_module(root: Path, name: str) -> Path:
    folder = root / "node_modules" / name
    if not (folder / "package.json").is_file():
        raise RuntimeAssemblyError(
            f"{folder} is not complete. Remove {root / 'node_modules'} and run make again."
        )
    return folder


def _copy_pyscript(root: Path, target: Path) -> None:
    package = _node_module(root, "@pyscript/core")
    target.mkdir()
    for source in sorted((package / "dist").iterdir()):
        if source.name.startswith(PYSCRIPT) and source.suffix != ".map":
            shutil.copyfile(source, target / source.name)
    shutil.copyfile(package / "LICENSE", target / "license.txt")


def _copy_pyodide(root: Path, target: Path) -> None:
    package = _node_module(root, "pyodide")
    target.mkdir()
    for name, new_name in PYODIDE.items():
        shutil.copyfile(package / name, target / new_name)


def _copy_sortable(root: Path, target: Path) -> None:
    package = _node_module(root, "sortablejs")
    # The classic script: it can be loaded where module scripts are barred.
    shutil.copyfile(package / "Sortable.min.js", target / "sortable.js")
    shutil.copyfile(package / "LICENSE", target / "sortable-license.txt")


def _pack(root: Path, runtime: Path) -> None:
    """Compile the packages with the page's own Python and zip them, each language by itself."""
    with tempfile.TemporaryDirectory(prefix="clientforms-") as folder:
        source = Path(folder)
        for name, path in _installed_files(root):
            place = source / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, place)
        _compile(root, source)
        _compile_catalogs(source / "clientforms-locale")
        common: list[Path] = []
        locales: dict[str, list[Path]] = {}
        for path in sorted(source.rglob("*")):
            if path.is_file() and path.suffix != ".py":
                locale = _locale_of(path.relative_to(source).as_posix())
                (locales.setdefault(locale, []) if locale else common).append(path)
        _zip(runtime / "site-packages.zip", source, common)
        _pack_languages(runtime / "languages", source, locales)


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


def _installed_files(root: Path) -> Iterator[tuple[str, Path]]:
    for package_name in PACKAGES:
        for file in package(root, package_name).files or ():
            name = file.as_posix()
            if name.startswith(f"{package_name}/") and _is_used(name):
                yield name, Path(str(file.locate()))
            elif "dist-info/" in name and Path(name).name.upper().startswith("LICENSE"):
                yield f"{package_name}/license.txt", Path(str(file.locate()))


def _compile(root: Path, source: Path) -> None:
    command = [
        "node", str(COMPILER), str(_node_module(root, "pyodide")), str(source), SITE_PACKAGES
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        words = (done.stderr or done.stdout).strip().splitlines()
        raise RuntimeAssemblyError(
            f"Pyodide could not compile Django under Node: {words[-1] if words else 'no reason'}"
        )


if __name__ == "__main__":
    sys.exit(main())

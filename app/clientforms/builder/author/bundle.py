"""Pack the author's Python for the page: modules, files that they read, and installed packages.

Everything goes into one archive, because hosts skip, rename or mistype files whose names are unusual
for a web page.
"""

from __future__ import annotations

import importlib.metadata
import io
import re
import zipfile
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from ..output.findings import Finding, shown
from ..output.site_files import BuildError
from ..runtime.packages import CONTRIB
from .package_files import is_empty_catalog, is_for_language, reachable_modules
from .page_python import RESERVED

__all__ = ["Bundle", "Package", "contrib_package", "pack", "package_of", "packages_of"]

_COMPILED = (".so", ".pyd", ".dylib", ".dll")
_LICENCE = re.compile(r"^(licen[cs]e|copying|notice|authors)\b", re.IGNORECASE)
_LICENCE_KEYS = ("License-Expression", "License")
_WITHOUT = ("__pycache__/", "/tests/", "/test/")
_CONTRIB_DATA = {
    "django/contrib/auth/common-passwords.txt.gz": "django.contrib.auth.password_validation",
}
"""Data files, with the only module that reads each."""
_LARGEST = 64 * 1024 * 1024
_NOTHING: Mapping[str, bytes] = {}


@dataclass(frozen=True, slots=True)
class Package:
    """An installed distribution that goes into the page."""

    name: str
    version: str
    licence: str
    files: dict[str, Path]  # by path in the page
    licences: dict[str, Path]
    compiled: str = ""  # its first compiled file


@dataclass(slots=True)
class Bundle:
    """The content of the archive, by path."""

    files: dict[str, Path] = field(default_factory=dict)
    packages: list[Package] = field(default_factory=list)
    made: dict[str, bytes] = field(default_factory=dict)  # files made by the build

    def archive(
        self,
        language: str = "en",
        compiled: Mapping[str, bytes] = _NOTHING,
        *,
        whole_packages: bool = False,
        more_languages: Collection[str] = (),
    ) -> bytes:
        """Return the archive for pages in `language`, and in others, with the same bytes for the same files.

        `compiled` has installed modules by path in the page, which replace their source. With
        `whole_packages`, all compiled modules of their packages are added: a page with another
        release of Django may import different ones.
        """
        everything: dict[str, Path | bytes] = {**self.files, **self.made}
        for package in self.packages:
            everything |= {
                name: path
                for name, path in package.files.items()
                if any(is_for_language(name, code) for code in (language, *more_languages))
            }
        of_the_page = everything.keys() & compiled.keys()
        if whole_packages:
            packages = tuple({f"{'/'.join(name.split('/')[:3])}/" for name in of_the_page})
            of_the_page |= {name for name in compiled if name.startswith(packages)}
        for name in of_the_page:
            everything.pop(name, None)
            everything[f"{name}c"] = compiled[name]
        packed = io.BytesIO()
        size = 0
        with zipfile.ZipFile(packed, "w") as archive:
            for name, path in sorted(everything.items()):
                content = path if isinstance(path, bytes) else _read(path)
                if is_empty_catalog(content):
                    continue
                size += len(content)
                if size > _LARGEST:
                    raise BuildError(
                        f"{name}: with this file the page's Python is larger than 64 MB. "
                        "Let the form import less of that package, or read fewer files at import."
                    )
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.external_attr, info.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
                archive.writestr(info, content, compresslevel=9)
        return packed.getvalue()

    def licences(self) -> str:
        """Return a list of the packages with their licences, empty if there are none."""
        parts = []
        for package in self.packages:
            head = f"{package.name} {package.version}"
            texts = [path.read_text("utf-8", "replace") for path in package.licences.values()]
            body = (
                "\n\n".join(texts) or f"Licence: {package.licence or 'not named by the package'}\n"
            )
            parts.append(f"{head}\n{'=' * len(head)}\n\n{body.strip()}\n")
        return "\n\n".join(parts)


def packages_of(
    asked: dict[str, Finding], loaded: Iterable[str], imported: Iterable[str] | None = None
) -> list[Package]:
    """Return the distributions of the top-level names `asked` and `loaded`, and their requirements.

    Each has the files that a page can use after the modules `imported` were imported, or all files if
    that is None. Requirements that cannot be imported are left out.
    """
    owners = importlib.metadata.packages_distributions()
    waiting = [
        name
        for top in sorted({*asked, *loaded})
        if top not in RESERVED
        for name in owners.get(top, ())
    ]
    imported = None if imported is None else list(imported)
    needed = {_canonical(name) for name in waiting}
    found: dict[str, Package] = {}
    while waiting:
        name = _canonical(waiting.pop())
        if name in found or name in RESERVED:
            continue
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # required for another platform or an extra
        found[name] = package_of(distribution)
        waiting += [
            required
            for line in distribution.requires or ()
            if (required := _required(line))
            and "extra ==" not in line.replace("extra==", "extra ==")
        ]
    if imported is not None:
        _keep_reachable(found, imported)
    return [found[name] for name in sorted(found) if name in needed or found[name].files]


def _keep_reachable(packages: dict[str, Package], imported: list[str]) -> None:
    """Remove modules that nothing imports, and all other files of packages that are not imported."""
    everything = {
        name: path for package in packages.values() for name, path in package.files.items()
    }
    kept = reachable_modules(everything, imported)
    folders = {name.rpartition("/")[0] for name in kept}
    for package in packages.values():
        is_used = not kept.isdisjoint(package.files)
        for name in list(package.files):
            if name.endswith(".py"):
                is_kept = name in kept or _is_template_tag(name, folders)
            else:
                is_kept = is_used and not _is_static(name)
            if not is_kept:
                del package.files[name]


def _is_template_tag(name: str, folders: set[str]) -> bool:
    """Return whether a template may load the module, because Django imports all tags of an app."""
    folder = name.rpartition("/")[0]
    return folder.endswith("/templatetags") and folder.removesuffix("/templatetags") in folders


def _is_static(name: str) -> bool:
    return "static" in name.split("/")[:-1]


def contrib_package(imported: Iterable[str]) -> list[Package]:
    """Return the parts of `django.contrib`, which the page's Django lacks, for the modules `imported`.

    They are modules, and templates and catalogs of imported apps. The list has at most one package.
    """
    modules = {name for name in imported if f"{name}.".startswith("django.contrib.")}
    if not modules:
        return []
    package = package_of(importlib.metadata.distribution("django"))
    for name in list(package.files):
        module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        app = ".".join(name.split("/")[:3])
        is_used = (
            module in modules
            if name.endswith(".py")
            else app in modules and _CONTRIB_DATA.get(name, app) in modules and not _is_static(name)
        )
        if not (name.startswith(CONTRIB) and is_used):
            del package.files[name]
    return [replace(package, name="Django (contrib)")] if package.files else []


def pack(root: Path, local: dict[str, Path], others: Iterable[Path]) -> dict[str, Path]:
    """Return the author's modules and other files by path in the page."""
    files: dict[str, Path] = {}
    for path in [*local.values(), *others]:
        if not path.is_file() or path.suffix in (".pyc", *_COMPILED):
            continue
        try:
            files[path.relative_to(root).as_posix()] = path
        except ValueError:
            continue
    return files


def package_of(distribution: importlib.metadata.Distribution) -> Package:
    """Return the files of an installed distribution that a page may use."""
    files: dict[str, Path] = {}
    licences: dict[str, Path] = {}
    compiled = ""
    for file in distribution.files or ():
        name = file.as_posix()
        path = Path(str(file.locate()))
        if name.startswith("../") or not path.is_file():
            continue
        if ".dist-info/" in name:
            own = name.partition(".dist-info/")[2]
            if _LICENCE.match(own.rpartition("/")[2]) or own.startswith("licenses/"):
                licences[own] = path
            elif own in ("METADATA", "entry_points.txt"):
                files[name] = path
        elif name.endswith(_COMPILED):
            compiled = compiled or name
        elif not any(part in f"/{name}" for part in _WITHOUT) and not name.endswith(
            (".pyc", ".pyi", ".po", ".pot")
        ):
            files[name] = path
    metadata = distribution.metadata
    return Package(
        str(metadata["Name"]),
        distribution.version,
        next((metadata[key] for key in _LICENCE_KEYS if key in metadata), ""),
        files,
        dict(sorted(licences.items())),
        compiled,
    )


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _required(line: str) -> str:
    found = re.match(r"[A-Za-z0-9][A-Za-z0-9._-]*", line)
    return found[0] if found else ""


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BuildError(f"{shown(path)} could not be read: {error.strerror or error}.") from error

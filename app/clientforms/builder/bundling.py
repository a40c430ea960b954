"""The author's Python for the page: their modules, what these read, and the packages they import, packed.

Everything goes into one archive: hosts leave out, rename or mistype files that are called otherwise
than those of a web page.
"""

from __future__ import annotations

import importlib.metadata
import io
import re
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from .findings import Finding, shown
from .page_python import RESERVED
from .site import BuildError

__all__ = ["Bundle", "Package", "pack", "packages_of"]

_COMPILED = (".so", ".pyd", ".dylib", ".dll")
_LICENCE = re.compile(r"^(licen[cs]e|copying|notice|authors)\b", re.IGNORECASE)
_LICENCE_KEYS = ("License-Expression", "License")
_WITHOUT = ("__pycache__/", "/tests/", "/test/")
_LARGEST = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Package:
    """An installed distribution that goes into the page."""

    name: str
    version: str
    licence: str
    files: dict[str, Path]  # by their place in the page
    licences: dict[str, Path]
    compiled: str = ""  # the first of its compiled files


@dataclass(slots=True)
class Bundle:
    """What goes into the archive, by its path there."""

    files: dict[str, Path] = field(default_factory=dict)
    packages: list[Package] = field(default_factory=list)

    def archive(self) -> bytes:
        """Return the archive: the same bytes for the same files."""
        everything = {**self.files}
        for package in self.packages:
            everything |= package.files
        packed = io.BytesIO()
        size = 0
        with zipfile.ZipFile(packed, "w") as archive:
            for name, path in sorted(everything.items()):
                content = _read(path)
                size += len(content)
                if size > _LARGEST:
                    raise BuildError(
                        f"{shown(path)}: with it the page's Python is larger than 64 MB. "
                        "Let the form read less while it is imported."
                    )
                info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
                info.external_attr, info.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
                archive.writestr(info, content, compresslevel=9)
        return packed.getvalue()

    def licences(self) -> str:
        """Return the packages with the text of each one's licence; empty where there are none."""
        parts = []
        for package in self.packages:
            head = f"{package.name} {package.version}"
            texts = [path.read_text("utf-8", "replace") for path in package.licences.values()]
            body = (
                "\n\n".join(texts) or f"Licence: {package.licence or 'not named by the package'}\n"
            )
            parts.append(f"{head}\n{'=' * len(head)}\n\n{body.strip()}\n")
        return "\n\n".join(parts)


def packages_of(asked: dict[str, Finding], loaded: Iterable[str]) -> list[Package]:
    """Return the distributions of the top-level names `asked` and `loaded`, and what they require.

    Raises BuildError where one that is asked for has only compiled code.
    """
    owners = importlib.metadata.packages_distributions()
    waiting = [
        name
        for top in sorted({*asked, *loaded})
        if top not in RESERVED
        for name in owners.get(top, ())
    ]
    found: dict[str, Package] = {}
    while waiting:
        name = _canonical(waiting.pop())
        if name in found or name in RESERVED:
            continue
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue  # required for another platform or an extra
        found[name] = _package(distribution)
        waiting += [
            required
            for line in distribution.requires or ()
            if (required := _required(line))
            and "extra ==" not in line.replace("extra==", "extra ==")
        ]
    return [found[name] for name in sorted(found)]


def pack(root: Path, local: dict[str, Path], others: Iterable[Path]) -> dict[str, Path]:
    """Return the author's files by their place in the page: modules, and what else is read."""
    files: dict[str, Path] = {}
    for path in [*local.values(), *others]:
        if not path.is_file() or path.suffix in (".pyc", *_COMPILED):
            continue
        try:
            files[path.relative_to(root).as_posix()] = path
        except ValueError:
            continue
    return files


def _package(distribution: importlib.metadata.Distribution) -> Package:
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
        elif not any(each in f"/{name}" for each in _WITHOUT) and not name.endswith(
            (".pyc", ".pyi")
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

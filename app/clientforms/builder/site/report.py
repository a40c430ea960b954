"""The report of a build or a check: findings, packed files and published settings."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from ..author.analysis import Form
from ..author.bundle import Package
from ..output.findings import Finding
from .compiled_modules import COMPILED
from .library_part import PLACE

__all__ = ["BUDGET", "PAGE_MODULE", "PackedFile", "Report", "packed_files"]

PAGE_MODULE = "clientforms_page.py"
"""What the build packs beside the author's modules: what the page has to know of the project."""

BUDGET = 1_000_000
"""If the archive of an author's Python is larger, in bytes, the report lists packages by size."""


@dataclass(frozen=True, slots=True)
class PackedFile:
    """A file in the archive: its path, its size, and its compressed size, in bytes.

    `package` is its installed package, such as `django-localflavor 5.0`, or the standard library; it is
    empty for the author's files.
    """

    name: str
    size: int
    compressed: int
    package: str = ""


@dataclass(slots=True)
class Report:
    """A report. Sizes are in bytes, as shipped; a host may compress files further."""

    forms: list[Form] = field(default_factory=list)
    errors: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)
    rules: list[Finding] = field(default_factory=list)  # left to the server
    settings: dict[str, str] = field(default_factory=dict)  # published, as Python source
    packed: list[PackedFile] = field(default_factory=list)
    pages: dict[str, int] = field(default_factory=dict)
    first_visit: int = 0

    @property
    def packages(self) -> dict[str, int]:
        """The packed packages with their compressed sizes, the largest first."""
        sizes: dict[str, int] = {}
        for file in self.packed:
            if file.package:
                sizes[file.package] = sizes.get(file.package, 0) + file.compressed
        return dict(sorted(sizes.items(), key=lambda item: (-item[1], item[0])))

    def lines(self, *, listing: bool = False) -> Iterator[str]:
        """Yield the report as text, without errors and warnings; with `listing`, all packed files."""
        yield f"Forms: {', '.join(f'{form.path} ({_kind(form)})' for form in self.forms)}."
        yield f"Pages: {', '.join(f'{name} ({_size(size)})' for name, size in self.pages.items())}."
        yield f"A first visit fetches {_size(self.first_visit)}."
        yield from self._packed_lines(listing)
        if self.settings:
            yield f"Settings published: {', '.join(self.settings)}."
        if self.rules:
            yield "Left to the server, because the page cannot run it:"
            yield from (f"  {rule}" for rule in self.rules)
        else:
            yield "Left to the server: nothing that was found."
        for form in self.forms:
            yield from (f"Suggestion: {form.path}: {said}." for said in form.suggestions)

    def as_json(self) -> dict[str, Any]:
        """Return the report as plain JSON values. docs/reference/commands.md explains them."""
        return {
            "ok": not self.errors,
            "errors": list(map(_as_json, self.errors)),
            "warnings": list(map(_as_json, self.warnings)),
            "left_to_server": list(map(_as_json, self.rules)),
            "forms": [
                {"target": form.path, "kind": form.kind, "file": form.file, "line": form.line or None,
                 "left_to_server": list(map(_as_json, form.rules)), "suggestions": list(form.suggestions)}
                for form in self.forms
            ],
            "pages": self.pages,
            "first_visit": self.first_visit,
            "settings": self.settings,
            "packed": [
                {"name": file.name, "size": file.size, "compressed": file.compressed, "package": file.package or None}
                for file in self.packed
            ],
            "packages": self.packages,
        }  # fmt: skip

    def _packed_lines(self, listing: bool) -> Iterator[str]:
        own = [file for file in self.packed if not file.package]
        parts = [f"{_files(own)} of yours ({_size(sum(file.size for file in own))})"]
        parts += [f"{name} ({_size(size)} compressed)" for name, size in self.packages.items()]
        yield f"Packed: {', '.join(parts)}."
        for file in self.packed if listing else ():
            yield f"  {file.name} ({_size(file.size)}{f', {file.package}' if file.package else ''})"
        total = sum(file.compressed for file in self.packed)
        if total > BUDGET:
            yield f"That is {_size(total)} compressed, more than {_size(BUDGET)}. By size:"
            yield from (f"  {_size(size)}: {name}" for name, size in self.packages.items())


def _is_made(name: str) -> bool:
    return name == PAGE_MODULE or name.startswith(f"{COMPILED}/")


def packed_files(archive: bytes, packages: Iterable[Package]) -> list[PackedFile]:
    """Return the files in the archive of an author's Python, in order, without what the build adds to them."""
    owners = {
        name: f"{package.name} {package.version}" for package in packages for name in package.files
    }
    owners[PLACE] = "Python's own library"
    with zipfile.ZipFile(io.BytesIO(archive)) as packed:
        return [
            PackedFile(
                info.filename,
                info.file_size,
                info.compress_size,
                owners.get(info.filename)
                or owners.get(info.filename.removesuffix("c"), ""),  # compiled
            )
            for info in packed.infolist()
            if not _is_made(info.filename)
        ]


def _as_json(finding: Finding) -> dict[str, Any]:
    return {
        "file": os.fspath(finding.file) if finding.file else None,
        "line": finding.line or None,
        "message": f"{finding.what.rstrip('.')}.",
        "field": finding.field or None,
        "package": finding.package or None,
    }


def _kind(form: Form) -> str:
    """Return the kind of a form, and the number of its rules that are left to the server."""
    count = len(form.rules)
    rules = f", {count} rule{'s' if count > 1 else ''} left to the server" if count else ""
    return f"{form.kind}{rules}"


def _files(files: list[PackedFile]) -> str:
    return "1 file" if len(files) == 1 else f"{len(files)} files"


def _size(count: int) -> str:
    if count < 1000:
        return f"{count} bytes"
    return f"{count / 1000:.0f} kB" if count < 1_000_000 else f"{count / 1_000_000:.1f} MB"

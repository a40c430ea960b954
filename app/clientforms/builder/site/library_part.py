"""Pack modules of the standard library that forms import and that are not in the snapshot.

Without them, the page would fetch the archive of the whole library when it starts. It still does so
for modules that could not be foreseen.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass

from .assets import Assets
from .first_visit import LIBRARY, late_archives

__all__ = ["PLACE", "LibraryPart", "library_part"]

PLACE = "clientforms-library.zip"
"""The name of the part in the archive of an author's Python, used by `browser/page/late_imports.py`."""

_LARGEST = 0.5
"""The maximal size of a part relative to the whole library, which a page may need to fetch, too."""

_BY_FUNCTIONS = {"sysconfig": ["_sysconfigdata__emscripten_wasm32-emscripten"]}
"""Imports in functions that other modules call at import (pydoc, zoneinfo)."""


@dataclass(frozen=True, slots=True)
class LibraryPart:
    """The dotted names of modules, and their archive, which is empty if there are none."""

    modules: frozenset[str] = frozenset()
    archive: bytes = b""


def library_part(
    asked: Iterable[str], by_library: Iterable[str], assets: Assets, kind: str | None = None
) -> LibraryPart:
    """Return the part of the library for a page whose Python imports the modules `asked`.

    It includes the modules `by_library`, which functions of the library imported when they were called.
    `kind` is that of the page's snapshot; None is the one for forms. It is empty if the page needs none, or so many that it should fetch the whole library.
    """
    asked = set(asked)
    if kind is None:
        kind = assets.kind_for(asked)
    # Django's own modules come with all of the library.
    if late_archives(asked, assets, kind) != [LIBRARY]:
        return LibraryPart()
    there = assets.modules(kind)
    modules = _needed({*asked, *by_library}, assets.library_imports(), there)
    place = assets.in_runtime(LIBRARY)
    packed = io.BytesIO()
    size = 0
    # Not compressed, because the outer archive is.
    with zipfile.ZipFile(place) as library, zipfile.ZipFile(packed, "w") as part:
        for info in library.infolist():
            module = info.filename.removesuffix(".pyc").removesuffix("/__init__").replace("/", ".")
            if module in modules:
                size += info.compress_size
                part.writestr(zipfile.ZipInfo(info.filename, info.date_time), library.read(info))
    if size > _LARGEST * place.stat().st_size:
        return LibraryPart()
    return LibraryPart(frozenset(modules), packed.getvalue())


def _needed(
    asked: Iterable[str], imports: Mapping[str, Iterable[str]], there: Set[str]
) -> set[str]:
    """Return the library's modules in `asked` and their imports, except those in `there`."""
    waiting = list(asked)
    needed: set[str] = set()
    while waiting:
        parts = waiting.pop().split(".")
        for end in range(1, len(parts) + 1):
            name = ".".join(parts[:end])
            waiting += _BY_FUNCTIONS.get(name, ())
            if name in imports and name not in there and name not in needed:
                needed.add(name)
                waiting += imports[name]
    return needed

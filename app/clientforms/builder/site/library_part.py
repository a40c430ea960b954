"""Packs the modules of Python's own library that forms import and that the page's snapshot has not.

Without them, the page fetches the archive with all of the library as it starts. It still does so for a
module that nobody could know of.
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
"""Where the part is in the archive of an author's Python (`browser/page/late_imports.py` looks for it)."""

_LARGEST = 0.5
"""How large a part may be, in times of the whole library: the page may have to fetch that, too."""

_BY_FUNCTIONS = {"sysconfig": ["_sysconfigdata__emscripten_wasm32-emscripten"]}
"""Modules to those that their functions import, and which others call as they are imported (pydoc, zoneinfo)."""


@dataclass(frozen=True, slots=True)
class LibraryPart:
    """The dotted names of modules, and the archive of them, which is empty if there are none."""

    modules: frozenset[str] = frozenset()
    archive: bytes = b""


def library_part(asked: Iterable[str], by_library: Iterable[str], assets: Assets) -> LibraryPart:
    """Return what a page needs of the library, if its Python asks for the modules `asked`.

    It has the modules `by_library`, too, that the library's own functions were seen to import when they were
    called. There is nothing in it if the page asks for none, or for so much that it had better fetch all.
    """
    asked = set(asked)
    if late_archives(asked, assets) != [
        LIBRARY
    ]:  # Django's own modules come with all of the library
        return LibraryPart()
    there = assets.modules(with_models=assets.want_models(asked))
    modules = _needed({*asked, *by_library}, assets.library_imports(), there)
    place = assets.in_runtime(LIBRARY)
    packed = io.BytesIO()
    size = 0
    # Nothing in it is compressed: all of it together is, in the archive that it goes into.
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
    """Return the modules `asked` that the library has, with what they import, but for what is `there`."""
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

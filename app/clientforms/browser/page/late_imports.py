"""Import modules that are not in the snapshot, from archives that are fetched on first use.

An import cannot await a promise, so the archive is fetched by a blocking request. Code that can
wait calls `bring()` first. `zipfile` is such a module itself, so it cannot be used here.
"""

from __future__ import annotations

import importlib
import os
import sys
import zipimport
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib.abc import Loader
from importlib.machinery import FileFinder, ModuleSpec, PathFinder
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
from typing import Any

import django

from clientforms.browser.runtime import fetch_bytes, fetch_bytes_now, runtime_file
from clientforms.engine.project import zip_archive

__all__ = [
    "ARCHIVES",
    "LateFinder",
    "LateMapping",
    "LateModule",
    "ReunitingFinder",
    "archive_of",
    "bring",
    "install",
    "late_object",
    "leave_nothing_out",
    "unpack",
]

SITE_PACKAGES = Path(django.__file__).parents[1]
STANDARD_LIBRARY = Path(os.__file__).parent

_LIBRARY = "pyodide/python_stdlib.zip"
_PACKAGES = "site-packages.zip"
_SELDOM = "seldom.zip"

ARCHIVES = {
    _LIBRARY: STANDARD_LIBRARY,
    _PACKAGES: SITE_PACKAGES,
    _SELDOM: SITE_PACKAGES,
}
"""The runtime's archives, with the file or folder that each becomes or is unpacked into.

The last one is small and has the parts of clientforms and PyScript's package that few pages use.
"""

_PART_OF_LIBRARY = "clientforms-library.zip"
"""The part of an author's archive with modules of the standard library that the forms import.

It replaces the library's archive until that is fetched for another module
(`builder/site/library_part.py`).
"""

LeftOut = Mapping[str, tuple[str, bool]]
"""Modules in C, with the module for which authors import them, and whether that is an encoding."""

_COMPILED = "clientforms-compiled/"
"""The author's compiled modules, which are not among the sources: an author's code may list their folders."""
_BESIDE = ("django/", "clientforms-locale/", _COMPILED)


class LateModule(ModuleType):
    """A placeholder in other modules for a module that is imported on first use."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
        return getattr(importlib.import_module(self.__name__), name)


def late_object(module: str, name: str) -> Callable[..., Any]:
    """Return a function that imports `module` and calls its function or class `name`."""

    def call(*arguments: Any, **named: Any) -> Any:
        return getattr(importlib.import_module(module), name)(*arguments, **named)

    call.__module__, call.__name__, call.__qualname__ = module, name, name
    return call


class LateMapping(Mapping[str, Any]):
    """A dictionary of a module, which is imported for the first key that is not in `kept`."""

    def __init__(self, module: str, name: str, kept: dict[str, Any]) -> None:
        self._module, self._name, self._kept = module, name, kept

    def __getitem__(self, key: str) -> Any:
        return self._kept[key] if key in self._kept else self._whole()[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._whole())

    def __len__(self) -> int:
        return len(self._whole())

    def _whole(self) -> Mapping[str, Any]:
        whole: Mapping[str, Any] = getattr(importlib.import_module(self._module), self._name)
        return whole


class ReunitingFinder:
    """The first finder: adds modules that are already loaded to a package that is imported late."""

    def __init__(self, packages: set[str]) -> None:
        self._packages = packages

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._packages:
            return None
        self._packages.discard(name)
        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _ReunitingLoader(spec.loader)
        return spec


class _ReunitingLoader(Loader):
    def __init__(self, loader: Loader) -> None:
        self._loader = loader

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        assert module.__spec__ is not None
        module.__spec__.loader = module.__loader__ = self._loader
        for name, loaded_module in list(sys.modules.items()):
            package, _, own = name.rpartition(".")
            if package != module.__name__:
                continue
            if _is_placeholder(loaded_module):
                del sys.modules[name]
            else:
                setattr(module, own, loaded_module)
        self._loader.exec_module(module)


class LateFinder:
    """Knows the modules in the archives, and fetches an archive when it is first needed.

    It comes before Python's own finders, which would accept a folder without `__init__` as a
    namespace package.
    """

    def __init__(self, modules: dict[str, str], left_out: LeftOut) -> None:
        self._modules = modules  # the modules of each archive, one per line
        self._left_out = left_out
        self._fetched: set[str] = set()

    def leave_nothing_out(self) -> None:
        """Let all modules in C be imported, because the page's interpreter has them."""
        self._left_out = {}

    def archive_of(self, name: str) -> str | None:
        """Return the unfetched archive that has the module `name`, or None."""
        for archive, modules in self._modules.items():
            if archive not in self._fetched and f"\n{name}\n" in modules:
                return archive
        return None

    def has(self, archive: str) -> bool:
        """Return whether `archive` was fetched."""
        return archive in self._fetched

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name in self._left_out:
            raise _refusal(name, *self._left_out[name])
        archive = self.archive_of(name)
        if archive is None:
            return None
        here = PathFinder.find_spec(name, path, target)
        if here is not None and here.loader is not None:
            return here  # the page has its own module of that name
        self._fetched.add(archive)
        try:
            self.fetch(archive, name)
        except ModuleNotFoundError:
            self._fetched.discard(archive)
            raise
        return PathFinder.find_spec(name, path, target)

    def fetch(self, archive: str, name: str) -> None:
        """Fetch and install `archive`. Raises ModuleNotFoundError for `name`."""
        try:
            content = fetch_bytes_now(runtime_file(archive))
        except OSError as error:
            raise ModuleNotFoundError(f"{name} could not be imported: {error}", name=name) from None
        self.put(archive, content)

    def put(self, archive: str, content: bytes) -> None:
        """Install the content of `archive`, so that imports find it."""
        self._fetched.add(archive)
        place = ARCHIVES[archive]
        if archive == _LIBRARY:
            _put_library(content)
        else:
            packed = place / archive
            packed.write_bytes(content)
            unpack(packed, place)


def unpack(archive: str | Path, folder: str | Path = ".") -> None:
    """Unpack the file `archive` into `folder`, so that imports find its modules, and remove it.

    Files of Django, catalogs, and a part of the standard library, are put beside the existing ones. Where modules are
    there compiled, Python does not compile their sources. Raises OSError if a file is damaged, ImportError if it is
    not an archive.
    """
    folders: set[str] = set()
    for name, content in zip_archive.files(Path(archive).read_bytes()):
        if name == _PART_OF_LIBRARY:
            finder = _finder()
            if finder is not None and not finder.has(_LIBRARY):  # else the whole library is here
                _put_library(content)
            continue
        place = os.path.join(SITE_PACKAGES if name.startswith(_BESIDE) else folder, name)
        _make_folder(os.path.dirname(place), folders)
        # A fifth of the time that a file object takes, for which Python asks the file system more.
        file = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        try:
            os.write(file, content)
        finally:
            os.close(file)
    os.unlink(archive)
    if os.path.isdir(compiled := os.path.join(SITE_PACKAGES, _COMPILED)):
        sys.pycache_prefix = compiled
    _look_again()


def _put_library(content: bytes) -> None:
    """Replace the archive of Python's standard library by this `content`."""
    place = str(STANDARD_LIBRARY)
    STANDARD_LIBRARY.write_bytes(content)
    zipimport._zip_directory_cache.pop(place, None)  # type: ignore[attr-defined]
    sys.path_importer_cache.pop(place, None)
    _look_again()


def _make_folder(folder: str, there: set[str]) -> None:
    """Make `folder` and its parents, except those in `there`, and add them to it.

    Testing for folders is faster than catching exceptions as pathlib does.
    """
    if folder in there or not folder:
        return
    there.add(folder)
    if not os.path.isdir(folder):
        _make_folder(os.path.dirname(folder), there)
        os.mkdir(folder)


def _look_again() -> None:
    """Let imports find new files.

    `importlib.invalidate_caches()` would import modules that few pages need.
    """
    for place, finder in list(sys.path_importer_cache.items()):
        if finder is None:  # there was no such folder
            del sys.path_importer_cache[place]
        elif isinstance(finder, FileFinder):
            finder.invalidate_caches()


def _refusal(name: str, imported_as: str, is_encoding: bool) -> Exception:
    """Return the error for a module in C that the page's interpreter was built without."""
    if is_encoding:  # Python would turn an ImportError into another error, which does not say why
        return LookupError(
            f"This page was built without the encodings of {name}. Write the encoding's name in the module with your forms, "
            "such as ENCODING = 'shift_jis', and build the page again."
        )
    return ModuleNotFoundError(
        f"No module named {name!r}: this page was built without it. "
        f"Import {imported_as} at the top of the module with your forms, and build the page again.",
        name=name,
    )


def leave_nothing_out() -> None:
    """Let all modules in C be imported, because the page's interpreter has them."""
    finder = _finder()
    if finder is not None:
        finder.leave_nothing_out()


def install(seldom: Iterable[str], left_out: LeftOut) -> None:
    """Register all modules that are not loaded, so that they are found when imported.

    `seldom` are the modules in the archive of that name. `left_out` are those that an interpreter may lack.
    """
    for name, module in sys.modules.items():
        if _is_placeholder(module):
            vars(module)["__getattr__"] = partial(_from_the_real_one, name)
    packages = {name.rpartition(".")[0] for name in sys.modules}
    own = set(seldom)
    late = {
        _LIBRARY: set(_modules_in(STANDARD_LIBRARY)) - sys.modules.keys(),
        _PACKAGES: set(_modules_in(SITE_PACKAGES)) - sys.modules.keys() - own,
        _SELDOM: own,
    }
    modules = {archive: "\n".join(("", *sorted(names), "")) for archive, names in late.items()}
    reuniting = ReunitingFinder(packages - sys.modules.keys() - {""})
    sys.meta_path[:0] = [reuniting, LateFinder(modules, left_out)]


def archive_of(name: str) -> str | None:
    """Return the unfetched archive that has the module `name`, or None."""
    finder = _finder()
    return finder.archive_of(name) if finder else None


async def bring(names: Iterable[str]) -> None:
    """Fetch the archives of the modules `names` before they are imported.

    This does not block the page, and a service worker can answer, unlike during an import. Errors
    are reported by the import.
    """
    finder = _finder()
    if finder is None:
        return
    asked = {finder.archive_of(name) for name in names if name not in sys.modules} - {None}
    if _PACKAGES in asked:  # their modules need the other archives
        asked |= {_LIBRARY, _SELDOM}
    for archive in ARCHIVES:
        if archive not in asked or finder.has(archive):
            continue
        try:
            finder.put(archive, await fetch_bytes(runtime_file(archive)))
        except OSError:
            continue


def _finder() -> LateFinder | None:
    return next((finder for finder in sys.meta_path if isinstance(finder, LateFinder)), None)


def _is_placeholder(module: ModuleType) -> bool:
    """Return whether `module` is a placeholder made by `builder/runtime/omitted_modules.py`."""
    return module.__name__.startswith("django.") and getattr(module.__spec__, "loader", 1) is None


def _from_the_real_one(module: str, name: str) -> Any:
    if name.startswith("__"):
        raise AttributeError(f"module {module!r} has no attribute {name!r}")
    sys.modules.pop(module, None)
    return getattr(importlib.import_module(module), name)


def _modules_in(place: Path) -> Iterator[str]:
    if place.is_dir():
        names = [path.relative_to(place).as_posix() for path in place.rglob("*.pyc")]
    else:
        names = zip_archive.names(place.read_bytes())
    for name in names:
        module, suffix, _ = name.partition(".py")
        if suffix:
            yield module.removesuffix("/__init__").replace("/", ".")

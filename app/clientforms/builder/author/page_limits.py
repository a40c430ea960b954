"""Disable what the page's Python lacks: modules, compiled code, threads, connections.

So an author's code fails here as it would in the page, with an explanation.
"""

from __future__ import annotations

import errno
import hashlib
import importlib.machinery
import importlib.util
import os
import sys
import sysconfig
from collections.abc import Callable
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import Any

from clientforms.builder.author.page_python import PSYCOPG, RESERVED, why_missing

__all__ = [
    "LIBRARY",
    "POSTGRES_RANGES",
    "SITE_PACKAGES",
    "Audit",
    "below_site_packages",
    "refuse_what_is_not_packed",
    "refuse_what_no_page_has",
]

LIBRARY = tuple(
    {os.path.realpath(sysconfig.get_path(name)) + os.sep for name in ("stdlib", "platstdlib")}
)
"""The folders of the standard library, with a separator at the end."""

SITE_PACKAGES = (f"{os.sep}site-packages{os.sep}", f"{os.sep}dist-packages{os.sep}")
"""Parts of the paths of installed packages."""


def below_site_packages(path: str) -> str:
    """Return an installed file's path below site-packages, with slashes; empty for other files."""
    for folder in SITE_PACKAGES:
        if folder in path:
            return path.rpartition(folder)[2].replace(os.sep, "/")
    return ""


POSTGRES_RANGES = Path(__file__).with_name("postgres_ranges.py")
"""The page's substitute for psycopg."""

_PROCESSES = "A browser has no processes"
_CONNECTIONS = "A browser lets Python open no connections"

_FORBIDDEN = {
    **dict.fromkeys(
        ["subprocess.Popen", "os.system", "os.fork", "os.exec", "os.posix_spawn"], _PROCESSES
    ),
    **dict.fromkeys(
        ["socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname"],
        _CONNECTIONS,
    ),
}
"""Explanations by audit event. Each event raises OSError, as it would in the page."""


class Audit:
    """Records which files below the folder `root` and which installed templates are read.

    It also forbids what no page can do. `is_on` switches it, because audit hooks cannot be removed.
    """

    def __init__(self, root: str) -> None:
        self.opened: set[str] = set()
        self.templates: set[str] = set()
        self.is_on = False
        self._root = os.path.realpath(root) + os.sep

    def __call__(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self.is_on:
            return
        if event == "open":
            place, mode = arguments[0], arguments[1]
            if isinstance(place, (str, os.PathLike)) and not set(mode or "r") & set("wax+"):
                path = os.path.realpath(place)
                if any(folder in path for folder in SITE_PACKAGES):
                    if f"{os.sep}templates{os.sep}" in path:
                        self.templates.add(path)
                elif path.startswith(self._root):
                    self.opened.add(path)
        elif event in _FORBIDDEN:
            raise OSError(errno.ENOTSUP, _FORBIDDEN[event])


def refuse_what_no_page_has(knows: Callable[[Any], bool]) -> None:
    """Refuse missing and compiled modules, OpenSSL's hashes, threads, and ending Python.

    `knows` returns whether a frame belongs to the code that imports on behalf of the author.
    """
    sys.meta_path[:0] = [_Psycopg(), _AbsentModules(knows)]
    _refuse_compiled_modules()
    _refuse_hashes_of_openssl()
    _refuse_threads()
    _refuse_the_end()


def refuse_what_is_not_packed() -> None:
    """Refuse installed packages that are not in every page, unless they are packed."""
    place = sys.meta_path.index(PathFinder)
    sys.meta_path[place] = _PackedModules()


class _AbsentModules:
    """The first finder, which refuses modules that the page lacks."""

    def __init__(self, knows: Callable[[Any], bool]) -> None:
        self._knows = knows

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> None:
        caller = self._importer()
        if caller.startswith(LIBRARY) and not any(folder in caller for folder in SITE_PACKAGES):
            return
        why = why_missing(name)
        if why and not name.startswith("clientforms"):
            raise ModuleNotFoundError(why.partition(" ")[2], name=name)

    def _importer(self) -> str:
        """Return the file with the import statement."""
        frame: Any = sys._getframe(2)
        while frame and ("importlib" in frame.f_code.co_filename or self._knows(frame)):
            frame = frame.f_back
        return os.path.realpath(frame.f_code.co_filename) if frame else ""


class _Psycopg:
    """A finder for the page's substitute for psycopg, under the name by which Django imports it."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        return spec_from_file_location(name, POSTGRES_RANGES) if name == PSYCOPG else None


class _PackedModules:
    """Python's PathFinder without installed packages that are not in the page.

    Importing one raises ModuleNotFoundError; `find_spec()` returns None.
    """

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> ModuleSpec | None:
        found = PathFinder.find_spec(name, path, target)
        if "." in name or name in RESERVED or name in sys.stdlib_module_names or not found:
            return found
        places = [found.origin or "", *(found.submodule_search_locations or ())]
        places = [f"{place}{os.sep}" for place in places if place]
        if not places or not all(
            any(folder in place for folder in SITE_PACKAGES) for place in places
        ):
            return found
        if sys._getframe(2).f_code is importlib.util.find_spec.__code__:
            return None
        raise ModuleNotFoundError(f"{name} is not packed for the page", name=name)

    def find_distributions(self, *args: Any, **kwargs: Any) -> Any:
        """Find distributions for `importlib.metadata`, whose data is packed."""
        return PathFinder.find_distributions(*args, **kwargs)

    def invalidate_caches(self) -> None:
        """Do the same as PathFinder."""
        PathFinder.invalidate_caches()


def _refuse_hashes_of_openssl() -> None:
    """Remove functions that hashlib lacks without OpenSSL, as in a page."""
    of_openssl = ("pbkdf2_hmac", "scrypt")
    for name in of_openssl:
        vars(hashlib).pop(name, None)
    usual = hashlib.new

    def new(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.lower() not in hashlib.algorithms_guaranteed:
            raise ValueError(f"unsupported hash type {name}")
        return usual(name, *args, **kwargs)

    vars(hashlib)["new"] = new
    hashlib.algorithms_available = hashlib.algorithms_guaranteed
    vars(hashlib)["__all__"] = tuple(name for name in hashlib.__all__ if name not in of_openssl)


def _refuse_threads() -> None:
    """Prevent threads from starting, for which not every Python has an audit event."""
    import _thread
    import threading

    def refuse(*_: Any, **__: Any) -> None:
        raise RuntimeError("The page's Python has no threads.")

    for module, name in (
        (_thread, "start_new_thread"),
        (threading, "_start_new_thread"),
        (threading, "_start_joinable_thread"),
    ):
        if hasattr(module, name):
            setattr(module, name, refuse)


def _refuse_the_end() -> None:
    """Prevent code from ending this process without a traceback to report."""

    def refuse(*_: Any) -> None:
        raise RuntimeError("This ends Python without an error")

    for name in ("_exit", "abort"):
        setattr(os, name, refuse)


def _refuse_compiled_modules() -> None:
    """Hide compiled modules, except those of the standard library."""
    loaders = [
        (importlib.machinery.SourceFileLoader, importlib.machinery.SOURCE_SUFFIXES),
        (importlib.machinery.SourcelessFileLoader, importlib.machinery.BYTECODE_SUFFIXES),
    ]
    plain = importlib.machinery.FileFinder.path_hook(*loaders)
    usual = list(sys.path_hooks)

    def find(path: str) -> Any:
        real = os.path.realpath(path) + os.sep
        is_library = real.startswith(LIBRARY) and not any(
            folder in real for folder in SITE_PACKAGES
        )
        if is_library or not os.path.isdir(path):
            raise ImportError
        return plain(path)

    sys.path_hooks[:] = [find, *usual]
    sys.path_importer_cache.clear()

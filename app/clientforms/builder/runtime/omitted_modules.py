"""Keeps out of the snapshot what ordinary forms do not use of Django and of the standard library.

Of models, checks and responses forms need a module or two, and the packages' own code imports hundreds
more. While the snapshot is prepared, empty packages stand in for them, with what forms take from them.

Of the standard library, Pyodide and Django import what they call seldom or never in a page: mail,
archives, processes, encrypted connections. That is taken out again once all is imported.

A page that imports one of them gets the real one (`browser/page/late_imports.py`). Runs in Pyodide, without
clientforms.
"""

from __future__ import annotations

import importlib
import sys
import sysconfig
from collections.abc import Callable, Sequence
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

__all__ = [
    "CALLED_SELDOM",
    "ONLY_CALLED",
    "PLACEHOLDERS",
    "STAND_INS",
    "forget",
    "pack",
    "stand_in",
    "take_away",
]

STAND_INS: dict[str, dict[str, list[str]]] = {
    "django.db": {},
    "django.db.models": {},
    "django.core.checks": {"messages": ["Error", "Warning"]},
    "django.http": {"request": ["QueryDict"]},
    "django.template.autoreload": {},
}
"""Modules to what forms import from them: the module of the package that has it, and the names."""

PLACEHOLDERS = {"django.db.models.expressions": ["DatabaseDefault"]}
"""Modules to the classes of which forms ask, as they render, whether a value is one.

They stay until the real module comes, for until then nothing is.
"""

CALLED_SELDOM = (
    # django.utils.http and dateformat: headers of requests and mails, and the date format "r".
    "email",
    "quopri",
    # Pyodide and shutil unpack archives by these, late_imports.py by zip_archive.py; django.utils.text.
    "zipfile",
    "gzip",
    "bz2",
    "lzma",
    "compression",
    # zoneinfo finds zones by it, which come with an archive.
    "importlib.resources",
    "importlib.readers",
    "tzdata",
    # asyncio: what no event loop of a page does.
    "subprocess",
    "ssl",
    "_ssl",
    "asyncio.sslproto",
    # The filter and the tag for debugging.
    "pprint",
    # What a name that is not there may have meant: a target's, in dotted_paths.py.
    "difflib",
    # inspect: the flags of a function's code by their names, and nothing else that is asked.
    "dis",
    # How Python was built; sysconfig reads it again.
    "_sysconfigdata__emscripten_wasm32-emscripten",
)
"""Modules, with all below them, that nothing calls while forms are filled in."""

ONLY_CALLED = ("email.message.Message", "gzip.GzipFile", "zipfile.ZipFile")
"""Classes of theirs that modules which stay have by name, and do nothing with but make objects."""


def stand_in(folder: str) -> None:
    """Put stand-ins for what lies below `folder` where imports find them."""
    for name in STAND_INS:
        sys.modules[name] = module = ModuleType(name)
        place = Path(folder, *name.split("."))
        module.__path__ = [str(place)]
        module.__spec__ = ModuleSpec(name, None, is_package=True)
    for name, given in STAND_INS.items():
        for part, wanted in given.items():
            source = importlib.import_module(f"{name}.{part}")
            for attribute in wanted:
                setattr(sys.modules[name], attribute, getattr(source, attribute))
    for name, classes in PLACEHOLDERS.items():
        sys.modules[name] = module = ModuleType(name)
        module.__spec__ = ModuleSpec(name, None)
        for class_name in classes:
            setattr(module, class_name, type(class_name, (), {"__module__": name}))


def take_away() -> None:
    """Take the stand-ins away: the next import is a real one."""
    for name in STAND_INS:
        del sys.modules[name]
        parent, _, own = name.rpartition(".")
        if parent in sys.modules:
            vars(sys.modules[parent]).pop(own, None)


def forget(
    late_module: Callable[[str], ModuleType],
    late_object: Callable[[str, str], Any],
    kept: Sequence[str] = (),
) -> None:
    """Take `CALLED_SELDOM` but for those that are `kept` out of the memory.

    In the modules that stay, what refers to one of them gets `late_module(name)` in its place, and
    what is one's function or class `late_object(module, name)`. Raises RuntimeError for a class of
    theirs that is not in `ONLY_CALLED`, for it may be asked what is one, or caught.
    """
    seldom = [name for name in CALLED_SELDOM if name not in kept]
    gone = {name: module for name, module in sys.modules.items() if _is_below(name, seldom)}
    for name in gone:
        del sys.modules[name]
    sysconfig._CONFIG_VARS = None  # type: ignore[attr-defined]
    sysconfig._CONFIG_VARS_INITIALIZED = False  # type: ignore[attr-defined]
    late = {id(module): late_module(name) for name, module in gone.items()}
    for module in list(sys.modules.values()):
        if not isinstance(module, ModuleType) or "__file__" not in vars(module):
            continue  # the page's, or one in C, which may have types by the name of a module
        for name, value in list(vars(module).items()):
            if id(value) in late:
                vars(module)[name] = late[id(value)]
            elif issubclass(type(value), FunctionType | type) and value.__module__ in gone:
                original = f"{value.__module__}.{value.__name__}"
                if isinstance(value, type) and original not in ONLY_CALLED:
                    raise RuntimeError(f"{module.__name__} has the class {original} as {name}.")
                vars(module)[name] = late_object(value.__module__, value.__name__)


def _is_below(module: str, packages: Sequence[str]) -> bool:
    return f"{module}.".startswith(tuple(f"{name}." for name in packages))


def pack(archive: str, folder: str, *packages: str) -> list[str]:
    """Write the compiled modules of `packages` below `folder` that nothing has imported; return their names."""
    import zipfile

    packed = {}
    for package in packages:
        for path in sorted(Path(folder, package).rglob("*.pyc")):
            place = path.relative_to(folder)
            name = ".".join(place.with_suffix("").parts).removesuffix(".__init__")
            if name not in sys.modules:
                packed[name] = place
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as written:
        for place in packed.values():
            info = zipfile.ZipInfo(place.as_posix(), (1980, 1, 1, 0, 0, 0))
            info.external_attr, info.compress_type = 0o644 << 16, zipfile.ZIP_DEFLATED
            written.writestr(info, Path(folder, place).read_bytes())
    return list(packed)

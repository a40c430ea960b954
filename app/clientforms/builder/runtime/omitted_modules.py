"""Keep modules that ordinary forms do not use out of the snapshot.

Of Django's models, checks and responses, forms need a module or two, but these packages import
hundreds. While the snapshot is prepared, empty packages with the needed names replace them.

Of the standard library, Pyodide and Django import modules that they rarely call in a page: mail,
archives, processes, encrypted connections. Those are removed again after everything is imported.

A page that imports one of them gets the real module (`browser/page/late_imports.py`). Runs in Pyodide,
without clientforms.
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
    "LATE_TABLES",
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
"""What forms import from these packages: names by submodule."""

PLACEHOLDERS = {"django.db.models.expressions": ["DatabaseDefault"]}
"""Classes by module that forms use only in `isinstance()`.

They stay until the real module is imported, because no instances exist before.
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
    # For time zones in zoneinfo, which are in an archive.
    "importlib.resources",
    "importlib.readers",
    "tzdata",
    # For functions of asyncio that no event loop in a page has.
    "subprocess",
    "ssl",
    "_ssl",
    "asyncio.sslproto",
    # The filter and the tag for debugging.
    "pprint",
    # The names of characters in HTML, of which Django writes only a few: LATE_TABLES.
    "html.entities",
    # For suggestions in dotted_paths.py.
    "difflib",
    # For inspect, which only uses the names of a function's flags.
    "dis",
    # Python's build configuration, which sysconfig can read again.
    "_sysconfigdata__emscripten_wasm32-emscripten",
)
"""Modules and packages that nothing calls while forms are filled in."""

ONLY_CALLED = ("email.message.Message", "gzip.GzipFile", "zipfile.ZipFile")
"""Classes in them that the remaining modules use only to create objects."""


LATE_TABLES = {
    "html.entities.html5": tuple(
        name + end
        for name in (
            "amp",
            "AMP",
            "apos",
            "copy",
            "gt",
            "GT",
            "hellip",
            "lt",
            "LT",
            "mdash",
            "nbsp",
            "ndash",
            "quot",
            "QUOT",
        )
        for end in (";", "")
    )
}
"""Dictionaries in them, with the keys that stay in memory: looking up another one imports the module."""


def stand_in(folder: str) -> None:
    """Install stand-ins for modules below `folder`, so that imports find them."""
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
    """Remove the stand-ins, so that the next import is a real one."""
    for name in STAND_INS:
        del sys.modules[name]
        parent, _, own = name.rpartition(".")
        if parent in sys.modules:
            vars(sys.modules[parent]).pop(own, None)


def forget(
    late_module: Callable[[str], ModuleType],
    late_object: Callable[[str, str], Any],
    late_mapping: Callable[[str, str, dict[str, Any]], Any],
    kept: Sequence[str] = (),
) -> None:
    """Remove `CALLED_SELDOM`, except those in `kept`, from memory.

    In the remaining modules, references to them are replaced by `late_module(name)`, references to their functions
    and classes by `late_object(module, name)`, and to `LATE_TABLES` by `late_mapping(module, name, kept)`. Raises RuntimeError for a class
    that is not in `ONLY_CALLED`, because it may be used in `isinstance()` or `except`.
    """
    seldom = [name for name in CALLED_SELDOM if name not in kept]
    gone = {name: module for name, module in sys.modules.items() if _is_below(name, seldom)}
    for name in gone:
        del sys.modules[name]
    sysconfig._CONFIG_VARS = None  # type: ignore[attr-defined]
    sysconfig._CONFIG_VARS_INITIALIZED = False  # type: ignore[attr-defined]
    late: dict[int, Any] = {id(module): late_module(name) for name, module in gone.items()}
    for path, keys in LATE_TABLES.items():
        owner, _, name = path.rpartition(".")
        if owner in gone:
            table = getattr(gone[owner], name)
            few = {key: table[key] for key in keys if key in table}
            late[id(table)] = late_mapping(owner, name, few)
    for module in list(sys.modules.values()):
        if not isinstance(module, ModuleType) or "__file__" not in vars(module):
            continue  # a module of the page or in C, whose types may have the name of a module
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
    """Zip the compiled modules of `packages` in `folder` that are not imported; return their names."""
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

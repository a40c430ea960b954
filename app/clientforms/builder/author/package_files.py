"""Select the files of an installed package that a page can use, because packages may be huge.

These are modules that were imported, and those that they may import later according to their
source. Catalogs and data of other languages are left out, and so are static files, which are copied
to the site if widgets use them.
"""

from __future__ import annotations

import ast
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath

__all__ = ["is_empty_catalog", "is_for_language", "reachable_modules"]

_FOLDERS_OF_LANGUAGES = frozenset({"locale", "locales", "locale-data", "locale_data", "i18n"})
_LANGUAGE = re.compile(r"([a-z]{2,3})([-_]([A-Za-z]{2,4}|[0-9]{3}|[A-Z][A-Z0-9]{4,7}))*(@[a-z]+)?$")
"""A locale with a script, a region or variants: pt_BR, es_419, be_TARASK, sr@latin."""
_BYTE_ORDERS = {b"\xde\x12\x04\x95": "<", b"\x95\x04\x12\xde": ">"}
"""Byte orders of compiled catalogs by their magic number (GNU gettext manual, "MO files")."""
_FALLBACKS = {"nb": "no", "nn": "no"}
"""Parents of languages in Unicode's locale data, and so in Babel."""
_IMPORTING = frozenset(
    {"__import__", "import_module", "iter_modules", "walk_packages", "find_spec"}
)
"""Functions that import the modules in their arguments, which cannot be known from the source."""


def is_for_language(name: str, language: str) -> bool:
    """Return whether a page in `language`, such as `pt-br`, needs the file `name` of a package.

    A file below a folder for languages that is named like one belongs to that language. English is
    kept, because catalogs fall back to it, but no other country's English.
    """
    parts = PurePosixPath(name).parts
    for place, part in enumerate(parts[:-1]):
        if part not in _FOLDERS_OF_LANGUAGES:
            continue
        found = _LANGUAGE.match(parts[place + 1].partition(".")[0])
        if found:
            asked = language.replace("_", "-").lower()
            own = asked.partition("-")[0]
            if part == "locale" and found[1] == "en" and found[2]:
                return found[0].replace("_", "-").lower() == asked
            return found[1] in ("en", own, _FALLBACKS.get(own, own))
    return True


def is_empty_catalog(content: bytes) -> bool:
    """Return whether this is a compiled catalog without translations, like most English ones.

    A page opens all catalogs when it starts. An empty one has at most a header, which translates "".
    """
    order = _BYTE_ORDERS.get(content[:4])
    if order is None:
        return False
    try:
        count, originals = struct.unpack_from(f"{order}II", content, 8)
        return not count or (
            count == 1 and struct.unpack_from(f"{order}I", content, originals) == (0,)
        )
    except struct.error:
        return False  # damaged; reading it reports the error


def reachable_modules(files: Mapping[str, Path], imported: Iterable[str]) -> set[str]:
    """Return the paths of those Python `files` of packages that a page may import.

    `imported` are the dotted names of modules that importing the forms has imported.
    """
    modules = {_module_of(name): name for name in files if name.endswith(".py")}
    waiting = [name for name in imported if name in modules]
    kept: set[str] = set()
    while waiting:
        module = waiting.pop()
        name = modules.get(module)
        if name is None or name in kept:
            continue
        kept.add(name)
        waiting += _parents(module)
        package = module if name.endswith("/__init__.py") else module.rpartition(".")[0]
        waiting += [asked for asked in _asked_by(files[name], package, modules) if asked in modules]
    return kept


def _module_of(name: str) -> str:
    return name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def _parents(module: str) -> Iterator[str]:
    parts = module.split(".")
    for end in range(1, len(parts)):
        yield ".".join(parts[:end])


def _asked_by(path: Path, package: str, modules: Mapping[str, str]) -> Iterator[str]:
    """Yield the modules that the source at `path`, a module in `package`, imports anywhere."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return  # for example for another version of Python
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, names=names, level=level):
                above = package.split(".")[: len(package.split(".")) - level + 1] if level else []
                base = ".".join([*above, *filter(None, [module])])
                yield base
                yield from (f"{base}.{alias.name}" for alias in names)
            case ast.Call(func=ast.Name(id=called) | ast.Attribute(attr=called)) if (
                called in _IMPORTING
            ):
                yield from (
                    submodule for submodule in modules if submodule.startswith(f"{package}.")
                )

"""Find the targets of the command line: modules, classes, and the folders of their imports."""

from __future__ import annotations

import keyword
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import django

from ..output.findings import shown
from ..output.site_files import BuildError
from .page_python import RESERVED

__all__ = ["Target", "find_targets"]

_FORMS = "path/to/forms.py:ArticleFormSet or package.module:ArticleFormSet"


@dataclass(frozen=True, slots=True)
class Target:
    """A class by name. `root` is the folder in which the module's dotted name starts."""

    root: Path
    module: str
    name: str
    file: Path

    @property
    def path(self) -> str:
        """The dotted path for a container."""
        return f"{self.module}.{self.name}"


def find_targets(given: Sequence[str]) -> list[Target]:
    """Return the targets of the command line. Raises BuildError if there is no such module."""
    found = [_find(argument) for argument in given]
    modules: dict[str, Target] = {}
    for target in found:
        top = target.module.partition(".")[0]
        other = modules.setdefault(top, target)
        if other.root != target.root:
            raise BuildError(
                f"{shown(target.file)} and {shown(other.file)} are both the module {top} to Python. "
                "Rename one of them, or make their folders packages with an __init__.py."
            )
    twice = [target for index, target in enumerate(found) if target in found[:index]]
    if twice:
        raise BuildError(f"{twice[0].path} is named twice. Name each class once.")
    return found


def _find(given: str) -> Target:
    place, colon, name = given.rpartition(":")
    if not colon or not place or not name.isidentifier():
        raise BuildError(f"{given!r} names no class. Write {_FORMS}.")
    is_file = place.endswith(".py") or "/" in place or "\\" in place
    target = _in_file(place, name) if is_file else _in_module(place, name)
    _check_names(target)
    return target


def _in_file(place: str, name: str) -> Target:
    file = Path(place).resolve()
    if not file.is_file():
        what = "is a folder" if file.is_dir() else "does not exist"
        raise BuildError(f"{place} {what}. Name the file of a Python module: {_FORMS}.")
    if file.suffix != ".py":
        raise BuildError(f"{place} is no Python file. Name one: {_FORMS}.")
    root, parts = file.parent, [] if file.stem == "__init__" else [file.stem]
    while (root / "__init__.py").is_file() and root != root.parent:
        parts.insert(0, root.name)
        root = root.parent
    return Target(root, ".".join(parts), name, file)


def _in_module(module: str, name: str) -> Target:
    parts = module.split(".")
    if not all(part.isidentifier() for part in parts):
        raise BuildError(f"{module!r} is no module. Write {_FORMS}.")
    for entry in [Path.cwd(), *(Path(folder) for folder in sys.path if folder)]:
        place = entry.joinpath(*parts)
        for file in (place.with_name(f"{place.name}.py"), place / "__init__.py"):
            if file.is_file():
                return Target(entry.resolve(), module, name, file.resolve())
    raise BuildError(
        f"There is no module {module} here or on Python's path. "
        f"Call clientforms in the folder that {parts[0]} lies in, or name the file: {_FORMS}."
    )


def _check_names(target: Target) -> None:
    for part in target.module.split("."):
        if not part.isidentifier() or keyword.iskeyword(part):
            raise BuildError(
                f"{shown(target.file)}: {part!r} cannot be the name of a Python module. Rename it."
            )
    top = target.module.partition(".")[0]
    is_djangos = target.root == Path(django.__file__).parents[1]
    if is_djangos and target.module.startswith("django.contrib."):
        return
    if top in RESERVED or top in sys.stdlib_module_names:
        owner = "clientforms" if top in RESERVED else "Python"
        raise BuildError(
            f"{shown(target.file)}: a module called {top} stands in the way of {owner}'s own. Rename it."
        )

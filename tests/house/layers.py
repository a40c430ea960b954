"""Which module may import which: the layers, and what breaks them. And which class inherits from which."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

__all__ = [
    "LAYERS",
    "arrows",
    "circle",
    "classes_above",
    "folder_of",
    "layer_of",
    "python_files",
    "violations",
]

VOCABULARY = {"changes", "errors"}

# A layer to the layers that it may import from, its own left out.
LAYERS: dict[str, set[str]] = {
    "main": {"browser", "engine", "vocabulary", "clientforms", "demo"},
    "demo": set(),
    "bench": set(),
    "clientforms": {"engine", "vocabulary"},
    "browser": {"engine", "vocabulary", "texts"},
    "builder": {"engine", "vocabulary", "texts"},
    "__main__": {"builder"},
    "online": {"browser", "engine", "vocabulary", "texts"},
    "site": {"browser", "engine", "server", "vocabulary", "texts"},
    "server": {"builder", "engine", "vocabulary", "texts"},
    "engine": {"vocabulary", "texts"},
    "texts": set(),
    "vocabulary": set(),
}

DOOR = "clientforms/browser/runtime.py"
BEHIND_THE_DOOR = {"js", "pyodide", "pyscript", "_pyscript", "pyodide_js"}
OUTSIDE = {
    "engine": {"django"},
    "browser": {"django"},
    "texts": {"django"},
    "demo": {"django"},
    "bench": {"django"},
    "builder": {"babel", "django", "zstandard"},
    "online": {"django"},
    "site": {"asgiref", "django"},
    "server": {"asgiref", "channels", "django"},
}


def layer_of(module: str) -> str | None:
    """Return the layer of a dotted module of app/, None where it is not ours."""
    parts = module.split(".")
    if parts[0] in ("main", "demo", "bench"):
        return parts[0]
    if parts[0] != "clientforms":
        return None
    if len(parts) == 1:
        return "clientforms"
    return "vocabulary" if parts[1] in VOCABULARY else parts[1]


def violations(name: str, source: str, standard: frozenset[str]) -> Iterator[str]:
    """Yield what the file `name` (relative to app/) imports and must not."""
    module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    own = layer_of(module)
    for imported in _imports(source, module.rpartition(".")[0]):
        top = imported.partition(".")[0]
        layer = layer_of(imported)
        if top in BEHIND_THE_DOOR:
            if name != DOOR:
                yield f"{name} imports {imported}: only {DOOR} may."
        elif layer is not None:
            if own != layer and layer not in LAYERS.get(own or "", set()):
                yield f"{name} ({own}) imports {imported} ({layer}), which is not under it."
        elif top not in standard and top not in OUTSIDE.get(own or "", set()):
            yield f"{name} ({own}) imports {imported}, which is no dependency of its layer."


def folder_of(name: str) -> str:
    """Return the folder of the file `name`, relative to app/: a module may be one."""
    parts = name.removesuffix(".py").replace("/", ".").removesuffix(".__init__").split(".")
    return ".".join(parts[:3])


def arrows(files: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return each folder of `clientforms` with those that it imports from, whenever and for whatever."""
    there = {folder_of(name) for name, _ in files}
    found: dict[str, set[str]] = {folder: set() for folder in there}
    for name, source in files:
        own = folder_of(name)
        package = name.rpartition("/")[0].replace("/", ".")
        for imported in _imports(source, package, with_names=True):
            parts = imported.split(".")
            other = next((each for n in (3, 2) if (each := ".".join(parts[:n])) in there), own)
            if other != own:
                found[own].add(other)
    return found


def circle(found: Mapping[str, set[str]]) -> list[str]:
    """Return folders that import each other in a circle, or nothing."""
    try:
        TopologicalSorter(found).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def classes_above(files: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Return each class of `files`, by its dotted name, with the classes of `files` that it inherits from."""
    imported: dict[
        str, str
    ] = {}  # the name that it has where it is imported, to the one it has there
    bases: dict[str, list[str]] = {}
    for name, source in files:
        module = name.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for node in ast.walk(ast.parse(source)):
            match node:
                case ast.ImportFrom(module=str(origin), names=names):
                    for alias in names:
                        own = f"{module}.{alias.asname or alias.name}"
                        imported[own] = f"{origin}.{alias.name}"
                case ast.ClassDef():
                    named = (ast.unparse(base).partition("[")[0] for base in node.bases)
                    bases[f"{module}.{node.name}"] = [f"{module}.{base}" for base in named]

    def defined(name: str) -> str:
        start, rest = name, ""
        while name not in bases and start:
            if imported.get(start, start) != start:
                start = name = imported[start] + rest
                rest = ""
            else:
                start, _, last = start.rpartition(".")
                rest = f".{last}{rest}"
        return name

    def above(name: str) -> set[str]:
        own = {defined(base) for base in bases[name]} & bases.keys()
        return own.union(*map(above, own))

    return {name: above(name) for name in bases}


def _imports(source: str, package: str, *, with_names: bool = False) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=module, level=0) if module:
                if not with_names:
                    yield module
                else:  # each may be a module of the package
                    yield from (f"{module}.{alias.name}" for alias in node.names)
                if module == "clientforms":  # `from clientforms import engine` names a layer too
                    yield from (
                        f"clientforms.{alias.name}"
                        for alias in node.names
                        if alias.name in LAYERS or alias.name in VOCABULARY
                    )
            case ast.ImportFrom(module=module, level=level) if (
                level and layer_of(package) == "builder"
            ):  # set-up runs it without the packages around it
                parts = package.split(".")[: -level + 1 or None]
                yield ".".join([*parts, module] if module else [*parts, node.names[0].name])
            case ast.ImportFrom(level=level) if level:
                yield "relative.import"


def python_files(app: Path) -> Iterator[tuple[str, str]]:
    """Yield name, relative to `app`, and text of each Python file."""
    for path in sorted(app.rglob("*.py")):
        yield path.relative_to(app).as_posix(), path.read_text("utf-8")

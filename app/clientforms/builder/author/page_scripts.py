"""Find the imports of an author's Python scripts, so that the modules are loaded before they run."""

from __future__ import annotations

import ast
import textwrap
from collections.abc import Iterator
from pathlib import Path

from ..html.hashed_names import local_path
from ..html.html_tree import Element, HtmlTree
from ..output.findings import Finding, shown
from ..output.site_files import BuildError

__all__ = ["is_python", "modules_asked_for"]

_FLAGS = ast.PyCF_ONLY_AST | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT


def is_python(element: Element) -> bool:
    """Return whether an element is a script that PyScript runs."""
    return element.tag == "script" and element.attributes.get("type") in ("py", "mpy")


def modules_asked_for(tree: HtmlTree, template: Path) -> set[str]:
    """Return the dotted names of the modules that a page's scripts import.

    Names imported from a module count too, because they may be modules. Raises BuildError for a script
    with wrong syntax.
    """
    found: set[str] = set()
    for element in tree.elements:
        if not is_python(element):
            continue
        path, text, above = template, tree.text_of(element), 0
        if name := local_path(element.attributes.get("src", "")):
            path = template.parent / name
            if not path.is_file():  # missing files are reported elsewhere
                continue
            text = path.read_text("utf-8", "replace")
        else:
            above = tree.text.count("\n", 0, element.inside)
        try:
            module = compile(textwrap.dedent(text), shown(path), "exec", _FLAGS)
        except (SyntaxError, ValueError) as error:
            line = above + (getattr(error, "lineno", None) or 1)
            said = getattr(error, "msg", None) or str(error)
            raise BuildError(Finding(path, line, f"{said}. Fix it first")) from error
        found.update(_imported(module))
    return found


def _imported(module: ast.AST) -> Iterator[str]:
    for node in ast.walk(module):
        match node:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(name), level=0, names=names):
                yield name
                yield from (f"{name}.{alias.name}" for alias in names)

"""Prepare what each start runs before a page's own code. Set-up calls this as it takes a snapshot, in Pyodide.

Until the forms are live, a browser compiles each function of the interpreter that is called, and Python's parser
and compiler are a large part of it. A start needs neither for code that is known in advance.
"""

from __future__ import annotations

import ast
from collections.abc import Generator, Iterable
from types import CodeType
from typing import Any

__all__ = ["prepare"]

_OF_PYODIDE = (
    "{}",
    "import importlib; importlib",
    "import __main__; __main__.__dict__",
    "import builtins; builtins.__dict__",
)
"""What `finalizeBootstrap()` in Pyodide's `pyodide.asm.mjs` evaluates at each start."""
_AWAITING = ast.PyCF_ALLOW_TOP_LEVEL_AWAIT  # as PyScript runs its scripts
_DEFAULTS = {
    "return_mode": "last_expr",
    "mode": "exec",
    "quiet_trailing_semicolon": True,
    "filename": "<exec>",
    "dont_inherit": False,
    "optimize": -1,
    "dedent": True,
}


def prepare(base: Any, package_loader: Any, scripts: Iterable[str]) -> None:
    """Compile what Pyodide evaluates at its start, and the `scripts` of built pages.

    Pyodide looks for no packages then, because there are none.

    `base` is its module `_pyodide._base`, and `package_loader` is `pyodide._package_loader`.
    """
    known = [(source, 0) for source in _OF_PYODIDE]
    known += [(source, _AWAITING) for source in scripts]
    compiled = {
        (source, flags): base.CodeRunner(source, flags=flags).compile().code
        for source, flags in known
    }
    parse_and_compile = base._parse_and_compile_gen

    def known_or_compiled(
        source: str, *, flags: int, **options: Any
    ) -> Generator[ast.Module | None, ast.Module, CodeType]:
        # CodeRunner passes all options.
        if (source, flags) in compiled and options == _DEFAULTS:
            yield None
            return compiled[source, flags]
        return (yield from parse_and_compile(source, flags=flags, **options))

    base._parse_and_compile_gen = known_or_compiled
    package_loader.init_loaded_packages = _no_packages


def _no_packages() -> None:
    """Stand in for a search for installed packages in an empty folder, which takes 10 ms."""

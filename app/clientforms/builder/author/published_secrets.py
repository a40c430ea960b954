"""Find secrets in the source of an author's modules, which anyone who opens a page can read."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..django_project.project_settings import looks_secret

__all__ = ["secrets_in"]

_SECRET_NAME = re.compile(
    r"(^|_)(SECRET|PASSWORD|PASSWD|TOKEN|CREDENTIALS?|SALT|DSN|(SECRET|PRIVATE|API|ACCESS|SIGNING)_?KEY)$"
)


def secrets_in(path: Path) -> Iterator[tuple[int, str]]:
    """Yield line and name of each constant in the module at `path` that looks like a secret.

    That is text with such a name, or text that looks like a secret itself, also in lists and dicts.
    Values that a module reads elsewhere, such as from the environment, do not count.
    """
    for node in ast.walk(ast.parse(path.read_bytes())):
        match node:
            case ast.Assign(
                targets=[ast.Name(id=name) | ast.Attribute(attr=name), *_], value=value
            ):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pass
            case _:
                continue
        constant = _constant(value)
        is_named = isinstance(constant, (str, bytes)) and bool(_SECRET_NAME.search(name.upper()))
        if constant and (is_named or looks_secret("", constant)):
            yield node.lineno, name


def _constant(node: ast.expr) -> Any:
    """Return the value of a literal, None for other expressions and parts of a list or dict."""
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Dict(keys=keys, values=values):
            pairs = zip(keys, values, strict=True)
            return {_constant(key): _constant(value) for key, value in pairs if key is not None}
        case ast.List(elts=parts) | ast.Tuple(elts=parts):
            return [_constant(part) for part in parts]
    return None

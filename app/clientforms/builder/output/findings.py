"""Findings: errors and warnings about an author's code, with the file and line."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Finding", "shown"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """An error or a warning. `file` is None, and `line` 0, if they are unknown.

    A fatal finding prevents the build. `field` is a field of the form and `package` an installed package
    that it concerns, or "".
    """

    file: Path | None
    line: int
    what: str
    is_fatal: bool = True
    field: str = ""
    package: str = ""

    def __str__(self) -> str:
        what = f"{self.what.rstrip('.')}."
        if self.file is None:
            return what
        place = f"{shown(self.file)}:{self.line}" if self.line else shown(self.file)
        return f"{place}: {what}"


def shown(path: Path) -> str:
    """Return `path` relative to the current folder if it is below that."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return os.fspath(path)

"""A finding: what in a module cannot run in a browser, with the file and the line."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Finding", "shown"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """`is_fatal`: the module cannot even be imported there; else a function fails once it is called."""

    file: Path
    line: int
    what: str
    is_fatal: bool = True

    def __str__(self) -> str:
        place = f"{shown(self.file)}:{self.line}" if self.line else shown(self.file)
        return f"{place}: {self.what.rstrip('.')}."


def shown(path: Path) -> str:
    """Return `path` as people write it: from the folder they are in, where it is below that."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return os.fspath(path)

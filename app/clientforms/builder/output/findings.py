"""A finding: what an author has to know of their code before it is a page, with the file and the line."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Finding", "shown"]


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """`file` is None, and `line` 0, if nobody knows it. With a fatal one there is no page.

    `field` is the field of the form, `package` the installed package that it is about, if there is one.
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
    """Return `path` as people write it: from the folder they are in, where it is below that."""
    try:
        return str(path.relative_to(Path.cwd()))
    except ValueError:
        return os.fspath(path)

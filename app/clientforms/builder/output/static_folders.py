"""Folders that static files lie in, as Django's finders see them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["StaticFolder"]


@dataclass(frozen=True, slots=True)
class StaticFolder:
    """A folder whose files are named from there. Their names begin with `prefix`, if there is one."""

    path: Path
    prefix: str = ""

    def find(self, name: str) -> Path | None:
        """Return the file that is called `name`, None if there is none here."""
        if self.prefix:
            if not name.startswith(f"{self.prefix}/"):
                return None
            name = name.removeprefix(f"{self.prefix}/")
        found = self.path / name
        return found if found.is_file() else None

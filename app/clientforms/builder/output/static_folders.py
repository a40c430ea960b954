"""Folders of static files, as in Django's finders."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

__all__ = ["StaticFolder"]


@dataclass(frozen=True, slots=True)
class StaticFolder:
    """A folder of static files, whose names are relative to it and begin with `prefix`, if any."""

    path: Path
    prefix: str = ""

    def find(self, name: str) -> Path | None:
        """Return the file called `name`, None if it is not here."""
        if self.prefix:
            if not name.startswith(f"{self.prefix}/"):
                return None
            name = name.removeprefix(f"{self.prefix}/")
        found = self.path / name
        return found if found.is_file() else None

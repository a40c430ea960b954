"""Where the page's own files are: start-up scripts, style sheet and the assembled runtime.

An installed clientforms brings them along; a checkout has them in `static/`, where set-up puts the
runtime.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .languages import packed_code
from .minifying import FOLDER, source_hashes
from .site import BuildError

__all__ = ["Assets", "find_assets"]

PACKAGE = Path(__file__).resolve().parents[1]

_SUFFIXES = (".js", ".css", ".svg")


@dataclass(frozen=True, slots=True)
class Assets:
    """The folder `static/`, and what its runtime is."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def languages(self) -> Path:
        """The archives of the languages, and the table of their codes."""
        return self.folder / "runtime" / "languages"

    @property
    def django(self) -> str:
        """The page's series of Django, such as 5.2."""
        return ".".join(self.manifest["versions"]["django"].split(".")[:2])

    def files(self, language: str) -> Iterator[tuple[str, Path]]:
        """Yield what a site in `language` ships, by its place there.

        Scripts are minified, but for one that was changed since the runtime was assembled.
        """
        unchanged = source_hashes(self.folder).items() & self.manifest.get("scripts", {}).items()
        minified = {name for name, _ in unchanged}
        for path in sorted(self.folder.iterdir()):
            if path.is_file() and path.suffix in _SUFFIXES and not path.name.startswith("bench"):
                shorter = self.folder / "runtime" / FOLDER / path.name
                yield f"static/{path.name}", shorter if path.name in minified else path
        wanted = self._language_files(language)
        for name in sorted(self.manifest["sizes"]):
            folder, _, own = name.partition("/")
            if folder != FOLDER and (folder != "languages" or own in wanted):
                yield f"static/runtime/{name}", self.folder / "runtime" / name

    def knows(self, language: str) -> bool:
        """Return whether the page can speak a language, or one that it is a region of."""
        return self._code(language) is not None

    def known_language(self, language: str) -> str:
        """Return `language` if the page can speak it, else an empty text."""
        return language if language and self.knows(language) else ""

    def _language_files(self, language: str) -> set[str]:
        code = self._code(language) or "en"
        return {"languages.json"} if code == "en" else {"languages.json", f"{code}.zip"}

    def _code(self, language: str) -> str | None:
        codes = json.loads((self.languages / "languages.json").read_text("utf-8"))
        return packed_code(language, codes)


def find_assets() -> Assets:
    """Return the page's files. Raises BuildError where the runtime has not been assembled."""
    for folder in (PACKAGE / "static", PACKAGE.parents[1] / "static"):
        manifest = folder / "runtime" / "manifest.json"
        if manifest.is_file():
            return Assets(folder, json.loads(manifest.read_text("utf-8")))
    raise BuildError(
        "clientforms has no browser runtime here. In a checkout, run make setup; "
        "otherwise install clientforms again."
    )

"""Find the page's own files: start-up scripts, style sheet and the assembled runtime.

They are part of an installed clientforms; a checkout has them in `static/`, where set-up puts the
runtime.
"""

from __future__ import annotations

import importlib.metadata
import json
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..html.languages import packed_code
from ..output.site_files import BuildError
from ..runtime.left_out_modules import CODECS, LEFT_OUT, WHOLE
from ..runtime.minifier import FOLDER, source_hashes
from ..runtime.packages import COMPILED_CONTRIB, COMPILED_SITE, LIBRARY_IMPORTS, is_series_of
from ..runtime.snapshot import KINDS, WITH_MODELS, WITH_SITE

__all__ = ["Assets", "find_assets"]

PACKAGE = Path(__file__).resolve().parents[2]

_MODULES = "modules.json"
_IN_EVERY_CATALOG = b"\0Undo\0"
_ENCODING = re.compile(
    rf"""["'](?:{"|".join(name for names in CODECS.values() for name in names.split()).replace("_", "[-_ ]?")})""",
    re.IGNORECASE,
)
"""The name of an encoding that few interpreters have, in quotes."""

_BY_FUNCTIONS = {"xml.dom.minidom": ["xml.parsers.expat"]}
"""Imports in functions of the library for which its modules are imported."""

_SUFFIXES = (".js", ".css", ".svg")


@dataclass(frozen=True, slots=True)
class Assets:
    """The folder `static/` and the manifest of its runtime."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def languages(self) -> Path:
        """The archives of the languages, and the table of their codes."""
        return self.folder / "runtime" / "languages"

    @property
    def django(self) -> str:
        """The release series of the page's Django, such as 5.2."""
        return ".".join(self.manifest["versions"]["django"].split(".")[:2])

    @property
    def is_of_installed_series(self) -> bool:
        """Whether the page's Django belongs to the series that is installed here."""
        return is_series_of(self.django, importlib.metadata.distribution("django"))

    def files(
        self, language: str, *more_languages: str, kind: str = "", is_whole: bool = False
    ) -> Iterator[tuple[str, Path]]:
        """Yield the files of a site in these languages, with their path there. `kind` is that of the snapshot.

        `is_whole` is whether the interpreter has every module; that of a whole Django site always has.
        Scripts are minified, except those that changed since the runtime was assembled.
        """
        unchanged = source_hashes(self.folder).items() & self.manifest.get("scripts", {}).items()
        minified = {name for name, _ in unchanged}
        for path in sorted(self.folder.iterdir()):
            if path.is_file() and path.suffix in _SUFFIXES and not path.name.startswith("bench"):
                shorter = self.folder / "runtime" / FOLDER / path.name
                yield f"static/{path.name}", shorter if path.name in minified else path
        wanted = {
            name for code in (language, *more_languages) for name in self._language_files(code)
        }
        for name in sorted(self.manifest["sizes"]):
            folder, _, own = name.partition("/")
            if folder in (FOLDER, WHOLE, *KINDS) or (folder == "languages" and own not in wanted):
                continue
            yield f"static/runtime/{name}", self.in_runtime(name, kind=kind, is_whole=is_whole)

    def in_runtime(self, name: str, *, kind: str = "", is_whole: bool = False) -> Path:
        """Return the runtime's file `name`, or its replacement for a page with a snapshot of this `kind`.

        `is_whole` is whether the page's interpreter has every module.
        """
        runtime = self.folder / "runtime"
        whole = is_whole or kind == WITH_SITE
        folders = (
            (runtime / WHOLE / kind, runtime / kind, runtime / WHOLE)
            if whole
            else (runtime / kind,)
        )
        found = (folder / name for folder in folders if (folder / name).is_file())
        return next(found, runtime / name)

    def needs_whole(self, asked: Iterable[str], kind: str, sources: Iterable[str] = ()) -> bool:
        """Return whether the modules `asked`, or what they import, are not in the interpreter of most pages.

        `kind` is that of the page's snapshot. `sources` are the page's own Python: an encoding is not imported, but named.
        """
        imports, there = self.library_imports(), self.modules(kind)
        waiting, seen = list(asked), set[str]()
        while waiting:
            name = waiting.pop()
            if name not in seen and name not in there:
                seen.add(name)
                waiting += [*imports.get(name, ()), *_BY_FUNCTIONS.get(name, ())]
                waiting += [name.rpartition(".")[0]] if "." in name else []
        named = (_ENCODING.search(source) for source in sources)
        return bool(seen & LEFT_OUT.keys()) or any(named)

    def kind_for(self, library: Iterable[str]) -> str:
        """Return the kind of snapshot for forms: WITH_MODELS if only that has a Django module in `library`."""
        more = self.modules(WITH_MODELS) - self.modules()
        wanted = any(name.startswith("django.") for name in more.intersection(library))
        return WITH_MODELS if wanted else ""

    def modules(self, kind: str = "") -> set[str]:
        """Return the names of the modules in a snapshot."""
        listed = self.in_runtime(_MODULES, kind=kind)
        return set(json.loads(listed.read_text("utf-8")))

    def library_imports(self) -> dict[str, list[str]]:
        """Return the imports of each module of the standard library."""
        listed = self.in_runtime(LIBRARY_IMPORTS)
        return dict(json.loads(listed.read_text("utf-8")))

    def compiled(self) -> dict[str, bytes]:
        """Return the compiled modules of `django.contrib`, by the path of their source in the page."""
        return self._modules_of(COMPILED_CONTRIB)

    def compiled_for_sites(self) -> dict[str, bytes]:
        """Return the compiled modules that only whole sites need, in the same way."""
        return self._modules_of(COMPILED_SITE)

    def _modules_of(self, archive: str) -> dict[str, bytes]:
        with zipfile.ZipFile(self.folder / "runtime" / archive) as packed:
            return {name.removesuffix("c"): packed.read(name) for name in packed.namelist()}

    def catalogs(self, *languages: str) -> dict[str, bytes]:
        """Return Django's catalogs and formats in these languages, and ours, by their path in the page."""
        found: dict[str, bytes] = {}
        for language in languages:
            for name in self._language_files(language) - {"languages.json"}:
                with zipfile.ZipFile(self.languages / name) as packed:
                    found |= {each: packed.read(each) for each in packed.namelist()}
        return found

    def knows(self, language: str) -> bool:
        """Return whether a language, or that without its region, is available."""
        return self._code(language) is not None

    def speaks(self, language: str) -> bool:
        """Return whether clientforms has words of its own in a language, or in that without its region."""
        catalogs = self.catalogs(language)
        own = [content for name, content in catalogs.items() if not name.startswith("django/")]
        return language.startswith("en") or any(_IN_EVERY_CATALOG in content for content in own)

    def known_language(self, language: str) -> str:
        """Return `language` if it is available, else ""."""
        return language if language and self.knows(language) else ""

    def _language_files(self, language: str) -> set[str]:
        code = self._code(language) or "en"
        return {"languages.json"} if code == "en" else {"languages.json", f"{code}.zip"}

    def _code(self, language: str) -> str | None:
        codes = json.loads((self.languages / "languages.json").read_text("utf-8"))
        return packed_code(language, codes)


def find_assets() -> Assets:
    """Return the page's files. Raises BuildError if the runtime has not been assembled."""
    for folder in (PACKAGE / "static", PACKAGE.parents[1] / "static"):
        manifest = folder / "runtime" / "manifest.json"
        if manifest.is_file():
            return Assets(folder, json.loads(manifest.read_text("utf-8")))
    raise BuildError(
        "clientforms has no browser runtime here. In a checkout, run make setup; "
        "otherwise install clientforms again."
    )

"""The files that a site's pages refer to: static files from the build, and uploaded ones, as object URLs."""

from __future__ import annotations

import mimetypes
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.core.files.storage import default_storage

from clientforms.browser.runtime import page_file, window

__all__ = ["ServedFiles", "content_type_of", "object_url"]

_CSS_URL = re.compile(r"""url\(\s*(["']?)(?!data:|blob:|#)([^"')]+)\1\s*\)""")
_CSS_IMPORT = re.compile(r"""@import\s+(["'])([^"']+)\1""")

_MODULE_IMPORT = re.compile(
    r"""((?:\b(?:import|export)\b[\w\s{},*$]*?\bfrom\s*|\bimport\s*\(\s*|\bimport\s*))(["'])(\.{0,2}/[^"'\n]+)\2"""
)
"""An import or export with a path: of names, for its effects alone, or `import()` of a literal."""


def object_url(content: bytes, name: str, content_type: str) -> str:
    """Return a new object URL for this content."""
    return str(window.URL.createObjectURL(page_file(content, name, content_type)))


def content_type_of(path: str) -> str:
    """Return the content type of a file, by its suffix."""
    return mimetypes.guess_type(path)[0] or "application/octet-stream"


class ServedFiles:
    """Finds files by the path of a request. Static ones are in the zip file `static`."""

    def __init__(self, static: Path) -> None:
        self._static = zipfile.ZipFile(static) if static.is_file() else None
        self._names = set(self._static.namelist()) if self._static else set()
        self._urls: dict[str, str] = {}  # of static files, which never change
        self._modules: dict[str, str | None] = {}

    def content(self, path: str) -> bytes | None:
        """Return the content of the static or uploaded file at `path`, None if it is no such path."""
        name = _below(settings.STATIC_URL, path)
        if name is not None and name in self._names and self._static:
            return self._static.read(name)
        name = _below(settings.MEDIA_URL, path)
        if name and default_storage.exists(name):
            with default_storage.open(name) as file:
                return bytes(file.read())
        return None

    def object_url(self, path: str) -> str | None:
        """Return an object URL of the file at `path`, None if there is no such file.

        In a style sheet, references to other files become object URLs, too.
        """
        place = urlsplit(path).path
        if place in self._urls:
            return self._urls[place]
        content = self.content(place)
        if content is None:
            return None
        content_type = content_type_of(place)
        if content_type == "text/css":
            content = self._with_object_urls(content.decode("utf-8", "replace"), place).encode()
        url = object_url(content, place.rpartition("/")[2], content_type)
        if _below(settings.STATIC_URL, place) is not None:
            self._urls[place] = url
        return url

    def module_url(self, path: str) -> str | None:
        """Return an object URL of the module script at `path`, whose imports have object URLs, None if there is none.

        Modules that import each other in a circle cannot have that: one of these imports stays as it is.
        """
        place = urlsplit(path).path
        if place not in self._modules:
            self._modules[place] = None
            content = self.content(place)
            if content is not None:
                script = self.with_module_urls(content.decode("utf-8", "replace"), place)
                name = place.rpartition("/")[2]
                self._modules[place] = object_url(script.encode(), name, content_type_of(place))
        return self._modules[place]

    def with_module_urls(self, script: str, place: str) -> str:
        """Return a module script of the page at path `place` with object URLs for what it imports by paths."""

        def replaced(found: re.Match[str]) -> str:
            url = self.module_url(urljoin(place, found[3]))
            return f"{found[1]}{found[2]}{url}{found[2]}" if url else found[0]

        return _MODULE_IMPORT.sub(replaced, script)

    def _with_object_urls(self, css: str, place: str) -> str:
        def replaced(written: str) -> Callable[[re.Match[str]], str]:
            def to(found: re.Match[str]) -> str:
                url = self.object_url(urljoin(place, found[2].strip()))
                return written.format(url) if url else found[0]

            return to

        return _CSS_IMPORT.sub(replaced('@import "{}"'), _CSS_URL.sub(replaced('url("{}")'), css))


def _below(prefix: str | None, path: str) -> str | None:
    """Return the name of the file at `path` below a URL such as `/static/`, None if it is not below it."""
    start = f"/{(prefix or '').strip('/')}/"
    place = unquote(urlsplit(path).path)
    return place.removeprefix(start) if start != "//" and place.startswith(start) else None

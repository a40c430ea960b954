"""What a page gets from its server, with all that is packed in it, and which lines of a module are its own."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from django import forms
from playwright.sync_api import Error, Page, Response

__all__ = ["Fetched", "own_lines"]

_SHORTEST = 12  # characters of a line that can be told from others


class Fetched:
    """All responses that `page` gets from now on, and what comes over its WebSockets."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._waiting: list[Response] = []
        self._contents: list[bytes] = []
        page.on("response", lambda response: self._waiting.append(response))
        page.on("websocket", lambda socket: socket.on("framereceived", self._hear))

    def contents(self) -> list[bytes]:
        """Return everything, each archive with each of its files. Call it before the page goes elsewhere, too."""
        self._page.wait_for_load_state("networkidle")
        while self._waiting:
            self._contents += _unpacked(self._body(self._waiting.pop(0)))
        return self._contents

    def _body(self, response: Response) -> bytes:
        if response.status in (204, 304) or 300 <= response.status < 400:
            return b""
        try:
            return response.body()
        except Error:  # Chromium does not keep what a worker fetched
            assert response.request.method == "GET"
            again = self._page.request.get(response.url)
            assert again.ok
            return again.body()

    def _hear(self, message: str | bytes) -> None:
        self._contents.append(message.encode() if isinstance(message, str) else message)


def own_lines(file: Path, published: Iterable[Path]) -> list[str]:
    """Return the lines of `file` that are not also in Django's forms, or in what is `published`."""
    public = [*published, *Path(forms.__file__).parent.glob("*.py")]
    text = "".join(path.read_text("utf-8") for path in public)
    lines = {line.strip() for line in file.read_text("utf-8").splitlines()}
    return sorted(line for line in lines if len(line) > _SHORTEST and line not in text)


def _unpacked(content: bytes) -> Iterator[bytes]:
    """Yield `content`, and what is inside if it is an archive or compressed."""
    yield content
    if content.startswith(b"\x1f\x8b"):
        yield from _unpacked(gzip.decompress(content))
    elif zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield from _unpacked(archive.read(name))

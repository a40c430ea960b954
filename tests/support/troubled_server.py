"""A server whose files do not arrive as they should: one of them, in one way, below each address."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

__all__ = ["CHANGED", "WAYS", "TroubledServer"]

WAYS = ("missing", "cut", "changed", "never")
"""What can happen to a file: the server has none, the line breaks off, somebody changed it, no answer comes."""

CHANGED = "changed"
"""The global variable by which a script that was changed shows that it ran."""


class TroubledServer:
    """Serves `folder` as it is at `address()`, and with troubles at others."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ended = Event()
        self._troubles: list[dict[str, str]] = []

    @contextmanager
    def running(self) -> Iterator[TroubledServer]:
        """Serve until the end of the block, where those that still wait are let go."""
        outer = self

        class Handler(_Handler):
            server_of_files = outer

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._port = server.server_port
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._ended.set()
            server.shutdown()
            server.server_close()
            thread.join(10)

    def address(self, troubles: Mapping[str, str] | None = None) -> str:
        """Return an address of the site where each file in `troubles` does not arrive in the way that it has there.

        Each has an origin of its own: a browser asks one for six files at a time, and some never come.
        """
        self._troubles.append(dict(troubles or {}))
        number = len(self._troubles) - 1
        return f"http://site{number}.localhost:{self._port}/{number}/"

    def names(self) -> list[str]:
        """Return the names of all files, sorted."""
        found = (each for each in self.folder.rglob("*") if each.is_file())
        return sorted(each.relative_to(self.folder).as_posix() for each in found)

    def trouble(self, number: int, name: str) -> str:
        """Return what is to happen to a file below an address; "" if nothing is."""
        return self._troubles[number].get(name, "")

    def wait(self) -> None:
        """Keep an answer back until the server ends."""
        self._ended.wait()


class _Handler(SimpleHTTPRequestHandler):
    server_of_files: TroubledServer

    def do_GET(self) -> None:
        number, _, name = self.path.partition("?")[0].lstrip("/").partition("/")
        path = self.server_of_files.folder / (name or "index.html")
        way = self.server_of_files.trouble(int(number), name)
        if way == "never":
            self.server_of_files.wait()
            return
        if way == "missing" or not path.is_file():
            self.send_error(404)
            return
        content = path.read_bytes()
        if way == "changed":
            content = _changed(path.suffix, content)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content[: len(content) // 2] if way == "cut" else content)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _changed(suffix: str, content: bytes) -> bytes:
    """Return a script that tells that it runs, and of other files the bytes from the last to the first."""
    if suffix == ".js":
        return content + f"\n;globalThis.{CHANGED} = 1;".encode()
    return content[::-1]

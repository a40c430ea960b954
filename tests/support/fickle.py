"""A static server that a test can switch off, give another folder, or let break off in an answer."""

from __future__ import annotations

import functools
import io
import json
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

__all__ = ["FickleServer"]


class FickleServer:
    """Serves `folder` as Python's own server does, until it `breaks_at` a file whose name has that.

    To a POST it has nothing to show, so the page stays; `/posted` lists what came.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.breaks_at: str | None = None
        self.stops_at: str | None = None
        self.asked: list[str] = []
        self.posted: list[str] = []
        self._server: ThreadingHTTPServer | None = None
        self._port = 0

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._port}/"

    @property
    def is_running(self) -> bool:
        return self._server is not None

    def start(self) -> FickleServer:
        handler = functools.partial(_Handler, fickle=self)
        self._server = ThreadingHTTPServer(("127.0.0.1", self._port), handler)
        self._port = self._server.server_port
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def stop(self) -> None:
        if self._server:
            self._server.shutdown()
            self._server.server_close()
            self._server = None


class _Handler(SimpleHTTPRequestHandler):
    def __init__(self, *args: Any, fickle: FickleServer, **kwargs: Any) -> None:
        self._fickle = fickle
        super().__init__(*args, directory=str(fickle.folder), **kwargs)

    def send_head(self) -> Any:
        if self.path == "/posted":
            return self._told(json.dumps(self._fickle.posted).encode())
        if self.path == self._fickle.stops_at:
            self.close_connection = True
            self._fickle.stop()  # another thread serves
            return None
        del self.headers["If-Modified-Since"]  # both versions are of this second
        return super().send_head()

    def _told(self, content: bytes) -> io.BytesIO:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return io.BytesIO(content)

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self._fickle.posted.append(self.rfile.read(length).decode())
        self.send_response(204)
        self.end_headers()

    def copyfile(self, source: Any, outputfile: Any) -> None:
        self._fickle.asked.append(self.path)
        wanted = self._fickle.breaks_at
        if wanted is not None and wanted in self.path:
            content = source.read()
            outputfile.write(content[: len(content) // 2])
            self.close_connection = True
            return
        super().copyfile(source, outputfile)

    def log_message(self, *args: Any) -> None:
        """Nobody reads it."""

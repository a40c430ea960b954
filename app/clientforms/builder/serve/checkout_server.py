"""The development server: the checkout's files over HTTP, always revalidated, on this machine only.

It works like `python3 -m http.server`, so that whatever works here works on a plain static host. It
adds a response header, prerendered forms, and clear messages if it cannot start.

`prerender.py` renders forms with the page's Django in a separate process, which imports users' modules
anew and cannot crash the server. The result is cached until a source changes. If rendering fails, the
page is served unchanged. This module imports neither Django nor the code being edited.
"""

from __future__ import annotations

import argparse
import errno
import functools
import io
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

__all__ = ["LivePages", "RevalidatingHandler", "SentPage", "create_server", "main"]

ROOT = Path(__file__).resolve().parents[4]

_TIMEOUT = 30  # seconds; importing a module may never end
_MARKS = (b"data-formset=", b"data-form=")
_SOURCES = Path(__file__).resolve().parents[3]

_Stamp = list[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class SentPage:
    """A page that is sent instead of its file."""

    body: bytes
    etag: str


class LivePages:
    """The pages below a folder, whose forms are in its `app/`."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self._manifest = self.root / "static" / "runtime" / "manifest.json"
        self._kept: dict[Path, tuple[_Stamp, SentPage | None]] = {}
        self._locks: dict[Path, threading.Lock] = {}

    def get(self, page: Path) -> SentPage | None:
        """Return the page with its forms, None if the file is to be sent unchanged."""
        if page.suffix not in (".html", ".htm") or not page.is_file():
            return None
        with self._locks.setdefault(page, threading.Lock()):
            stamp = sorted(self._stamp(page))  # taken before rendering, to notice changes meanwhile
            if page not in self._kept or self._kept[page][0] != stamp:
                self._kept[page] = stamp, self._make(page)
            return self._kept[page][1]

    def _stamp(self, page: Path) -> Iterator[tuple[str, int, int]]:
        """Yield the path, time and size of all possible sources of the page."""
        for path in (page, self._manifest):
            if path.is_file():
                found = path.stat()
                yield str(path), found.st_mtime_ns, found.st_size
        folders = [str(self.root / "app")] if (self.root / "app").is_dir() else []
        while folders:
            with os.scandir(folders.pop()) as entries:
                for entry in entries:
                    if entry.name == "__pycache__" or entry.name.startswith("."):
                        continue
                    if entry.is_dir():
                        folders.append(entry.path)
                    else:
                        found = entry.stat()
                        yield entry.path, found.st_mtime_ns, found.st_size

    def _make(self, page: Path) -> SentPage | None:
        try:
            if not any(mark in page.read_bytes() for mark in _MARKS):
                return None
            answer = self._render(page)
        except (OSError, ValueError, KeyError, subprocess.SubprocessError) as error:
            self._say(page, f"it is sent without its forms: {error}")
            return None
        for line in answer.get("left_empty", ()):
            self._say(page, line)
        if not answer.get("html"):
            return None
        body = answer["html"].encode("utf-8")
        return SentPage(body, f'"{blake2b(body, digest_size=16).hexdigest()}"')

    def _render(self, page: Path) -> dict[str, Any]:
        """Return the result of `prerender.py`. Raises ValueError with its last output if it fails."""
        version = json.loads(self._manifest.read_text("utf-8"))["versions"]["django"]
        series = ".".join(version.split(".")[:2])
        other = self.root / ".django" / series  # the page's Django, if it is not the host's
        path = [str(_SOURCES), str(self.root / "app")]
        render = [sys.executable, "-P", "-m", "clientforms.builder.page.prerender"]
        if other.is_dir() and sys.version_info >= (3, 12):
            path.insert(0, str(other))
        elif other.is_dir():  # too new for the Python here
            pyodide = self.root / "node_modules" / "pyodide"
            render = ["node", str(Path(__file__).parents[1] / "page" / "prerender.js")]
            render += [str(self._manifest.parent), str(pyodide), str(_SOURCES), str(self.root)]
        done = subprocess.run(
            [*render, str(page), "--root", str(self.root), "--django", series],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path), "PYTHONIOENCODING": "utf-8"},
            capture_output=True, text=True, encoding="utf-8", timeout=_TIMEOUT, check=False,
        )  # fmt: skip
        if done.returncode:
            words = done.stderr.strip().splitlines()
            raise ValueError(words[-1] if words else f"status {done.returncode}")
        return dict(json.loads(done.stdout))

    def _say(self, page: Path, line: str) -> None:
        print(f"{page.relative_to(self.root)}: {line}", file=sys.stderr, flush=True)


class RevalidatingHandler(SimpleHTTPRequestHandler):
    """Serves files that browsers cache but always revalidate, so that a reload shows edits."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # or the body, a second write, would wait

    def __init__(self, *args: Any, pages: LivePages, **kwargs: Any) -> None:
        self._pages = pages
        super().__init__(*args, **kwargs)

    def send_head(self) -> Any:
        """Send the headers, and return the body, with prerendered forms if there are any."""
        path = Path(self.translate_path(self.path))
        is_folder = self.path.partition("?")[0].partition("#")[0].endswith("/")
        page = self._pages.get(path / "index.html" if is_folder else path)
        if page is None:
            return super().send_head()
        if self.headers.get("If-None-Match") == page.etag:
            self.send_response(HTTPStatus.NOT_MODIFIED)
            self.send_header("ETag", page.etag)
            self.end_headers()
            return None
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page.body)))
        self.send_header("ETag", page.etag)
        self.end_headers()
        return io.BytesIO(page.body)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing for successful requests; `log_error` logs errors."""


def create_server(folder: Path, bind: str, port: int) -> ThreadingHTTPServer:
    """Return a listening server of `folder`; port 0 takes a free one."""
    pages = LivePages(folder)
    handler = functools.partial(RevalidatingHandler, directory=str(folder), pages=pages)
    server = ThreadingHTTPServer((bind, port), handler)
    # Prerender the page that is usually requested first.
    threading.Thread(target=pages.get, args=[pages.root / "index.html"], daemon=True).start()
    return server


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="checkout_server.py", description="Serve the page.")
    parser.add_argument("--bind", default="127.0.0.1", help="address (default: %(default)s)")
    parser.add_argument("--port", default="8000", help="port, 0 for any (default: %(default)s)")
    parser.add_argument("--folder", type=Path, default=ROOT, help="what to serve")
    options = parser.parse_args(argv)
    try:
        server = create_server(options.folder, options.bind, int(options.port))
    except (OSError, OverflowError, ValueError) as error:
        print(f"serve: {_explain(error, options.bind, options.port)}", file=sys.stderr)
        return 1
    with server:
        # Flushed, because a program may wait for this line.
        print(f"Serving at http://{options.bind}:{server.server_port}/ (Ctrl+C ends)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


def _explain(error: Exception, bind: str, port: str) -> str:
    match error:
        case OSError(errno=errno.EADDRINUSE):
            another = 8001 if port == "8000" else 8000
            return f"port {port} is in use. Choose another: make run PORT={another}"
        case OSError(errno=errno.EACCES):
            return f"port {port} needs privileges. Choose one above 1023: make run PORT=8000"
        case ValueError() | OverflowError():
            return f"{port!r} is not a port. Choose a number up to 65535: make run PORT=8000"
        case _:
            return f"cannot listen on {bind}:{port}: {error}. Choose another address: make run BIND=127.0.0.1"


if __name__ == "__main__":
    sys.exit(main())

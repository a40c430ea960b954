"""`clientforms serve`: a site in memory, rebuilt when a file is saved, which reloads its pages.

It is served without the last steps of a build, so that it is fast to make, and its files have familiar
names.
"""

from __future__ import annotations

import errno
import functools
import hashlib
import json
import mimetypes
import sys
import threading
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

from ..html.html_tree import HtmlTree
from ..output.site_files import BuildError, Site
from ..site.content_security_policy import without_workers

__all__ = ["Built", "WatchedSite", "serve"]

Built = tuple[Site, set[Path]]
"""A site, and its source files."""

_PAUSE = 0.3  # seconds between checks of the files
_ALIVE = 15  # seconds between keep-alive messages to a page
_RELOAD = Path(__file__).with_name("reload.js")
_TYPES = {
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".html": "text/html; charset=utf-8",
}


class WatchedSite:
    """The last site that `make` built, and the error of a later build."""

    def __init__(self, make: Callable[[], Built]) -> None:
        self._make = make
        self._changed = threading.Condition()
        self.version = 0
        self.failure = ""
        site, self._sources = make()
        self.files = _for_authors(site)
        self._stamp = self._look()

    def watch(self) -> None:
        """Rebuild the site whenever a file changes, forever."""
        while True:
            time.sleep(_PAUSE)
            self.renew()

    def renew(self) -> bool:
        """Rebuild the site if a file has changed; return whether one had."""
        stamp = self._look()
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        try:
            site, self._sources = self._make()
            files = _for_authors(site)
        except BuildError as error:
            print(f"clientforms: {error}", file=sys.stderr, flush=True)
            files, failure = self.files, str(error)
        else:
            failure = ""
            self._stamp = self._look()
        with self._changed:
            self.files, self.failure = files, failure
            self.version += 1
            self._changed.notify_all()
        return True

    def wait(self, version: int) -> int:
        """Return the next version, or `version` if nothing has changed for a while."""
        with self._changed:
            self._changed.wait_for(lambda: self.version != version, _ALIVE)
            return self.version

    def _look(self) -> dict[str, tuple[int, int]]:
        """Return the time and size of the sources, and of the modules beside them."""
        paths = set(self._sources)
        for folder in {path.parent for path in self._sources}:
            paths.update(folder.glob("*.py"))
        found = {}
        for path in sorted(paths):
            try:
                status = path.stat()
            except OSError:
                continue
            found[str(path)] = status.st_mtime_ns, status.st_size
        return found


def serve(make: Callable[[], Built], bind: str, port: int, tell: Callable[[str], None]) -> int:
    """Serve the site until Ctrl+C is pressed. Raises BuildError if the server cannot start."""
    site = WatchedSite(make)
    try:
        server = ThreadingHTTPServer((bind, port), functools.partial(_Handler, site))
    except (OSError, OverflowError) as error:
        raise BuildError(_explain(error, bind, port)) from error
    server.daemon_threads = True
    threading.Thread(target=site.watch, daemon=True).start()
    with server:
        tell(f"Serving at http://{bind}:{server.server_port}/ (Ctrl+C ends)")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
    return 0


def _for_authors(site: Site) -> dict[str, bytes]:
    """Return the files, with a page that reloads itself and keeps drafts of what is typed."""
    site = without_workers(site)
    tree = HtmlTree(site.files[site.entry].decode("utf-8"))
    forms = [element for element in tree.elements if element.tag == "form"]
    for number, form in enumerate(forms, 1):
        tree.set_attribute(form, "data-draft", f"served-{number}")
    head = tree.first("head")
    assert head is not None  # checked by the build
    tree.insert(head.close, '<script src="clientforms-reload.js"></script>\n')
    page = tree.edited().encode()
    return {**site.files, site.entry: page, "clientforms-reload.js": _RELOAD.read_bytes()}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, site: WatchedSite, *arguments: object) -> None:
        self._site = site
        super().__init__(*arguments)  # type: ignore[arg-type]

    def do_GET(self) -> None:
        name = unquote(urlsplit(self.path).path).removeprefix("/")
        if name == "clientforms-events":
            self._send_events()
            return
        content = self._site.files.get(name or "index.html")
        if content is None:
            self.send_error(HTTPStatus.NOT_FOUND, f"There is no {name} in this site")
            return
        etag = f'"{hashlib.blake2b(content, digest_size=16).hexdigest()}"'
        is_known = self.headers.get("If-None-Match") == etag
        self.send_response(HTTPStatus.NOT_MODIFIED if is_known else HTTPStatus.OK)
        self.send_header("ETag", etag)
        self.send_header("Cache-Control", "no-cache")
        if not is_known:
            suffix = Path(name or "index.html").suffix
            kind = _TYPES.get(suffix) or mimetypes.guess_type(f"x{suffix}")[0]
            self.send_header("Content-Type", kind or "application/octet-stream")
            self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if not is_known and self.command != "HEAD":
            self.wfile.write(content)

    do_HEAD = do_GET

    def _send_events(self) -> None:
        version = self._site.version
        self.close_connection = True
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Cache-Control", "no-cache")
        self.send_header("Connection", "close")
        self.end_headers()
        try:
            if self._site.failure:  # the page was opened after the error
                self._send_event("failed", self._site.failure)
            while True:
                new = self._site.wait(version)
                if new == version:
                    self.wfile.write(b": nothing new\n\n")
                elif self._site.failure:
                    self._send_event("failed", self._site.failure)
                else:
                    self._send_event("reload", "")
                self.wfile.flush()
                version = new
        except OSError:
            return  # the page was closed

    def _send_event(self, name: str, data: str) -> None:
        self.wfile.write(f"event: {name}\ndata: {json.dumps(data)}\n\n".encode())
        self.wfile.flush()

    def log_message(self, format: str, *args: object) -> None:
        """Log nothing, because failures are visible in the page."""


def _explain(error: Exception, bind: str, port: int) -> str:
    match error:
        case OSError(errno=errno.EADDRINUSE):
            return f"port {port} is in use. Choose another with --port."
        case OSError(errno=errno.EACCES):
            return f"port {port} needs privileges. Choose one above 1023 with --port."
        case OverflowError():
            return f"{port} is not a port. Choose a number up to 65535 with --port."
    return f"cannot listen on {bind}:{port}: {error}. Choose another address with --bind."

"""The development server: the checkout's files over HTTP, always revalidated, on this machine only.

It does what `python3 -m http.server` does, so whatever works here works on a plain static host; it
adds one response header and clear words when it cannot start.
"""

from __future__ import annotations

import argparse
import errno
import functools
import sys
from collections.abc import Sequence
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

__all__ = ["RevalidatingHandler", "create_server", "main"]

ROOT = Path(__file__).resolve().parents[3]


class RevalidatingHandler(SimpleHTTPRequestHandler):
    """Serves files that browsers keep but ask about every time, so an edit shows after a reload."""

    protocol_version = "HTTP/1.1"

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Log nothing for what went well; errors are logged by `log_error`."""


def create_server(folder: Path, bind: str, port: int) -> ThreadingHTTPServer:
    """Return a server of `folder` that listens already; port 0 takes a free one."""
    handler = functools.partial(RevalidatingHandler, directory=str(folder))
    return ThreadingHTTPServer((bind, port), handler)


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="serve.py", description="Serve the page.")
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
        # Line by line, also into a pipe: somebody may wait for this line to open the page.
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
            return f"port {port} needs more rights. Choose one above 1023: make run PORT=8000"
        case ValueError() | OverflowError():
            return f"{port!r} is no port. Choose a number up to 65535: make run PORT=8000"
        case _:
            return f"cannot listen on {bind}:{port}: {error}"


if __name__ == "__main__":
    sys.exit(main())

"""Built sites for tests: of the checkout's own page, and of the forms of tests/authors."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

from clientforms.builder import cli
from clientforms.builder.output.page_files import page_files
from clientforms.builder.output.site_files import Site
from clientforms.builder.serve.checkout_server import LivePages
from clientforms.builder.site.assets import find_assets
from tests.conftest import ROOT

__all__ = ["AUTHORS", "build", "checkout_site", "serving_folder"]

AUTHORS = ROOT / "tests" / "authors"


@functools.cache
def checkout_site() -> Site:
    """Return the page with its forms in it, and all files that it may ask for."""
    sent = LivePages(ROOT).get(ROOT / "index.html")
    assert sent, "the page could not be prerendered"
    places = [ROOT / "pyscript.toml", ROOT / "app" / "main.py"]
    places += [ROOT / "app" / name for name in page_files(ROOT)]
    places += (ROOT / "static/runtime/languages").iterdir()
    files = {each.relative_to(ROOT).as_posix(): each.read_bytes() for each in sorted(places)}
    files |= {name: path.read_bytes() for name, path in find_assets().files("en")}
    return Site({**files, "index.html": sent.body})


def build(out: Path, *targets: str, options: tuple[str, ...] = ()) -> Path:
    """Build the `targets` of tests/authors into `out`, and return it."""
    places = [str(AUTHORS / each) for each in targets]
    assert cli.main(["build", *places, "--out", str(out), *options]) == 0
    return out


@contextmanager
def serving_folder(folder: Path) -> Iterator[str]:
    """Serve `folder` at the address that is yielded, with a slash at its end."""
    handler = functools.partial(_QuietHandler, directory=str(folder))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


class _QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

"""Tells what a first visit of a built formset page fetches: bytes by file, and of clientforms by module.

`PYTHONPATH=app:. .venv/bin/python -m benchmarks.payload` builds a page and measures it; `SITE` is one
that was built before, `--beside SITE` another to compare with, as of an older commit.
"""

from __future__ import annotations

import argparse
import re
import sys
import tempfile
import urllib.request
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from playwright.sync_api import Browser

from benchmarks.browser import running_chromium
from benchmarks.wire import compress
from clientforms.builder import cli
from tests.conftest import ROOT
from tests.support.sites import serving_folder

__all__ = ["Size", "build", "first_visit", "modules"]

_TARGET = f"{ROOT}/docs/examples/party.py:GuestFormSet"
_HASH = re.compile(r"-[0-9a-f]{16}/")
_PACKED = (".data", ".zip", ".png")
"""What no compression makes smaller: it takes brotli many seconds to find that out."""


class Size(NamedTuple):
    """Bytes of a file: as it is shipped, and as the better of gzip and brotli make it, if they make it smaller."""

    shipped: int
    compressed: int


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", nargs="?", type=Path, metavar="SITE", help="the folder of a page")
    parser.add_argument("--beside", type=Path, metavar="SITE", help="another, to compare with")
    asked = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder, running_chromium() as browser:
        site = asked.site or build(Path(folder) / "site")
        visits = [first_visit(browser, each) for each in (site, asked.beside) if each]
        for index, title in enumerate(("as shipped", "compressed by the host")):
            sizes = [{name: size[index] for name, size in visit.items()} for visit in visits]
            print(_table(f"first visit, {title}", sizes[0], sizes[1] if asked.beside else None))
        other = modules(asked.beside) if asked.beside else None
        print(_table("modules in the snapshot, each packed by itself", modules(site), other))
    return 0


def build(out: Path) -> Path:
    """Build a page with one formset, without models, into `out`, and return it."""
    if cli.main(["build", _TARGET, "--out", str(out)]):
        raise RuntimeError("the page could not be built")
    return out


def first_visit(browser: Browser, site: Path) -> dict[str, Size]:
    """Return the size of each file that a browser fetches until the forms of `site` are live.

    They have their names without the hash of the folder. What the service worker fetches later, for visits
    without a network, does not count.
    """
    context = browser.new_context(service_workers="block")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    with serving_folder(site) as address:
        page.goto(address)
        page.evaluate("clientforms.ready.then(() => true)")
        urls = [each for each in dict.fromkeys(asked) if each.startswith(address)]
        bodies = {_HASH.sub("/", urlsplit(each).path): _body(each) for each in urls}
    context.close()
    packed = {
        name: Size(len(body), len(body)) for name, body in bodies.items() if name.endswith(_PACKED)
    }
    others = compress({name: body for name, body in bodies.items() if name not in packed})
    return packed | {
        each.path: Size(each.shipped, min(each.shipped, each.gzip, each.brotli)) for each in others
    }


def modules(site: Path) -> dict[str, int]:
    """Return the bytes of each module of clientforms that the snapshot of `site` holds.

    They are those of the archive for browsers without the snapshot: there each module is packed alone.
    """
    runtime = next(site.glob("static-*/runtime"))
    seldom = runtime / "seldom.zip"
    late = set(zipfile.ZipFile(seldom).namelist()) if seldom.exists() else set()
    with zipfile.ZipFile(runtime / "clientforms.zip") as packed:
        return {
            each.filename: each.compress_size
            for each in packed.infolist()
            if each.filename not in late
        }


def _body(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=30) as response:
        return bytes(response.read())


def _table(title: str, sizes: Mapping[str, int], other: Mapping[str, int] | None) -> str:
    lines = [f"{title}:"]
    names = {*sizes, *(other or {})}
    for name in sorted(
        names, key=lambda each: -max(sizes.get(each, 0), (other or {}).get(each, 0))
    ):
        lines.append(_line(name, sizes.get(name, 0), None if other is None else other.get(name, 0)))
    total = sum(sizes.values())
    lines.append(_line("all", total, None if other is None else sum(other.values())))
    return "\n".join(lines) + "\n"


def _line(name: str, size: int, other: int | None) -> str:
    difference = "" if other is None else f"{size - other:+11,}"
    return f"{size:11,}{difference}  {name}"


if __name__ == "__main__":
    sys.exit(main())

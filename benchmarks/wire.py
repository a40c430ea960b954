"""Bytes on the wire: what a page loads until it is live, as shipped and as gzip or brotli make it."""

from __future__ import annotations

import json
import subprocess
import tempfile
import urllib.request
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Request

from benchmarks.boots import PATIENCE, SCRIPT

__all__ = ["File", "bodies", "compress", "measure"]

# Node has both compressors; Python has no brotli. Levels as for files that are compressed once.
COMPRESS = """
const zlib = require("node:zlib"), fs = require("node:fs");
const sizes = {};
for (const path of process.argv.slice(1)) {
  const bytes = fs.readFileSync(path);
  const params = { [zlib.constants.BROTLI_PARAM_QUALITY]: 11, [zlib.constants.BROTLI_PARAM_LGWIN]: 24,
                   [zlib.constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
  sizes[path] = [zlib.gzipSync(bytes, { level: 9 }).length, zlib.brotliCompressSync(bytes, { params }).length];
}
console.log(JSON.stringify(sizes));
"""


@dataclass(frozen=True)
class File:
    """One file that was loaded, and how many bytes its body has."""

    path: str
    shipped: int
    gzip: int
    brotli: int

    def as_json(self) -> dict[str, str | int]:
        return asdict(self)


def measure(browser: Browser, url: str) -> list[File]:
    """Return what a first visit loads until an error is shown, the largest file first."""
    return compress(bodies(browser, url))


def bodies(browser: Browser, url: str) -> dict[str, bytes]:
    """Return what a first visit loads until an error is shown: path to body, as the server sends it."""
    context = browser.new_context()
    context.add_init_script(path=SCRIPT)
    page = context.new_page()
    asked: list[str] = []

    def note(request: Request) -> None:
        asked.append(request.url)

    page.on("request", note)
    page.goto(url, wait_until="commit")
    page.wait_for_function("boot.validated", timeout=PATIENCE, polling=50)
    urls = list(dict.fromkeys(url for url in asked if url.startswith("http")))
    context.close()
    found = {}
    for each in urls:
        with urllib.request.urlopen(each, timeout=30) as response:
            found[urlsplit(each).path] = response.read()
    return found


def compress(bodies: dict[str, bytes]) -> list[File]:
    """Return the sizes of `bodies`, by path, the largest first."""
    with tempfile.TemporaryDirectory(prefix="clientforms-") as folder:
        names = {}
        for number, (path, body) in enumerate(bodies.items()):
            place = Path(folder) / str(number)
            place.write_bytes(body)
            names[str(place)] = path
        done = subprocess.run(
            ["node", "-e", COMPRESS, *names], capture_output=True, text=True, check=True
        )
        sizes = json.loads(done.stdout)
    files = [File(path, len(bodies[path]), *sizes[place]) for place, path in names.items()]
    return sorted(files, key=lambda file: -file.shipped)

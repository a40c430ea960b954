"""Compresses what a page fetches as Zstandard, and ships the decoder that pages read it with."""

from __future__ import annotations

import base64
import re
import shutil
from pathlib import Path

from .archives import make_once
from .packages import RuntimeAssemblyError, node_module

__all__ = ["compress", "compress_once", "copy_decoder"]

LEVEL = 19
"""The levels above take a fifth longer and save three thousandths."""

_DECODER = re.compile(r'^const wasm = "([A-Za-z0-9+/]+=*)";$', re.MULTILINE)


def compress(content: bytes, target: Path) -> None:
    """Write `content` under a neutral name: servers that know a suffix treat it in ways of their own."""
    try:
        import zstandard
    except ImportError as error:
        raise RuntimeAssemblyError(f"{error}: run make again, which installs it.") from error
    parameters = zstandard.ZstdCompressionParameters.from_level(
        LEVEL,
        source_size=len(content),
        window_log=max(10, len(content).bit_length()),  # all of it: memory repeats itself far apart
        write_checksum=True,
    )
    packed = zstandard.ZstdCompressor(compression_params=parameters).compress(content)
    target.write_bytes(packed)


def compress_once(root: Path, content: bytes, target: Path) -> None:
    """Compress what seldom changes: the result is kept in `.compiled/`, by content."""
    maker = Path(__file__).read_bytes()
    make_once(root, (maker, content), target, lambda path: compress(content, path))


def copy_decoder(root: Path, target: Path) -> None:
    """Write `zstddec.wasm` and its licence into `target`.

    Its own script embeds the module in a data: address, which the page's security policy bars, and
    reads damaged data forever; `static/zstd.js` stands in its place.
    """
    package = node_module(root, "zstddec")
    script = (package / "dist" / "zstddec-stream.mjs").read_text("utf-8")
    found = _DECODER.search(script)
    if found is None:
        raise RuntimeAssemblyError("zstddec does not hold its WebAssembly as it used to.")
    (target / "zstddec.wasm").write_bytes(base64.b64decode(found[1]))
    shutil.copyfile(package / "LICENSE", target / "zstddec-license.txt")

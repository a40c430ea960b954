"""Compress files that a page fetches with Zstandard, and ship the decoder."""

from __future__ import annotations

import base64
import re
import shutil
from pathlib import Path

from .archives import make_once
from .packages import RuntimeAssemblyError, node_module

__all__ = ["compress", "compress_once", "copy_decoder"]

LEVEL = 19
"""Higher levels take a fifth longer and save only 0.3 percent."""

_DECODER = re.compile(r'^const wasm = "([A-Za-z0-9+/]+=*)";$', re.MULTILINE)


def compress(content: bytes, target: Path, level: int = LEVEL) -> None:
    """Write `content` compressed. Give `target` a neutral suffix: servers treat known ones specially."""
    try:
        import zstandard
    except ImportError as error:
        raise RuntimeAssemblyError(f"{error}. Run make again, which installs it.") from error
    parameters = zstandard.ZstdCompressionParameters.from_level(
        level,
        source_size=len(content),
        window_log=max(10, len(content).bit_length()),  # all, as memory has distant repetitions
        write_checksum=True,
    )
    packed = zstandard.ZstdCompressor(compression_params=parameters).compress(content)
    target.write_bytes(packed)


def compress_once(root: Path, content: bytes, target: Path) -> None:
    """Compress content that rarely changes, caching the result in `.compiled/`."""
    maker = Path(__file__).read_bytes()
    make_once(root, (maker, content), target, lambda path: compress(content, path))


def copy_decoder(root: Path, target: Path) -> None:
    """Write `zstddec.wasm` and its licence into `target`.

    Its own script embeds the module in a data: URL, which the page's security policy blocks, and hangs
    on damaged data. `static/zstd.js` replaces it.
    """
    package = node_module(root, "zstddec")
    script = (package / "dist" / "zstddec-stream.mjs").read_text("utf-8")
    found = _DECODER.search(script)
    if found is None:
        raise RuntimeAssemblyError(
            "zstddec does not contain its WebAssembly as expected. Adapt compression.py to it."
        )
    (target / "zstddec.wasm").write_bytes(base64.b64decode(found[1]))
    shutil.copyfile(package / "LICENSE", target / "zstddec-license.txt")

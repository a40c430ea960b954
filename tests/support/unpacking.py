"""Everything that is in a file of a site: archives, compressed data and written-out bytes, opened to the last."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from html import unescape
from urllib.parse import unquote_to_bytes

import zstandard

__all__ = ["unpacked"]

_BASE64 = (re.compile(rb"[A-Za-z0-9+/]{24,}={0,2}"), re.compile(rb"[A-Za-z0-9_-]{24,}={0,2}"))
_DATA_ADDRESS = re.compile(rb"data:[^,\"'\s]*,([^\"'\s<>]*)")
_PERCENT = re.compile(rb"%[0-9A-Fa-f]{2}")
_ESCAPE = re.compile(rb"\\u([0-9a-fA-F]{4})|\\x([0-9a-fA-F]{2})")
_REFERENCE = re.compile(rb"&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]+);")
_ZSTANDARD, _GZIP, _ZIP = b"\x28\xb5\x2f\xfd", b"\x1f\x8b\x08", b"PK\x03\x04"
_ZLIB = (b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda")
_TO_BASE64 = bytes.maketrans(b"-_", b"+/")
_DEEPEST = 12
_LARGE = 100_000
_IS_TEXT = 0.3
"""More NULs among the first bytes than this part, and it is no text."""


def unpacked(data: bytes, known: set[bytes] | None = None) -> Iterator[bytes]:
    """Yield `data`, and all that can be read in it in another way than as it stands.

    Large parts that are `known` by their digests are left out: a page of one file has them a second time.
    """
    yield from _unpacked(data, set() if known is None else known, 0)


def _unpacked(data: bytes, known: set[bytes], depth: int) -> Iterator[bytes]:
    assert depth < _DEEPEST, "something unpacks to itself"
    if len(data) > _LARGE:
        digest = hashlib.sha256(data).digest()
        if digest in known:
            return
        known.add(digest)
    yield data
    for each in _inside(data, is_guess=depth > 0):
        yield from _unpacked(each, known, depth + 1)


def _inside(data: bytes, *, is_guess: bool) -> Iterator[bytes]:
    """Yield what is packed in `data`. A guess may look like an archive and be none."""
    try:
        if data.startswith(_ZIP):
            with zipfile.ZipFile(io.BytesIO(data)) as packed:
                yield from map(packed.read, packed.namelist())
        elif data.startswith(_GZIP):
            yield gzip.decompress(data)
        elif data.startswith(_ZSTANDARD):
            reader = zstandard.ZstdDecompressor(max_window_size=2**31).stream_reader(
                io.BytesIO(data)
            )
            yield reader.read()
        elif data.startswith(_ZLIB):
            yield zlib.decompress(data)
        elif data.count(b"\0", 0, 4096) <= _IS_TEXT * len(data[:4096]):
            yield from _written_out(data)
    except (zipfile.BadZipFile, zstandard.ZstdError, zlib.error, OSError, EOFError):
        if not is_guess:
            raise


def _written_out(data: bytes) -> Iterator[bytes]:
    for pattern in _BASE64:
        for found in pattern.finditer(data):
            text = found[0].rstrip(b"=").translate(_TO_BASE64)
            if len(text) % 4 != 1:
                yield base64.b64decode(text + b"=" * (-len(text) % 4))
    for found in _DATA_ADDRESS.finditer(data):
        yield unquote_to_bytes(found[1])
    other = data
    if _PERCENT.search(other):
        other = unquote_to_bytes(other)
    if _ESCAPE.search(other):
        other = _ESCAPE.sub(_character, other)
    if _REFERENCE.search(other):
        other = unescape(other.decode("utf-8", "surrogateescape")).encode(
            "utf-8", "surrogateescape"
        )
    if other != data:
        yield other


def _character(found: re.Match[bytes]) -> bytes:
    return chr(int(found[1] or found[2], 16)).encode("utf-8", "replace")

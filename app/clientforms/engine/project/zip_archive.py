"""Read zip archives written by Python, in a page that has not loaded `zipfile`.

`zipimport` accesses the disk six times for each file, which costs more in a browser than
decompressing it. Numbers in comments are sections of PKWARE's APPNOTE, which defines the headers.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["files", "names"]


class _Entry(NamedTuple):
    """A file's entry in the directory of an archive."""

    name: str
    method: int
    checksum: int
    packed_size: int  # bytes
    size: int  # bytes
    header: int  # offset of the file's own header


def names(archive: bytes) -> list[str]:
    """Return the names of the files in the archive. Raises ImportError if it is not a zip archive."""
    return [entry.name for entry in _entries(archive)]


def files(archive: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the name and the content of each file in the archive.

    Raises OSError if a file is damaged, ImportError if `archive` is not a zip archive.
    """
    for entry in _entries(archive):
        try:
            content = _content(archive, entry)
        except (struct.error, zlib.error) as error:
            raise OSError(f"{entry.name} is damaged: {error}.") from error
        if zlib.crc32(content) != entry.checksum:
            raise OSError(f"{entry.name} is damaged.")
        yield entry.name, content


def _entries(archive: bytes) -> Iterator[_Entry]:
    """Yield the entries of files, without those of folders."""
    end = archive.rfind(b"PK\5\6")  # 4.3.16
    try:
        if end < 0:
            raise ValueError("it has no directory")
        count, _, at = struct.unpack_from("<HII", archive, end + 10)
        for _ in range(count):
            entry, at = _entry(archive, at)
            if not entry.name.endswith("/"):
                yield entry
    except (struct.error, ValueError) as error:
        raise ImportError(f"This is not a complete zip archive: {error}.") from error


def _entry(archive: bytes, at: int) -> tuple[_Entry, int]:
    """Return the directory entry at the offset `at`, and the offset of the next one (4.3.12)."""
    signature, method, checksum, packed_size, size, name, extra, comment, header = (
        struct.unpack_from("<4s6xH4xIIIHHH8xI", archive, at)
    )
    if signature != b"PK\1\2":
        raise ValueError(f"no file is named at {at}")
    start = at + 46
    # Python writes all names in UTF-8. Another encoding would need a module that is not loaded yet.
    text = archive[start : start + name].decode("utf-8")
    entry = _Entry(text, method, checksum, packed_size, size, header)
    return entry, start + name + extra + comment


def _content(archive: bytes, entry: _Entry) -> bytes:
    name, extra = struct.unpack_from("<HH", archive, entry.header + 26)  # 4.3.7
    start = entry.header + 30 + name + extra
    packed = archive[start : start + entry.packed_size]
    # By default, Python deflates files or stores them.
    return zlib.decompress(packed, -zlib.MAX_WBITS, entry.size) if entry.method else packed

"""Reads zip archives that Python wrote, in a page, before `zipfile` is there.

The reader in `zipimport` asks the disk six times for each file, and in a browser that costs more than
decompressing it. The numbers in comments are sections of PKWARE's APPNOTE, which says what the headers hold.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import NamedTuple

__all__ = ["files", "names"]


class _Entry(NamedTuple):
    """What the directory of an archive says of a file."""

    name: str
    method: int
    checksum: int
    packed_size: int  # bytes
    size: int  # bytes
    header: int  # where the file's own header begins


def names(archive: bytes) -> list[str]:
    """Return the names of the files in the archive. Raises ImportError for what is none."""
    return [entry.name for entry in _entries(archive)]


def files(archive: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield the names of the files in the archive, each with what it holds.

    Raises OSError for a file that is damaged, ImportError for what is no archive.
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
    """Yield what the archive has of files, not of folders."""
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
        raise ImportError(f"That is no zip archive, or a part of one: {error}.") from error


def _entry(archive: bytes, at: int) -> tuple[_Entry, int]:
    """Return the entry of the directory that begins at `at`, and where the next one does (4.3.12)."""
    signature, method, checksum, packed_size, size, name, extra, comment, header = (
        struct.unpack_from("<4s6xH4xIIIHHH8xI", archive, at)
    )
    if signature != b"PK\1\2":
        raise ValueError(f"no file is named at {at}")
    start = at + 46
    # Python writes all names so. Another encoding would be imported, from an archive that is not here yet.
    text = archive[start : start + name].decode("utf-8")
    entry = _Entry(text, method, checksum, packed_size, size, header)
    return entry, start + name + extra + comment


def _content(archive: bytes, entry: _Entry) -> bytes:
    name, extra = struct.unpack_from("<HH", archive, entry.header + 26)  # 4.3.7
    start = entry.header + 30 + name + extra
    packed = archive[start : start + entry.packed_size]
    # Python deflates, or leaves files as they are, unless it is asked for another method.
    return zlib.decompress(packed, -zlib.MAX_WBITS, entry.size) if entry.method else packed

"""What the memory snapshot holds: bytes by module, before and after compression.

The snapshot names its objects as it is taken (`builder/runtime/snapshot.js`). Of the rest, tables of dictionaries
and the like, each block of C's heap belongs to the module of the first block that points to it.
"""

from __future__ import annotations

import json
import struct
from bisect import bisect_right
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import zstandard

__all__ = ["OTHERS", "Weight", "weights"]

OTHERS = "(C, or told by nothing)"
"""What no module owns: memory of C's own, and what is reached from there alone."""

_HEADERS = (0, 8, 16)
"""Bytes before an object in its block: none, the garbage collector's, and those with a dictionary, too."""

_IN_USE = 2  # a block's size has this bit
_SMALL = 4096  # bytes: modules below this share what they add up to


@dataclass(frozen=True)
class Weight:
    """Bytes in the page's memory, and of the compressed snapshot."""

    raw: int
    packed: int


def weights(raw: bytes, objects: Sequence[tuple[int, str]]) -> dict[str, Weight]:
    """Return the weight of each module in the decompressed snapshot `raw`.

    `objects` holds the address and the module of each. What a module weighs compressed is how
    much smaller the snapshot is without it, scaled so that all add up to the whole.
    """
    memory, used = _memory(raw)
    words = memoryview(memory).cast("I")
    blocks = _blocks(words, sorted(address for address, _ in objects))
    owners = _owners(words, blocks, objects)
    held: dict[str, list[tuple[int, int]]] = {}
    for start, size in blocks.items():
        held.setdefault(owners.get(start, OTHERS), []).append((start, size))
    whole = _packed(memory, used)
    sizes = {module: sum(size for _, size in parts) for module, parts in held.items()}
    saved: dict[str, int] = {}
    for module, parts in held.items():
        if sizes[module] >= _SMALL:
            saved[module] = whole - _packed_without(memory, used, parts)
    small = [module for module in held if module not in saved]
    together = [part for module in small for part in held[module]]
    rest = whole - _packed_without(memory, used, together)
    small_raw = sum(sizes[module] for module in small) or 1
    saved |= {module: rest * sizes[module] // small_raw for module in small}
    below = min(blocks)
    saved["(interpreter)"] = whole - _packed_without(memory, used, [(0, below)])
    sizes["(interpreter)"] = sum(1 for word in words[: below // 4] if word) * 4
    scale = whole / sum(saved.values())
    return {module: Weight(sizes[module], round(saved[module] * scale)) for module in saved}


def _memory(raw: bytes) -> tuple[bytearray, list[tuple[int, int]]]:
    """Return the memory that the snapshot fills, and the start and size of each piece that is not zero."""
    (length,) = struct.unpack_from("<I", raw)
    about = json.loads(raw[4 : 4 + length])
    memory = bytearray(about["length"] - about["offset"] + 4 & ~3)
    place = 4 + length + about["places"][0][1]
    used = []
    for start, size in about["places"][1:]:
        begin = start - about["offset"]
        memory[begin : begin + size] = raw[place : place + size]
        used.append((begin, size))
        place += size
    return memory, used


def _blocks(words: memoryview, addresses: Sequence[int]) -> dict[int, int]:
    """Return the size of each block of the heap that is in use, by its start.

    Nothing tells where the heap begins. It is the first place from which one block follows another to the end.
    """
    for address in addresses:
        for header in _HEADERS:
            blocks = dict(_following(words, address - header))
            if len(blocks) > len(addresses) // 2:
                return blocks
    raise ValueError("no object is in a block of the heap as dlmalloc lays it out")


def _following(words: memoryview, start: int) -> Iterator[tuple[int, int]]:
    while start // 4 < len(words):
        head = words[start // 4 - 1]
        size = head & ~7
        if size < 16:
            return
        if head & _IN_USE:
            yield start, size - 4
        start += size


def _owners(
    words: memoryview, blocks: Mapping[int, int], objects: Sequence[tuple[int, str]]
) -> dict[int, str]:
    """Return the module of each block that an object is in, or that a block with an owner points to."""
    starts = list(blocks)
    owners: dict[int, str] = {}
    for address, module in objects:
        at = bisect_right(starts, address) - 1
        if at >= 0 and address - starts[at] in _HEADERS:
            owners.setdefault(starts[at], module)
    waiting = deque(owners)
    while waiting:
        start = waiting.popleft()
        for word in words[start // 4 : (start + blocks[start]) // 4]:
            for header in _HEADERS:
                if word - header in blocks and word - header not in owners:
                    owners[word - header] = owners[start]
                    waiting.append(word - header)
    return owners


def _packed_without(
    memory: bytearray, used: Sequence[tuple[int, int]], parts: Sequence[tuple[int, int]]
) -> int:
    kept = [bytes(memory[start : start + size]) for start, size in parts]
    for start, size in parts:
        memory[start : start + size] = bytes(size)
    packed = _packed(memory, used)
    for (start, size), content in zip(parts, kept, strict=True):
        memory[start : start + size] = content
    return packed


def _packed(memory: bytearray, used: Sequence[tuple[int, int]]) -> int:
    """Return how many bytes it is compressed at a level that takes a tenth of a second."""
    content = b"".join(memory[start : start + size] for start, size in used)
    parameters = zstandard.ZstdCompressionParameters.from_level(
        1, source_size=len(content), window_log=len(content).bit_length()
    )
    return len(zstandard.ZstdCompressor(compression_params=parameters).compress(content))

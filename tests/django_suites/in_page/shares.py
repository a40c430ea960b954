"""Which tests run if only a share of a suite does; the same in each run."""

import zlib

__all__ = ["is_in_share"]


def is_in_share(test: str, one_in: int) -> bool:
    """Return whether the test of this id is among the one in `one_in` that run."""
    return zlib.crc32(test.encode()) % one_in == 0

"""PBKDF2 in Python, for a page whose Python has no OpenSSL, and a hasher that is not slow by it.

A password protects nothing from a visitor whose browser has the whole database. So it is hashed with fewer
rounds; a server hashes it again, with its own, when the visitor logs in there.
"""

from __future__ import annotations

import hashlib
import hmac

from django.contrib.auth.hashers import PBKDF2PasswordHasher

__all__ = ["PagePBKDF2PasswordHasher", "install"]

_ROUNDS = 1000


class PagePBKDF2PasswordHasher(PBKDF2PasswordHasher):
    """Django's default hasher, with few rounds: its passwords are valid on a server, too."""

    iterations = _ROUNDS


def install() -> None:
    """Add `hashlib.pbkdf2_hmac` if it is missing."""
    if not hasattr(hashlib, "pbkdf2_hmac"):
        setattr(hashlib, "pbkdf2_hmac", _pbkdf2_hmac)  # noqa: B010 - its types are wider


def _pbkdf2_hmac(
    hash_name: str, password: bytes, salt: bytes, iterations: int, dklen: int | None = None
) -> bytes:
    """Return the derived key (RFC 8018, 5.2)."""
    inner = hmac.new(password, digestmod=hash_name)
    size = dklen or inner.digest_size
    key = b""
    while len(key) < size:
        block = inner.copy()
        block.update(salt + (len(key) // inner.digest_size + 1).to_bytes(4))
        last = block.digest()
        result = int.from_bytes(last)
        for _ in range(iterations - 1):
            block = inner.copy()
            block.update(last)
            last = block.digest()
            result ^= int.from_bytes(last)
        key += result.to_bytes(inner.digest_size)
    return key[:size]

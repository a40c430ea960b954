"""The last steps of a build: a site as it was put together becomes one that any host can serve."""

from __future__ import annotations

from collections.abc import Sequence

from .hashing import hashed
from .policy import secured, without_workers
from .site import Site

__all__ = ["ship"]


def ship(site: Site, *, connect: Sequence[str] = ()) -> Site:
    """Return `site` ready for any static host. Raises BuildError where something bars that.

    `connect` are the origins beside its own that the page's scripts may ask.
    """
    return secured(hashed(without_workers(site)), connect=connect)

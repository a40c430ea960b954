"""Which tests of sites run: of those that are there in several places, a share, which is the same in each run.

With `CLIENTFORMS_SITES=all` in the environment (`make sites`), all run.
"""

from __future__ import annotations

import os
import zlib
from collections import defaultdict
from collections.abc import Iterable

import pytest

__all__ = ["left_out"]

IS_WHOLE = os.environ.get("CLIENTFORMS_SITES") == "all"

PLACES = ("visitor", "notes", "admin", "engine", "page_of_engine")
"""The fixtures that say in which place a test runs: a server, a page, or that page in another browser."""

SERVERS = ("server", "on_server")
"""Their parameters for servers, which show that the tests expect what Django does."""

ONE_IN = 3
"""One in how many tests runs on a server, too."""


def left_out(items: Iterable[pytest.Item]) -> list[pytest.Item]:
    """Return the tests of `items` that do not run.

    What runs on a server and in a page runs in the page, and one in three on the server as well. What runs in several
    pages runs in one of them.
    """
    if IS_WHOLE:
        return []
    groups: dict[object, list[pytest.Item]] = defaultdict(list)
    for item in items:
        if place := _place(item):
            groups[_but_for(item, place)].append(item)
    found = []
    for group in groups.values():
        pages = sorted(
            (each for each in group if not _is_on_server(each)), key=lambda each: each.nodeid
        )
        if len(group) > 1:
            number = zlib.crc32(pages[0].nodeid.encode())
            chosen = pages[number % len(pages)]
            is_chosen = number % ONE_IN == 0
            found += [
                each
                for each in group
                if each is not chosen and not (_is_on_server(each) and is_chosen)
            ]
    return found


def _params(item: pytest.Item) -> dict[str, object]:
    return dict(item.callspec.params) if hasattr(item, "callspec") else {}


def _place(item: pytest.Item) -> list[str]:
    return [name for name in PLACES if name in _params(item)]


def _is_on_server(item: pytest.Item) -> bool:
    return any(value in SERVERS for value in _params(item).values())


def _but_for(item: pytest.Item, place: list[str]) -> object:
    rest = {name: repr(value) for name, value in _params(item).items() if name not in place}
    return item.nodeid.partition("[")[0], tuple(sorted(rest.items()))

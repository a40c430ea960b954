"""The switch for what exists only for speed: this folder, stamped rows, and forms that stay cleaned.

With it off, every verdict and every byte of HTML is the same, and all takes longer. The environment variable
`CLIENTFORMS_SHORTCUTS=off` turns it off for a process, so a fault can be looked for without shortcuts, and
all tests but those of the shortcuts themselves can be run so.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["are_on", "turned_off"]

_on = os.environ.get("CLIENTFORMS_SHORTCUTS") != "off"


def are_on() -> bool:
    """Return whether shortcuts may be taken. It is asked when a live form or formset is made."""
    return _on


@contextmanager
def turned_off() -> Iterator[None]:
    """Make live forms and formsets without shortcuts meanwhile."""
    global _on
    before, _on = _on, False
    try:
        yield
    finally:
        _on = before

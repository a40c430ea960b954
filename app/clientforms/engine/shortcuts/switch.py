"""The switch for all optimizations: this folder, stamped rows, and forms that stay cleaned.

Switched off, every verdict and every byte of HTML is the same, only slower. The environment
variable `CLIENTFORMS_SHORTCUTS=off` switches them off for a process, to debug without them. All
tests, except those of the shortcuts, pass that way too.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["are_on", "turned_off"]

_on = os.environ.get("CLIENTFORMS_SHORTCUTS") != "off"


def are_on() -> bool:
    """Return whether shortcuts are on. Live forms and formsets read this when they are made."""
    return _on


@contextmanager
def turned_off() -> Iterator[None]:
    """Switch shortcuts off for live forms and formsets made in the block."""
    global _on
    before, _on = _on, False
    try:
        yield
    finally:
        _on = before

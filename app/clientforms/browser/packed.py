"""The author's Python as `clientforms build` packed it: one archive, put where imports find it."""

from __future__ import annotations

import zipfile
from pathlib import Path

from clientforms.browser.late_imports import look_again

__all__ = ["unpack"]


def unpack(archive: str, folder: str = ".") -> None:
    """Unpack `archive`, which PyScript fetched, into `folder`, and remove it."""
    place = Path(archive)
    with zipfile.ZipFile(place) as packed:
        packed.extractall(folder)
    place.unlink()
    look_again()

"""A site made of the checkout's own page, as `clientforms build` would hand it on."""

from __future__ import annotations

import functools

from clientforms.builder.files import page_files
from clientforms.builder.serve import LivePages
from clientforms.builder.site import Site
from tests.conftest import ROOT

__all__ = ["checkout_site"]


@functools.cache
def checkout_site() -> Site:
    """Return the page with its forms in it, and all files that it may ask for."""
    sent = LivePages(ROOT).get(ROOT / "index.html")
    assert sent, "the page could not be prerendered"
    places = [ROOT / "pyscript.toml", ROOT / "app" / "main.py"]
    places += [ROOT / "app" / name for name in page_files(ROOT)]
    places += [each for each in (ROOT / "static").rglob("*") if not each.name.startswith("bench")]
    files = {
        each.relative_to(ROOT).as_posix(): each.read_bytes()
        for each in sorted(places)
        if each.is_file()
    }
    return Site({**files, "index.html": sent.body})

"""The browser that the benchmarks measure in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, sync_playwright

from tests.support.browsers import REMEDY, find_chromium

__all__ = ["running_chromium"]


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """Run a whole Chromium while the block runs. Raises SystemExit with the remedy if there is none."""
    with sync_playwright() as playwright:
        found = find_chromium(playwright, whole=True)
        if found is None:
            raise SystemExit(REMEDY)
        browser = playwright.chromium.launch(
            executable_path=found.executable_path, args=list(found.arguments)
        )
        try:
            yield browser
        finally:
            browser.close()

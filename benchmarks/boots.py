"""Boots: from the navigation to forms that can be seen, to the first error shown, and to idle."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, TimeoutError

__all__ = ["PAGES", "PLAIN_PYODIDE", "SCRIPT", "Boot", "Boots", "measure", "wait_for"]

SCRIPT = Path(__file__).with_name("boot.js")

PLAIN_PYODIDE = "plain Pyodide"

#: What is booted, by name: the address below the server's.
PAGES = {
    "clientforms": "/",
    PLAIN_PYODIDE: "/benchmarks/pages/pyodide.html",
    "stock PyScript": "/benchmarks/pages/stock.html",
}

PATIENCE = 120_000  # milliseconds; the machine may be shared


@dataclass(frozen=True)
class Boot:
    """One boot, in milliseconds since the navigation. For Pyodide alone `validated` is its end."""

    visible: float
    validated: float
    idle: float
    longest_task: float
    layout_shift: float
    live: float = 0
    """When the forms were live. A page without forms is never."""


@dataclass
class Boots:
    cold: list[Boot] = field(default_factory=list)
    warm: list[Boot] = field(default_factory=list)

    def as_json(self) -> dict[str, list[dict[str, float]]]:
        return {
            "cold": [asdict(each) for each in self.cold],
            "warm": [asdict(each) for each in self.warm],
        }


def measure(
    browser: Browser, urls: Mapping[str, str], *, rounds: int, warm: int = 1, slowdown: int = 1
) -> dict[str, Boots]:
    """Boot each page `rounds` times with an empty cache, and after each `warm` times with a full one.

    `urls` are the pages' addresses by their names. The processor is made as many times slower as `slowdown` says.

    The pages take turns, so that what else the machine does falls on all alike.
    """
    found = {name: Boots() for name in urls}
    for _ in range(rounds):
        for name, url in urls.items():
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            context.add_init_script(path=SCRIPT)
            found[name].cold.append(_boot(context, url, slowdown))
            _boot(
                context, url, slowdown
            )  # the browser keeps compiled code from the second visit on
            found[name].warm += [_boot(context, url, slowdown) for _ in range(warm)]
            context.close()
    return found


def _boot(context: BrowserContext, url: str, slowdown: int) -> Boot:
    page = context.new_page()
    if slowdown != 1:
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": slowdown})
    try:
        # Until it has loaded nothing is asked of the page, for that would be part of what is measured.
        page.goto(url, wait_until="load", timeout=PATIENCE)
        wait_for(page, "boot.validated")
        wait_for(page, "boot.idle()")
        return _read(page)
    finally:
        page.close()


def wait_for(page: Page, expression: str) -> None:
    """Wait until `expression` is true. The policy of a built page bars Playwright's own waiting."""
    patience = time.monotonic() + PATIENCE / 1000
    while not page.evaluate(expression):
        if time.monotonic() > patience:
            raise TimeoutError(f"{expression} at {page.url} is not true after {PATIENCE} ms.")
        page.wait_for_timeout(200)


def _read(page: Page) -> Boot:
    return Boot(
        **page.evaluate(
            """() => ({
                visible: boot.visible,
                validated: boot.validated,
                idle: boot.idle(),
                longest_task: boot.longest(),
                layout_shift: boot.shift(),
                live: boot.live,
            })"""
        )
    )

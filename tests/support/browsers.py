"""Finds a browser for the tests, and installs one if there is none.

`python -m tests.support.browsers` does so before the tests; it says what to do where all fails.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Playwright, sync_playwright

__all__ = ["Chromium", "NoBrowserError", "find_chromium", "main"]

# What Playwright itself takes: a Chromium without windows, whose pages cost a quarter less processor time.
SHELL = "chromium-headless-shell"
SYSTEM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# A whole browser has more than pages in its windows: each of these costs a renderer for each new window,
# a third of all that booting a page in it costs.
_PARTS_OF_WINDOWS = ("WebUIOmniboxPopup", "WebUIOmniboxAimPopup", "WebUIOmniboxFullPopup")

# What Playwright switches off: the last list that a browser is given counts.
_OFF_ANYWAY = (
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
)

# A system browser is a person's browser: without these it looks for updates and a profile.
SYSTEM_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    f"--disable-features={','.join([*_OFF_ANYWAY, *_PARTS_OF_WINDOWS])}",
)

REMEDY = (
    "The tests need Chromium and could not install it. Install one of "
    f"{', '.join(SYSTEM_NAMES)}, or run `.venv/bin/playwright install --with-deps chromium`, "
    "then `make test` again."
)


class NoBrowserError(Exception):
    """There is no browser, and none could be installed."""


@dataclass(frozen=True)
class Chromium:
    """How to launch it: None as the path means Playwright's own."""

    executable_path: str | None
    arguments: tuple[str, ...]


def find_chromium(playwright: Playwright, *, whole: bool = False) -> Chromium | None:
    """Return Playwright's own Chromium if it is installed, else the system's, else None.

    Of the system's, that is the headless shell. A `whole` browser also has a profile, and a cache for pages that
    somebody comes back to.
    """
    if Path(playwright.chromium.executable_path).exists():
        return Chromium(None, ())
    for name in (*SYSTEM_NAMES, SHELL) if whole else (SHELL, *SYSTEM_NAMES):
        if path := shutil.which(name):
            return Chromium(path, SYSTEM_ARGUMENTS)
    return None


def install() -> None:
    """Try Playwright's own download, then the system's packages."""
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        commands.append(["sh", "-c", "apt-get update -qq && apt-get install -y -qq chromium"])
    for command in commands:
        print(f"Installing Chromium: {' '.join(command)}", flush=True)
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        with sync_playwright() as playwright:
            if find_chromium(playwright):
                return
        lines = (done.stderr or done.stdout).splitlines()
        last = [line for line in lines if any(map(str.isalpha, line))][-1:]
        print(f"  that did not work: {''.join(last)}", flush=True)
    raise NoBrowserError(REMEDY)


def main() -> int:
    """Make sure that there is a browser; return the exit status."""
    with sync_playwright() as playwright:
        found = find_chromium(playwright)
    if found is None:
        try:
            install()
        except NoBrowserError as error:
            print(error, file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Typing at human speed into a page that is killed: what the next page offers of it.

Used by tests/browser/test_kills.py, once for each kind of death, and by benchmarks/kills.py, at
random moments.
"""

from __future__ import annotations

import contextlib
import os
import random
import signal
import tempfile
import time
from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Error, Page, Playwright, expect

from tests.browser.live_page import LivePage
from tests.support.browsers import find_chromium
from tests.support.processes import descendants, processes

__all__ = ["KINDS", "PAGE", "PYTHON", "Outcome", "kill", "kill_while_typing", "open_browser"]

KINDS = ("renderer", "browser")
PYTHON = """
    class Letter(forms.Form):
        text = forms.CharField(widget=forms.Textarea)
"""
PAGE = """<form data-draft="letter"><div data-form="case.Letter"></div></form>"""
_WORDS = [
    "stately",
    "plump",
    "buck",
    "mulligan",
    "came",
    "from",
    "the",
    "stairhead",
    "bearing",
    "a",
    "bowl",
    "of",
    "lather",
]


@dataclass(frozen=True)
class Outcome:
    """What was typed until the kill, with when each length was reached, and what came back."""

    kind: str
    seconds: float
    typed: str
    lost: int
    """Characters at the end that did not come back."""
    lost_seconds: float
    """How long before the kill the first of them was typed."""


def kill_while_typing(
    playwright: Playwright, server: str, kind: str, seconds: float, chance: random.Random
) -> Outcome:
    """Type for that many seconds, kill the renderer or the browser, open the page again, restore."""
    with tempfile.TemporaryDirectory(prefix="clientforms-kill-") as profile:
        context, page = open_browser(playwright, profile)
        live = LivePage(page, server).open_case(PAGE, PYTHON)
        control = live.control("text")
        control.focus()
        typed, moments = "", list[float]()
        until = time.monotonic() + seconds
        letters = (letter for _ in iter(int, 1) for letter in f"{chance.choice(_WORDS)} ")
        while time.monotonic() < until:
            letter = next(letters)
            page.keyboard.type(letter)
            typed += letter
            moments.append(time.monotonic())
            page.wait_for_timeout(chance.uniform(40, 160))  # a fast typist's pauses
        killed = time.monotonic()
        kill(profile, kind)
        with contextlib.suppress(Error):
            context.close()
        context, page = open_browser(playwright, profile)
        live = LivePage(page, server).open_case(PAGE, PYTHON)
        page.get_by_role("group", name="Draft").get_by_role("button", name="Restore").click()
        expect(live.control("text")).not_to_have_value("")
        back = live.control("text").input_value()
        context.close()
    assert typed.startswith(back), f"{back!r} is not how {typed!r} begins"
    lost = len(typed) - len(back)
    return Outcome(kind, seconds, typed, lost, killed - moments[len(back)] if lost else 0.0)


def open_browser(playwright: Playwright, profile: str) -> tuple[BrowserContext, Page]:
    """Start a browser whose profile is the folder `profile`, and return it and its page."""
    found = find_chromium(playwright, whole=True)
    assert found
    context = playwright.chromium.launch_persistent_context(
        profile, executable_path=found.executable_path, args=list(found.arguments)
    )
    context.set_default_timeout(30_000)
    return context, context.pages[0]


def kill(profile: str, kind: str) -> None:
    """Kill the processes of the browser with this profile, or those of its renderers."""
    there = processes()
    own = [pid for pid, command in there if f"--user-data-dir={profile}" in command]
    assert own, "the browser is not among the processes"
    if kind == "browser":
        for group in {os.getpgid(pid) for pid in own} - {os.getpgrp()}:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        return
    below = {*own, *descendants(set(own))}
    children = [pid for pid, command in there if "--type=renderer" in command and pid in below]
    assert children, "there is no renderer"
    for pid in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)

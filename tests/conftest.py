"""Fixtures for real things: a server process, a browser, a page that tolerates no complaint."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlsplit

import django
import pytest
from django.conf import settings
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from clientforms.builder.runtime import assembly as runtime
from clientforms.builder.runtime import packages
from tests.support import schedule
from tests.support.browsers import REMEDY, find_chromium
from tests.support.visited_context import CONTEXT, ONE_PROCESS, VisitedContext

ROOT = Path(__file__).resolve().parents[1]

#: For a make of its own: what the make around the tests was told, ARGS for one, is not for it.
MAKING = {
    name: value
    for name, value in os.environ.items()
    if name not in {"ARGS", "MAKEFLAGS", "MAKEOVERRIDES", "MAKELEVEL", "MFLAGS", "OUT"}
}

# A test's page lives for a second or two. What its interpreter runs most often in that time is not worth
# compiling anew with optimizations, which takes the processor from the pages of other tests.
YOUNG_PAGES = "--js-flags=--no-wasm-dynamic-tiering --liftoff-only"

RUNTIME_REMEDY = "run make setup, with the same DJANGO=… as the tests"

# Django as the page has it: no database, no URLs. The page's may be another version: DJANGO=6.1.
settings.configure(USE_TZ=True, TIME_ZONE="UTC", LANGUAGE_CODE="en")
django.setup()


def pytest_report_header() -> str:
    page = packages.package(ROOT, "django").version
    return f"Django: {page} in the page, {django.__version__} outside"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes long. Within a rank the order stays random."""
    items.sort(key=lambda item: schedule.rank(item.nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> schedule.Groups:
    """Keep tests together that share something."""
    return schedule.Groups(config, log)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The development server in the repository's root, which prerenders; yields its address."""
    check_runtime()
    with serving(["-P", str(ROOT / "app/clientforms/builder/serve/checkout_server.py")]) as address:
        yield address


@pytest.fixture(scope="session")
def plain_server() -> Iterator[str]:
    """`python3 -m http.server`, which sends files as they are; yields its address."""
    check_runtime()
    with serving(["-m", "http.server", "--bind", "127.0.0.1"]) as address:
        yield address


def check_runtime() -> None:
    if not runtime.is_current(ROOT):
        asked = packages.package(ROOT, "django").version
        pytest.fail(
            f"static/runtime is not what it should be, with Django {asked}: {RUNTIME_REMEDY}"
        )


@contextmanager
def serving(server: list[str]) -> Iterator[str]:
    """Run a server of the repository's root, given as arguments of Python; yields its address."""
    at = ["--port", "{port}"] if server[-1].endswith("checkout_server.py") else ["{port}"]
    with serving_folder(ROOT, [sys.executable, *server, *at]) as address:
        yield address


@contextmanager
def serving_folder(
    folder: Path,
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    seconds: float = 20,
) -> Iterator[str]:
    """Run a server in `folder`, `{port}` in its arguments being a free one; yields its address.

    It has to answer after so many seconds.
    """
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = str(free.getsockname()[1])
    process = subprocess.Popen(
        [each.replace("{port}", port) for each in command],
        cwd=folder,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address, process, seconds)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def wait_for(address: str, process: subprocess.Popen, seconds: float = 20) -> None:
    """Ask until the server answers. Raises RuntimeError where it ended or time is up."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=1).close()
        except HTTPError:
            return
        except (URLError, ConnectionError, TimeoutError):
            continue
        return
    raise RuntimeError(f"{address} does not answer; the server's status is {process.poll()}.")


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """What starts browsers; one for all tests."""
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all tests."""
    found = find_chromium(playwright)
    if found is None:
        pytest.fail(REMEDY)
    browser = playwright.chromium.launch(
        executable_path=found.executable_path, args=[*found.arguments, YOUNG_PAGES, ONE_PROCESS]
    )
    yield browser
    browser.close()


class Complaints:
    """What a page said on the console or asked of strangers. Unexpected, it fails the test."""

    def __init__(self, origin: str) -> None:
        self.heard: list[str] = []
        self._expected: list[str] = []
        self._allowed: list[str] = []
        self._origins = {origin}

    def expect(self, pattern: str) -> None:
        """The test provokes a complaint that fits the regular expression; it has to come."""
        self._expected.append(pattern)

    def allow(self, pattern: str) -> None:
        """Whether the page complains like this is chance: it may ask a server just when that is gone."""
        self._allowed.append(pattern)

    def allow_origin(self, url: str) -> None:
        """The test itself sends the page to another server."""
        self._origins.add(origin_of(url))

    def watch(self, page: Page) -> None:
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("pageerror", lambda error: self.heard.append(f"page error: {error}"))
        page.on("request", lambda request: self._request(request.url))

    def unexpected(self) -> list[str]:
        return [
            text
            for text in self.heard
            if not any(re.search(pattern, text) for pattern in self._expected + self._allowed)
        ]

    def missing(self) -> list[str]:
        return [
            pattern
            for pattern in self._expected
            if not any(re.search(pattern, text) for text in self.heard)
        ]

    def _console(self, kind: str, text: str) -> None:
        if kind == "error":
            self.heard.append(f"console: {text}")

    def _request(self, url: str) -> None:
        if not url.startswith(("data:", "blob:")) and origin_of(url) not in self._origins:
            self.heard.append(f"request to another origin: {url}")


def origin_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


@pytest.fixture
def complaints(server: str) -> Complaints:
    return Complaints(server)


@pytest.fixture(scope="session")
def visited(chromium: Browser, server: str) -> Iterator[VisitedContext]:
    """A browser that has been here before, for all tests but those of a `first_visit`."""
    visited = VisitedContext(chromium, server)
    yield visited
    visited.close()


@pytest.fixture
def page(
    request: pytest.FixtureRequest, chromium: Browser, complaints: Complaints
) -> Iterator[Page]:
    """A page of its own for each test; console errors, page errors and strangers fail it."""
    if request.node.get_closest_marker("first_visit"):
        context = chromium.new_context(**CONTEXT)
        page = context.new_page()
        leave = context.close
    else:
        visited = request.getfixturevalue("visited")
        page = visited.new_page()
        leave = visited.leave
    page.set_default_timeout(15_000)
    complaints.watch(page)
    yield page
    leave()
    assert complaints.unexpected() == []
    assert complaints.missing() == []

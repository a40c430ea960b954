"""Two pages for all of Django's suites: to boot one costs as much as many tests."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Playwright

from tests.conftest import Complaints
from tests.django_suites.source import FORMS, SITE
from tests.django_suites.suites_page import SuitesPage
from tests.support.browsers import REMEDY, find_chromium
from tests.support.visited_context import ONE_PROCESS

FIGURES = "figures"


def pytest_terminal_summary(terminalreporter):
    reports = [
        report for each in ("passed", "failed") for report in terminalreporter.getreports(each)
    ]
    said = [line for report in reports for name, line in report.user_properties if name == FIGURES]
    for line in sorted(set(said)):
        terminalreporter.write_line(line)


@pytest.fixture
def say(record_property):
    """Add a line to what pytest prints at the end, whichever process runs the test."""
    return lambda line: record_property(FIGURES, line)


@pytest.fixture(scope="package")
def optimizing_chromium(playwright: Playwright) -> Iterator[Browser]:
    """A browser that compiles the interpreter with optimizations: here it runs for long, and twice as fast."""
    found = find_chromium(playwright)
    if found is None:
        pytest.fail(REMEDY)
    browser = playwright.chromium.launch(
        executable_path=found.executable_path, args=[*found.arguments, ONE_PROCESS]
    )
    yield browser
    browser.close()


@pytest.fixture(scope="package")
def forms_page(optimizing_chromium, server):
    """A page with forms that holds Django's own tests of them, and is ready to run them."""
    yield from _opened(optimizing_chromium, server, FORMS)


@pytest.fixture(scope="package")
def site_page(optimizing_chromium, server):
    """A page with a site that holds Django's own tests of views, queries and the like."""
    yield from _opened(optimizing_chromium, server, SITE, is_site=True)


def _opened(
    browser: Browser, server: str, suites: tuple[str, ...], *, is_site: bool = False
) -> Iterator[SuitesPage]:
    complaints = Complaints(server)
    page = browser.new_page()
    complaints.watch(page)
    yield SuitesPage(page, server, suites, is_site=is_site).open()
    page.close()
    assert complaints.unexpected() == []

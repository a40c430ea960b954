"""One page for all of Django's suites: its boot costs as much as many tests."""

import pytest

from tests.conftest import Complaints
from tests.django_suites.suites_page import SuitesPage

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
def suites(chromium, server):
    """A page that holds Django's own tests and is ready to run them."""
    complaints = Complaints(server)
    page = chromium.new_page()
    complaints.watch(page)
    yield SuitesPage(page, server).open()
    page.close()
    assert complaints.unexpected() == []

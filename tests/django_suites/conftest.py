"""One page for all of Django's suites: its boot costs as much as many tests."""

import pytest

from tests.conftest import Complaints
from tests.django_suites.suites_page import SuitesPage

FIGURES = pytest.StashKey[list[str]]()


def pytest_configure(config):
    config.stash[FIGURES] = []


def pytest_terminal_summary(terminalreporter, config):
    for line in sorted(config.stash[FIGURES]):
        terminalreporter.write_line(line)


@pytest.fixture
def say(request):
    """Add a line to what pytest prints at the end."""
    return request.config.stash[FIGURES].append


@pytest.fixture(scope="package")
def suites(chromium, server):
    """A page that holds Django's own tests and is ready to run them."""
    complaints = Complaints(server)
    page = chromium.new_page()
    complaints.watch(page)
    yield SuitesPage(page, server).open()
    page.close()
    assert complaints.unexpected() == []

"""A page of forms in a real browser: short words for what a user does there."""

import pytest

from tests.browser.live_page import LivePage


@pytest.fixture
def live(page, server):
    """The project's own page, booted."""
    return LivePage(page, server).open_index()


@pytest.fixture
def author(page, server):
    """A page that a test writes itself: `author(html, python)`."""
    return LivePage(page, server).open_case

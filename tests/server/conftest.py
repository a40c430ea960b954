"""Fixtures of tests that have an `address`, that of a project's server."""

from functools import partial

import pytest

from tests.server.visits import allow_visits, open_live


@pytest.fixture
def visitor(page, complaints, address):
    """A page that may visit the project."""
    allow_visits(page, complaints, address)
    return page


@pytest.fixture
def visit(visitor, address):
    """A function that opens the page with this path, live."""
    return partial(open_live, visitor, address)

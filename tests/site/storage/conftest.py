"""The page of a small site that keeps its data, and databases of its versions."""

import pytest

from tests.conftest import Complaints
from tests.site.storage.stored_page import (
    StoredPage,
    migrated,
    names_of_project,
    second_version,
    serve,
)
from tests.support.visited_context import CONTEXT


@pytest.fixture(scope="session")
def first_database():
    """The database that the first version of the site ships."""
    return migrated(names_of_project(), "Account.objects.create(name='cash')")


@pytest.fixture(scope="session")
def second_database():
    """The database that the second version ships."""
    return migrated(second_version(), "Account.objects.create(name='bank')")


@pytest.fixture(scope="module")
def booted(chromium, server, first_database):
    """A page of the first version, for all tests of a module: its boot costs as much as most of them."""
    complaints = Complaints(server)
    context = chromium.new_context(**CONTEXT)
    page = context.new_page()
    complaints.watch(page)
    serve(context, server, "v1", names_of_project(), first_database)
    yield StoredPage(page, server).open()
    context.close()
    assert complaints.unexpected() == []


@pytest.fixture
def ledger(booted):
    """The page, with nothing stored."""
    booted.page.evaluate(
        """() => new Promise((resolve, reject) => {
            const request = indexedDB.deleteDatabase("clientforms-site:ledger");
            Object.assign(request, {onsuccess: resolve, onerror: reject, onblocked: reject});
        })"""
    )
    booted.visit_again()
    return booted

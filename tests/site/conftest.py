"""The project behind its own server and in a page, and a visitor of either."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.conftest import ROOT, serving_folder
from tests.site.visitor import ServerVisitor, Visitor
from tests.support.visited_context import CONTEXT

PROJECT = ROOT / "tests" / "site" / "project"


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, since a server writes its database and files beside it."""
    folder = tmp_path_factory.mktemp("battery") / "project"
    ignored = shutil.ignore_patterns("__pycache__", "db.sqlite3", "media")
    return shutil.copytree(PROJECT, folder, ignore=ignored)


@pytest.fixture(scope="session")
def project_server(project: Path) -> Iterator[str]:
    """`manage.py runserver` with a file database; yields its address."""
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "--verbosity=0"], cwd=project, check=True, timeout=60)
    command = [*manage, "runserver", "--noreload", "--insecure", "{port}"]
    with serving_folder(project, command) as address:
        yield address


@pytest.fixture(scope="session")
def server_visitor(chromium: Browser, project_server: str) -> Iterator[ServerVisitor]:
    context = chromium.new_context(**CONTEXT)
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield ServerVisitor(page, project_server)
    context.close()


@pytest.fixture(params=["server"])
def visitor(request: pytest.FixtureRequest) -> Visitor:
    """Somebody who visits the project, which is as its fixture has it."""
    found = request.getfixturevalue(f"{request.param}_visitor")
    found.start_afresh()
    return found

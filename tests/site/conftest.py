"""The project behind its own server and in a page, and a visitor of either."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from clientforms.builder import cli
from tests.conftest import ROOT, check_runtime, serving_folder
from tests.site import shares
from tests.site.visitor import PageVisitor, ServerVisitor, Visitor
from tests.support import sites
from tests.support.visited_context import CONTEXT

PROJECT = ROOT / "tests" / "site" / "project"


PATIENCE = 240  # seconds


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what `shares` says."""
    if gone := shares.left_out(items):
        config.hook.pytest_deselected(items=gone)
        ids = {each.nodeid for each in gone}
        items[:] = [each for each in items if each.nodeid not in ids]


@pytest.fixture(autouse=True)
def _not_forever() -> Iterator[None]:
    """End the browsers of a test that waits forever: promises of a page have no time limit, and the test fails then."""
    timer = threading.Timer(PATIENCE, _end_browsers, [os.getpid()])
    timer.daemon = True
    timer.start()
    yield
    timer.cancel()


def _end_browsers(ancestor: int) -> None:
    parents = {}
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):  # it has ended meanwhile
            name, _, rest = (folder / "stat").read_text().rpartition(")")
            parents[int(folder.name)] = (int(rest.split()[1]), name)
    for pid, (_, name) in parents.items():
        above = pid
        while above in parents and above != ancestor:
            above = parents[above][0]
        if above == ancestor and "chrom" in name:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project, since a server writes its database and files beside it."""
    folder = tmp_path_factory.mktemp("project") / "project"
    return shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("__pycache__"))


@pytest.fixture(scope="session")
def project_server(project: Path) -> Iterator[str]:
    """`manage.py runserver` with a file database; yields its address."""
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "--verbosity=0"], cwd=project, check=True, timeout=60)
    command = [*manage, "runserver", "--noreload", "--insecure", "{port}"]
    with serving_folder(project, command) as address:
        yield address


@pytest.fixture(scope="session")
def built_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a static page that has the project in it."""
    check_runtime()
    out = tmp_path_factory.mktemp("site") / "out"
    options = ["--template", str(PROJECT.parent / "page.html"), "--out", str(out)]
    assert cli.main(["build-site", str(PROJECT / "manage.py"), *options]) == 0
    return out


@pytest.fixture(scope="session")
def site_address(built_site: Path) -> Iterator[str]:
    """The address of that page."""
    with sites.serving_folder(built_site) as address:
        yield address


@pytest.fixture(scope="session")
def server_visitor(chromium: Browser, project_server: str) -> Iterator[ServerVisitor]:
    """Somebody who visits the server."""
    context = chromium.new_context(**CONTEXT)
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield ServerVisitor(page, project_server)
    context.close()


@pytest.fixture(scope="session")
def page_visitor(chromium: Browser, site_address: str) -> Iterator[PageVisitor]:
    """Somebody who visits the page."""
    context = chromium.new_context(**CONTEXT)
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield PageVisitor(page, site_address)
    context.close()


@pytest.fixture(params=["server", "page"])
def visitor(request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Somebody who visits the project, which is as its fixture has it."""
    found = request.getfixturevalue(f"{request.param}_visitor")
    found.start_afresh()
    yield found
    assert found.uncaught() == []

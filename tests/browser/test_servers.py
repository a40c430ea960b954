"""A built page behind servers as they are installed, at their root and in a folder: the battery of every page."""

import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.battery import TEN, check_errors, check_page, wait_until_live
from tests.browser.live_page import LivePage
from tests.browser.test_built_site import VIOLATIONS
from tests.conftest import wait_for
from tests.support.servers import SERVERS, command
from tests.support.sites import build
from tests.support.visited_context import keep_compiled

PLACES = ("/", "/a/sub/path/")
OTHER_WAYS = ("/a/sub/path", "/a/sub/path/index.html")
CASES = [case for case in TEN if case.name in ("survey", "trip", "application")] + [
    case for case in TEN if case.target.startswith("tournament")
]


@pytest.fixture(scope="module")
def root():
    """The built site at the root and in a folder, where servers that give up their rights can read it."""
    folder = Path(tempfile.mkdtemp(prefix="clientforms-served-"))
    out = build(folder / "site", *(case.target for case in CASES))
    shutil.copytree(out, folder / "copy")
    shutil.copytree(folder / "copy", out / "a" / "sub" / "path")
    folder.chmod(0o755)
    yield out
    shutil.rmtree(folder)


@contextmanager
def running(server, root):
    with tempfile.TemporaryDirectory(prefix="clientforms-server-") as name, socket.socket() as free:
        work = Path(name)
        work.chmod(0o777)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        start = command(server, root, work, port)
        if start is None:
            pytest.skip(f"{server} is not installed: python -m tests.support.servers")
        with (work / "said").open("wb") as said:
            process = subprocess.Popen(start, cwd=work, stdout=said, stderr=said)
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(address, process)
            yield address
        except RuntimeError as error:
            raise RuntimeError((work / "said").read_text("utf-8")[-2000:]) from error
        finally:
            process.terminate()
            process.wait(10)


@pytest.fixture(scope="module")
def browsing(chromium, plain_server):
    """For each server a first visit, since each is an origin of its own: but not for the interpreter's code."""
    with chromium.new_context(service_workers="block") as context:
        keep_compiled(context.new_page(), plain_server)
        yield context


@pytest.mark.parametrize("server", SERVERS)
def test_the_page_works_behind(server, browsing, root):
    html = (root / "index.html").read_text("utf-8")
    with running(server, root) as address:
        for place in (*PLACES, *OTHER_WAYS):
            page = browsing.new_page()
            page.set_default_timeout(15_000)
            page.add_init_script(VIOLATIONS)
            live = LivePage(page, address)
            if place in PLACES:
                check_page(live, address + place, html, CASES)
            else:
                page.goto(address + place, wait_until="commit")
                wait_until_live(live)
                check_errors(live, CASES[0])
            expect(page.locator("[data-formset-handle]").first).to_be_visible()
            rows = page.locator("[data-formset-row]")
            count = rows.count()
            page.locator('[data-formset-action="add"]').click()
            expect(rows).to_have_count(count + 1)
            assert page.evaluate("violations") == []
            assert page.evaluate("document.querySelector('[data-boot-error]').hidden")
            page.close()


@pytest.mark.parametrize("server", SERVERS)
def test_the_page_works_without_the_network_once_it_came_from(server, chromium, root):
    context = chromium.new_context()
    page = context.new_page()
    with running(server, root) as address:
        live, place = LivePage(page, address), f"{address}{PLACES[-1]}"
        page.goto(place, wait_until="commit")
        wait_until_live(live)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
        page.goto("about:blank")
    check_page(live, place, (root / "index.html").read_text("utf-8"), CASES)
    context.close()

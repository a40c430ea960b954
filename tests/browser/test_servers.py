"""The built page behind servers as they are installed, at their root and in a folder."""

import shutil
import socket
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import expect

from clientforms.builder.shipping import ship
from clientforms.builder.site import write_site
from tests.browser.test_built_site import VIOLATIONS, wait_until_live
from tests.conftest import wait_for
from tests.support.servers import SERVERS, command
from tests.support.sites import checkout_site

PLACES = ("/", "/a/sub/path/", "/a/sub/path", "/a/sub/path/index.html")


@pytest.fixture(scope="module")
def root():
    """The built site at the root and in a folder, where servers that give up their rights can read it."""
    folder = Path(tempfile.mkdtemp(prefix="clientforms-served-"))
    out = folder / "site"
    write_site(ship(checkout_site()), out)
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


@pytest.mark.parametrize("server", SERVERS)
def test_the_page_works_behind(server, chromium, root):
    with running(server, root) as address:
        for place in PLACES:
            context = chromium.new_context(service_workers="block")
            page = context.new_page()
            page.set_default_timeout(15_000)
            page.add_init_script(VIOLATIONS)
            page.goto(address + place, wait_until="commit")
            live = wait_until_live(page, address)
            live.type("articles-0-slug", "no slug")
            live.expect_errors("articles-0-slug", "Use letters, digits, hyphens and underscores.")
            live.button("articles", "add").click()
            expect(live.rows("articles")).to_have_count(4)
            expect(page.locator("[data-formset-handle]").first).to_be_visible()
            assert page.evaluate("violations") == []
            assert page.evaluate("document.querySelector('[data-boot-error]').hidden")
            context.close()


@pytest.mark.parametrize("server", SERVERS)
def test_the_page_opens_without_the_network_once_it_came_from(server, chromium, root):
    context = chromium.new_context()
    page = context.new_page()
    with running(server, root) as address:
        page.goto(f"{address}/a/sub/path/", wait_until="commit")
        wait_until_live(page, address)
        page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.reload(wait_until="commit")
    live = wait_until_live(page, address)
    live.type("articles-0-slug", "no slug")
    live.expect_errors("articles-0-slug", "Use letters, digits, hyphens and underscores.")
    context.close()

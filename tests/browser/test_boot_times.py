"""How long a built page takes until it is live: from a disk and without its server, beside over http."""

import pytest
from playwright.sync_api import expect

from clientforms.builder.output.site_files import write_site
from clientforms.builder.site.delivery import ALONE, ship
from tests.browser.live_page import BOOT
from tests.support.fickle import FickleServer
from tests.support.sites import checkout_site

ROUNDS = 12  # at most: others use the machine too, and what takes longer than it must says nothing

NOTE = """document.addEventListener("clientforms:ready", () => {
    document.documentElement.dataset.readyAfter = performance.now();
});"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    out = tmp_path_factory.mktemp("timed") / "site"
    write_site(ship(checkout_site()), out)
    return out


def boot(context, address):
    """Return how many milliseconds the page took."""
    page = context.new_page()
    page.add_init_script(NOTE)
    page.goto(address, wait_until="commit")
    root = page.locator("html[data-ready-after]")
    expect(root).to_be_attached(timeout=BOOT)
    taken = float(root.get_attribute("data-ready-after"))
    page.close()
    return taken


def ratio(measured, beside, enough):
    """Return the best time of `measured` by that of `beside`, both run in turn until it is `enough`."""
    times = []
    for _ in range(ROUNDS):
        times.append((measured(), beside()))
        best = min(each for each, _ in times) / min(each for _, each in times)
        if len(times) > 1 and best <= enough:
            break
    return best


def test_from_a_disk_it_takes_at_most_half_as_long_again_as_a_first_visit(chromium, folder):
    """A page from a disk can keep nothing that it has unpacked: each of its visits is a first one."""
    server = FickleServer(folder).start()
    alone = (folder / ALONE).as_uri()

    def first_visit(address, **options):
        context = chromium.new_context(**options)
        taken = boot(context, address)
        context.close()
        return taken

    found = ratio(
        lambda: first_visit(alone, offline=True),
        lambda: first_visit(server.address, service_workers="block"),
        1.5,
    )
    server.stop()
    assert found <= 1.5


def test_without_its_server_it_takes_about_as_long_as_with_it(chromium, folder):
    gone, there = FickleServer(folder).start(), FickleServer(folder).start()
    kept = chromium.new_context()
    page = kept.new_page()
    page.goto(gone.address)
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.close()
    gone.stop()
    warm = chromium.new_context(service_workers="block")
    boot(warm, there.address)  # what it fetched is in the browser's cache from now on
    found = ratio(lambda: boot(kept, gone.address), lambda: boot(warm, there.address), 1.2)
    there.stop()
    kept.close()
    warm.close()
    assert found <= 1.2

"""The gallery: each example becomes live, says a rule's error, and shows its source as it is."""

import pytest
from playwright.sync_api import expect

from tests.browser.battery import wait_until_live
from tests.browser.live_page import LivePage
from tests.support.sites import serving_folder
from tools.gallery import SOURCES, examples

REFUSED = {
    "invoice": ("sections-1-title", "Design", "Two sections have the same title."),
    "delivery": ("phone", "none", "Digits and spaces, please."),
    "membership": ("nickname", "grace", "grace is taken."),
    "letter": ("letter", "Dear council,", "2 words so far."),
    "import": ("members", b"name,email\nAda,ada.example.org\n", "Line 2, email: Enter a valid"),
    "timesheet": ("entries-497-begin", "10:00", "entries overlap at 10:00."),
    "reisekosten": ("iban", "DE98 3704 0044 0532 0130 00", "Vielleicht ein Zahlendreher?"),
    "conference": ("guests-0-age", "121", "تحقق من أن تكون هذه القيمة أقل من 120 أو مساوية لها."),
    "workshop": ("email", "nobody", "Enter a valid email address."),
}


@pytest.fixture
def page(chromium, complaints):
    """A page without service workers: nine of them at work would take the time of the tests."""
    context = chromium.new_context(service_workers="block")
    page = context.new_page()
    page.set_default_timeout(15_000)
    complaints.watch(page)
    yield page
    context.close()
    assert complaints.unexpected() == []


def test_each_example_is_live_says_an_error_and_shows_its_source(page, complaints, documented_site):
    assert [example.name for example in examples()] == list(REFUSED)
    with serving_folder(documented_site) as address:
        complaints.allow_origin(address)
        live = LivePage(page, address)
        for example in examples():
            page.goto(f"{address}docs/gallery/{example.name}/")
            wait_until_live(live)
            break_a_rule(live, *REFUSED[example.name])
            shown = page.locator("[data-file]").evaluate_all(
                "blocks => blocks.map(block => [block.dataset.file, block.textContent])"
            )
            sources = SOURCES / example.name
            assert shown == [[file, (sources / file).read_text("utf-8")] for file in example.files]
            expect(page.locator(".gallery-command")).to_have_text(example.command)


def break_a_rule(live, name, typed, said):
    if isinstance(typed, bytes):
        file = {"name": "members.csv", "mimeType": "text/csv", "buffer": typed}
        live.control(name).set_input_files([file])
    else:
        live.type(name, typed)
    expect(live.page.locator(".gallery-live form")).to_contain_text(said, timeout=15_000)

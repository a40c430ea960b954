"""Servers die, connections break and come back, while a page sends: each submission is saved once.

CLIENTFORMS_FAULTS says how many submissions a seed makes.
"""

import os
import random
import threading

import pytest
from playwright.sync_api import expect

from tests.server.asking_ponies import AskingPonies
from tests.server.forked_server import ForkedServer
from tests.server.held_answers import HeldAnswers
from tests.server.visits import allow_visits, open_live

SUBMISSIONS = int(os.environ.get("CLIENTFORMS_FAULTS", "60"))
LARGEST = 200_000  # bytes of a file
PAUSE = 0.05  # seconds: so that a fault comes in the middle of what a page does

# Fills the form and submits it, for each title and size of a file, as soon as it is free again.
SUBMITTING = """async ([name, parcels]) => {
    const form = document.querySelector("form[data-send]");
    const {title, content} = form.elements;
    const changed = (control) => {
        control.dispatchEvent(new InputEvent("input", {bubbles: true}));
        control.dispatchEvent(new Event("change", {bubbles: true}));
    };
    window.made = 0;
    const go = async () => {
        for (const [text, size] of parcels) {
            title.value = text;
            changed(title);
            if (size) {
                const chosen = new DataTransfer();
                chosen.items.add(new File([new Uint8Array(size).fill(size % 251)], `${text}.bin`));
                content.files = chosen.files;
                changed(content);
            }
            form.requestSubmit(form.querySelector("button"));
            while (title.value || form.dataset.sendState === "sending") {
                await new Promise((resolve) => setTimeout(resolve, 5));
            }
            window.made += 1;
        }
    };
    go();
}"""


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    return AskingPonies(tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="module")
def forked(project):
    server = ForkedServer(project, "/parcel/")
    yield server
    server.end()


@pytest.fixture
def mortal(forked, project, complaints):
    """The server, running, with an empty database; its pages may say that it is gone."""
    project.trouble("")
    project.sql("DELETE FROM ponies_parcel")
    project.sql("DELETE FROM clientforms_submission")
    forked.start()
    for pattern in (
        "ERR_CONNECTION",
        "ERR_EMPTY_RESPONSE",
        "ERR_SOCKET",
        "ERR_INTERNET",
        "WebSocket connection to",
        "asks for a connection. The page leaves this rule",
        "status of (409|503)",
    ):
        complaints.allow(pattern)
    yield forked
    project.trouble("")


class Faults:
    """What happens to the server, and to the connection of the pages, as chance has it."""

    def __init__(self, chance, project, server, context):
        self._chance = chance
        self._project = project
        self._server = server
        self._context = context
        self._next = []

    def next(self):
        """Let something happen in the middle of what is under way."""
        threading.Event().wait(self._chance.random() * PAUSE)
        if not self._next:  # no kind is left out
            self._next = ["kill", "restart", "dies", "offline", "online"]
            self._chance.shuffle(self._next)
        match kind := self._next.pop():
            case "kill":
                self._server.kill()
            case "restart":
                self._server.kill()
                self._project.trouble("")
                self._server.start()
            case "dies":  # with the next POST, after that is saved
                self._server.start()
                self._project.trouble("dies")
            case "offline" | "online":
                self._context.set_offline(kind == "offline")

    def end(self):
        """Let all be well."""
        self._project.trouble("")
        self._server.start()
        self._context.set_offline(True)
        self._context.set_offline(False)  # pages get the event


def parcels_of(chance, name, count):
    """Return titles, and sizes of files, 0 for none."""
    return [
        [f"{name}-{number}", chance.choice([0, 0, chance.randint(1, LARGEST)])]
        for number in range(count)
    ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_is_lost_or_doubled_whatever_fails(page, project, mortal, complaints, seed):
    chance = random.Random(seed)
    pages = {"a": page, "b": page.context.new_page()} if seed == 2 else {"a": page}
    share = SUBMISSIONS // len(pages)
    wanted = {name: parcels_of(chance, name, share) for name in pages}
    for name, each in pages.items():
        allow_visits(each, complaints, mortal.address)
        open_live(each, mortal.address, "/parcel/")
        each.evaluate(SUBMITTING, [name, wanted[name]])
    faults = Faults(chance, project, mortal, page.context)
    for each in pages.values():
        made = 0
        while made < share:
            made = min(share, made + chance.randint(1, 8))
            each.wait_for_function(f"made >= {made}", polling=10, timeout=60_000)
            faults.next()
    faults.end()
    for each in pages.values():
        expect(each.locator("[data-outbox-entry]")).to_have_count(0, timeout=60_000)
    saved = project.sql("SELECT title, content FROM ponies_parcel ORDER BY id")
    media = project.folder / "media"
    arrived = [
        [title, (media / content).stat().st_size if content else 0] for title, content in saved
    ]
    for name in pages:
        assert [each for each in arrived if each[0].startswith(f"{name}-")] == wanted[name]
    assert len(arrived) == share * len(pages)


@pytest.fixture
def visit(page, complaints, mortal):
    """A function that opens the page of parcels, live, and connected with the server."""

    def go():
        allow_visits(page, complaints, mortal.address)
        live = open_live(page, mortal.address, "/parcel/")
        live.type("title", "salt")
        expect(page.locator("[aria-busy]")).to_have_count(0)
        return live

    return go


def press(live):
    live.page.get_by_role("button", name="Send", exact=True).first.click()


def test_a_submit_waits_for_no_answer_of_a_server_that_died(visit, project, mortal):
    live = visit()
    live.type("title", "tea", leave=False)
    mortal.kill()
    press(live)
    expect(live.page.locator("[data-outbox-entry]")).to_contain_text("tea")
    mortal.start()
    live.page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(live.page.locator("#place")).to_contain_text("tea has arrived.")
    assert project.sql("SELECT title FROM ponies_parcel") == [("tea",)]


def test_a_submit_does_not_wait_forever_for_a_late_answer(page, visit, project):
    answers = HeldAnswers(page)
    live = visit()
    answers.hold()
    live.type("title", "tea", leave=False)
    press(live)
    expect(live.page.locator("form[data-send]")).to_have_attribute("aria-busy", "true")
    expect(live.page.locator("#place")).to_contain_text("tea has arrived.", timeout=15_000)
    assert project.sql("SELECT title FROM ponies_parcel") == [("tea",)]

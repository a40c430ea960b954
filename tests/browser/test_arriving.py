"""A page that arrives in pieces, as over a slow line: what is shown stays where it is."""

import http.server
import re
import threading
import urllib.request

import pytest
from playwright.sync_api import expect

from tests.browser.live_page import BOOT
from tests.browser.test_boot import SHIFTS
from tests.conftest import ROOT

pytestmark = pytest.mark.first_visit

PIECE = 150  # characters at least: a field is some 250
FRAMES = """
    (function frame() {
        if (document.readyState === "loading")
            fetch("/painted").then(() => requestAnimationFrame(frame));
    })();"""


class InPieces(http.server.SimpleHTTPRequestHandler):
    """Sends `page` piece by piece, each when the one before has been painted; files as they are."""

    page = ""
    painted = threading.Semaphore(0)

    def __init__(self, *given):
        super().__init__(*given, directory=str(ROOT))

    def log_message(self, *_):
        """Say nothing."""

    def do_GET(self):
        if self.path == "/painted":
            self.painted.release()
            self.send_response(204)
            self.end_headers()
        elif self.path == "/":
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            for piece in pieces(self.page):
                self.wfile.write(piece.encode())
                for _ in range(2):
                    self.painted.acquire(timeout=10)
        else:
            super().do_GET()


class Patient(http.server.ThreadingHTTPServer):
    request_queue_size = 128  # a page asks for many files at once; more than 5 were refused


def pieces(page):
    """Yield what is before the forms, then pieces that end with a tag, then what is after them."""
    before, rest = page.split("<main", 1)
    forms, after = rest.rsplit("</main>", 1)
    yield before
    piece = "<main"
    for each in re.findall(r"[^<]*<[^>]*>|[^<]+$", forms):
        piece += each
        if len(piece) >= PIECE:
            yield piece
            piece = ""
    yield f"{piece}</main>{after}"


@pytest.fixture
def slow_server(server):
    with urllib.request.urlopen(f"{server}/index.html") as answer:
        InPieces.page = answer.read().decode()
    slow = Patient(("127.0.0.1", 0), InPieces)
    threading.Thread(target=slow.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{slow.server_port}"
    slow.shutdown()
    slow.server_close()


@pytest.mark.parametrize("width", [1280, 700, 360])
def test_nothing_jumps_while_the_page_arrives(page, slow_server, complaints, width):
    complaints.allow_origin(slow_server)
    page.set_viewport_size({"width": width, "height": 2800})  # all of it is seen
    page.add_init_script(SHIFTS + FRAMES)
    page.goto(slow_server, wait_until="commit")
    expect(page.locator(".boot")).to_be_attached(timeout=BOOT)  # it comes last
    expect(page.locator(".boot")).to_be_hidden(timeout=BOOT)
    expect(page.locator("[data-formset-handle]").first).to_be_visible()
    expect(page.locator("[data-json]:empty")).to_have_count(0)
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    assert page.evaluate("window.shifts") == []

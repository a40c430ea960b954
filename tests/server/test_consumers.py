"""Questions over WebSocket, asked of a real ASGI server; and what is refused there."""

import asyncio
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from clientforms.server.question_desk import desk
from clientforms.server.socket_visitors import Visitor
from tests.server.stock_project import StockProject

LINES = "orders.forms.LineFormSet"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    made = StockProject(tmp_path_factory.mktemp("sockets"))
    made.add_settings(
        'CLIENTFORMS = {"LARGEST_QUESTION": 4000, "QUESTIONS_PER_SECOND": 4}',
        'CSRF_TRUSTED_ORIGINS = ["https://*.example.com", "https://shop.example.org"]',
    )
    return made


@pytest.fixture(scope="module")
def address(project):
    with project.serving_sockets() as address:
        yield address


@pytest.fixture
def open_socket(address):
    """Return a function that opens a connection, from a page of the server if nothing else is said."""

    def opened(*, origin=address, cookie="", query=""):
        url = f"{address.replace('http', 'ws')}/clientforms/answers/{query}"
        headers = {"Cookie": cookie} if cookie else {}
        return connect(url, origin=origin, additional_headers=headers)

    return opened


def ask(socket, question):
    socket.send(question if isinstance(question, str) else json.dumps(question))
    return json.loads(socket.recv())


def word(form, text, **more):
    return {"form": form, "number": 1, "order": ["a"], "rows": {"a": {"word": [text]}}, **more}


def lines(*products, **more):
    rows = {f"r{i}": {"__prefix__-product": [each]} for i, each in enumerate(products)}
    return {
        "form": LINES,
        "prefix": "lines",
        "number": 1,
        "order": list(rows),
        "rows": rows,
        **more,
    }


def test_a_connection_remembers_what_was_said(open_socket):
    with open_socket() as socket:
        said = ask(socket, lines("sand", "tea", id=7))
        assert said["id"] == 7
        assert said["errors"]["r0"]["product"] == [
            {"message": "There is no product sand.", "code": "gone"}
        ]
        change = {"rows": {"r0": {"__prefix__-product": ["tea"]}}}
        said = ask(socket, {"form": LINES, "prefix": "lines", "number": 2, "base": 1, **change})
        assert "product" not in said["errors"]["r0"]
    with open_socket() as another:
        said = ask(another, {"form": LINES, "prefix": "lines", "number": 3, "base": 2, **change})
        assert said["status"] == 409


def test_who_may_ask_is_decided_for_each_connection(open_socket):
    with open_socket() as socket:
        assert ask(socket, word("secret", "mellon"))["status"] == 403
    with open_socket(cookie="key=1") as socket:
        assert ask(socket, word("secret", "mellon"))["errors"]["a"]["word"][0]["code"] == "known"


def test_the_answer_is_in_the_language_of_the_page(open_socket):
    with open_socket(query="?language=de") as socket:
        said = ask(socket, lines(""))
    assert said["errors"] == {}  # a blank row
    with open_socket(query="?language=de", cookie="key=1") as socket:
        message = ask(socket, word("secret", ""))["errors"]["a"]["word"][0]["message"]
    assert message == "Dieses Feld ist zwingend erforderlich."


@pytest.mark.parametrize(
    "origin",
    [None, "null", "https://evil.example", "https://example.com.evil.example", "http://shop.example.org"],
)  # fmt: skip
def test_a_page_of_another_site_gets_no_connection(open_socket, origin):
    with pytest.raises(InvalidStatus) as refused:
        open_socket(origin=origin)
    assert refused.value.response.status_code == 403


@pytest.mark.parametrize("origin", ["https://shop.example.org", "https://www.example.com"])
def test_a_page_of_a_trusted_site_gets_one(open_socket, origin):
    with open_socket(origin=origin, cookie="key=1") as socket:
        assert ask(socket, word("secret", "friend"))["errors"] == {}


@pytest.mark.parametrize(
    ("question", "status"),
    [
        ("{", 400),
        ("[]", 400),
        (word("os.path", ""), 404),
        (lines("t" * 5000), 413),
        (word("broken", "x"), 500),
    ],
)
def test_what_is_no_question_is_refused(open_socket, question, status):
    with open_socket() as socket:
        said = ask(socket, question)
        assert said["status"] == status
        assert "Traceback" not in said["refused"]
        assert ask(socket, lines("tea"))["number"] == 1  # the connection goes on


def test_who_goes_on_asking_too_often_is_cut_off(open_socket):
    with open_socket() as socket:
        said = [ask(socket, lines("tea"))["errors"] for _ in range(40)]
        assert len(said) == 40
        with pytest.raises(ConnectionClosed) as closed:
            _ask_without_end(socket)
        assert closed.value.rcvd.code == 1008


def _ask_without_end(socket):
    while True:
        ask(socket, "{")


def test_without_channels_it_is_said_what_to_install():
    lines_of_python = (
        "import sys; sys.modules['channels'] = None\n"
        "import django; from django.conf import settings; settings.configure(); django.setup()\n"
        "import clientforms.server.consumers"
    )
    done = subprocess.run(
        [sys.executable, "-c", lines_of_python],
        env=StockProject.environment(),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert "needs Channels: pip install channels" in done.stderr


def test_who_asks_is_looked_up_again_after_five_seconds():
    now = [0.0]
    scope = {
        "type": "websocket",
        "path": "/",
        "headers": [(b"cookie", b"a=b")],
        "query_string": b"",
    }
    visitor = Visitor(scope, clock=lambda: now[0])
    first = visitor.request()
    assert first.COOKIES == {"a": "b"}
    now[0] = 4.9
    assert visitor.request() is first
    now[0] = 5.0
    assert visitor.request() is not first


def test_a_question_that_fails_is_the_failure_of_its_page_alone():
    def answer_with(said):
        if isinstance(said, Exception):
            raise said
        return said

    async def ask_all():
        asked = (desk().ask(partial(answer_with, said)) for said in given)
        return await asyncio.gather(*asked, return_exceptions=True)

    given = [1, ValueError("no"), *range(30), KeyError("gone")]
    with ThreadPoolExecutor(1) as thread:  # for Playwright runs a loop in this one
        assert thread.submit(asyncio.run, ask_all()).result() == given

"""What the server pushes reaches all who have a form open, whatever process they are connected to."""

import json
import time

import pytest
from playwright.sync_api import expect
from websockets.sync.client import connect

from tests.server.fair_project import FairProject
from tests.server.redis_server import LAYER, forget_all, redis_server
from tests.server.servers_behind_one_address import servers_behind_one_address
from tests.server.visits import allow_visits, open_live

GONE = "Select a valid choice. That choice is not one of the available choices."

OWN_CACHE = "CACHES = {'default': {'BACKEND': 'django.core.cache.backends.locmem.LocMemCache'}}"


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    with redis_server(tmp_path_factory.mktemp("redis")) as port:
        yield port


@pytest.fixture(scope="module")
def project(tmp_path_factory, redis):
    languages = "LANGUAGES = [('en', 'English'), ('de', 'Deutsch')]"
    made = FairProject(tmp_path_factory.mktemp("fair"), LAYER % (redis, redis), languages)
    made.manage("clientforms_build")
    return made


@pytest.fixture(scope="module")
def two_servers(project):
    with servers_behind_one_address(project) as servers:
        yield servers


@pytest.fixture
def address(two_servers, redis):
    forget_all(redis)
    return two_servers.address


@pytest.fixture(scope="module")
def address_without_redis(project):
    """A server whose channel layer is gone, while its cache is its own."""
    project.write(
        "mysite/lonely.py", f"from mysite.settings import *\n{LAYER % (1, 1)}{OWN_CACHE}\n"
    )
    project.write(
        "lonely_asgi.py",
        "import os\nos.environ['DJANGO_SETTINGS_MODULE'] = 'mysite.lonely'\n"
        "from mysite.asgi import application\n",
    )
    with project.serving_sockets(application="lonely_asgi:application") as address:
        yield address


class Visitors:
    """Pages of the same form, each with a WebSocket of its own."""

    def __init__(self, page, complaints, address):
        self._page, self._complaints, self._address = page, complaints, address
        self._others = []

    def open(self, path):
        """Open one more page; return it once the server knows what it watches."""
        page = self._page
        if self._others or page.url.startswith(self._address):
            page = self._page.context.new_page()
            self._complaints.watch(page)
            self._others.append(page)
        allow_visits(page, self._complaints, self._address)
        heard = Frames(page)
        live = open_live(page, self._address, path)
        heard.wait_for("watching")
        return live

    def close(self):
        for page in self._others:
            page.close()


class Frames:
    """What a page hears over its WebSockets."""

    def __init__(self, page):
        self._page, self._heard = page, []
        page.on("websocket", lambda socket: socket.on("framereceived", self._hear))

    def _hear(self, payload):
        self._heard.append(json.loads(payload))

    def wait_for(self, key):
        deadline = time.monotonic() + 20
        while not any(key in said for said in self._heard):
            assert time.monotonic() < deadline, f"{key} is in none of {self._heard}"
            self._page.evaluate("new Promise(requestAnimationFrame)")


@pytest.fixture
def visitors(page, complaints, address):
    made = Visitors(page, complaints, address)
    yield made
    made.close()


def options(live, name):
    return live.control(name).locator("option").all_text_contents()


def test_a_choice_that_is_gone_goes_from_all_pages(project, visitors, two_servers):
    before = len(two_servers.sockets)
    project.push("Product.objects.create(pk=70, code='ink', name='Ink')")
    one, other = visitors.open("/stall/"), visitors.open("/stall/")
    assert sorted(two_servers.sockets[before:]) == [0, 1]
    one.control("product").select_option("70")
    one.type("note", "black", leave=False)
    project.push("Product.objects.get(pk=70).delete(); push_choices('stall', 'product')")
    expect(one.errors("product")).to_have_text([GONE])
    expect(one.control("product")).to_have_value("70")
    expect(one.control("note")).to_have_value("black")
    expect(one.control("note")).to_be_focused()
    expect(other.control("product").locator("option")).to_have_count(3)
    expect(other.page.locator(".errorlist")).to_have_count(0)
    one.control("product").select_option("1")
    expect(one.errors("product")).to_have_count(0)
    expect(one.control("product").locator("option")).to_have_count(3)


def test_choices_reach_a_form_that_asks_nothing(project, visitors):
    live = visitors.open("/shirt/")
    live.control("size").select_option("m")
    project.push("push_choices('shirt', 'size', {'s': 'Small', 'x': 'Huge'})")
    expect(live.errors("size")).to_have_text(
        ["Select a valid choice. m is not one of the available choices."]
    )
    assert options(live, "size") == ["Small", "Huge", "Medium"]
    project.push("push_choices('shirt', 'size')")
    expect(live.errors("size")).to_have_count(0)
    assert options(live, "size") == ["Small", "Medium", "Large"]
    expect(live.control("size")).to_have_value("m")


def test_errors_reach_all_and_go_when_their_field_changes(project, visitors):
    one, other = visitors.open("/shirt/"), visitors.open("/shirt/")
    one.type("name", "Ada")
    project.push("push_errors('shirt', {'name': ['Too many.'], '__all__': 'Closed.'})")
    for live in (one, other):
        expect(live.errors("name").last).to_have_text("Too many.")
        expect(live.page.locator(".errorlist.nonfield li")).to_have_text(["Closed."])
    one.type("name", "Bo")
    expect(one.page.locator(".errorlist li")).to_have_count(0)
    project.push("push_errors('shirt', {'__all__': 'Full.'})")
    for live in (one, other):
        expect(live.page.locator(".errorlist.nonfield li")).to_have_text(["Full."])
    one.page.get_by_role("button", name="Save").click()  # which is not sent
    project.push("push_errors('shirt', {})")
    for live in (one, other):
        expect(live.page.locator(".errorlist.nonfield li")).to_have_count(0)
    expect(one.control("name")).to_have_value("Bo")


def test_a_remote_form_gets_both(project, visitors):
    live = visitors.open("/sign/")
    live.control("colour").select_option("r")
    project.push("push_choices('sign', 'colour', [('b', 'Blue'), ('g', 'Green')])")
    expect(live.control("colour").locator("option")).to_have_count(3)
    expect(live.control("colour")).to_have_value("r")
    project.push("push_errors('sign', {'text': 'Painted over.'})")
    expect(live.errors("text").last).to_have_text("Painted over.")


def test_all_rows_of_a_formset_get_choices_and_the_whole_gets_errors(project, visitors):
    live = visitors.open("/shirts/")
    live.control("shirts-1-size").select_option("l")
    live.type("shirts-1-name", "Ada")
    project.push("push_choices('shirts', 'size', [('s', 'Small'), ('m', 'Medium')])")
    expect(live.errors("shirts-1-size")).to_have_text(
        ["Select a valid choice. l is not one of the available choices."]
    )
    live.button("shirts", "add").click()
    expect(live.rows("shirts")).to_have_count(3)
    assert options(live, "shirts-2-size") == ["Small", "Medium"]
    project.push("push_errors('shirts', 'No shirts are left.')")
    expect(live.non_form_errors("shirts")).to_have_text(["No shirts are left."])
    project.push("push_errors('shirts', {})")
    expect(live.non_form_errors("shirts")).to_have_count(0)
    expect(live.control("shirts-1-name")).to_have_value("Ada")


def test_a_push_about_an_object_reaches_its_pages_alone(project, visitors):
    tea, salt = visitors.open("/product/1/"), visitors.open("/product/2/")
    project.push(
        "push_errors('product', {'name': 'Renamed.'}, about=Product.objects.get(pk=1)); "
        "push_errors('product', 'Stocktaking.')"
    )
    for live in (tea, salt):
        expect(live.page.locator(".errorlist.nonfield li")).to_have_text(["Stocktaking."])
    expect(tea.errors("name")).to_have_text(["Renamed."])
    expect(salt.errors("name")).to_have_count(0)


def test_the_page_goes_on_if_its_process_is_killed(project, page, complaints, redis):
    complaints.allow("WebSocket")
    forget_all(redis)
    with servers_behind_one_address(project) as servers:
        visitors = Visitors(page, complaints, servers.address)
        live = visitors.open("/sign/")
        live.type("text", "sand")
        expect(live.errors("text")).to_have_text(["There is no such product."])
        servers.kill(servers.sockets[-1])
        project.push("push_errors('sign', 'Nobody paints on Mondays.')")
        expect(live.page.locator(".errorlist.nonfield li")).to_have_text(
            ["Nobody paints on Mondays."]
        )
        assert set(servers.sockets) == {0, 1}
        live.type("text", "mud")
        live.type("text", "tea")
        expect(live.errors("text")).to_have_count(0)
        live.type("text", "sand")
        expect(live.errors("text")).to_have_text(["There is no such product."])
        project.push("push_errors('sign', {'colour': 'No paint is left.'})")
        expect(live.errors("colour")).to_have_text(["No paint is left."])


def test_pages_that_hear_of_no_push_open_no_socket(visitors, page, complaints, address):
    visitors.open("/shirt/")
    allow_visits(page, complaints, address)
    opened = []
    page.on("websocket", lambda socket: opened.append(socket.url))
    open_live(page, address, "/quiet/").type("name", "Ada")
    page.evaluate("new Promise(requestAnimationFrame)")
    assert opened == []


def test_the_page_asks_over_http_if_the_channel_layer_is_gone(
    page, complaints, address_without_redis
):
    allow_visits(page, complaints, address_without_redis)
    live = open_live(page, address_without_redis, "/sign/")
    live.type("text", "sand")
    expect(live.errors("text")).to_have_text(["There is no such product."])
    live.type("text", "tea")
    expect(live.errors("text")).to_have_count(0)


def watch(socket, *names, since=None):
    said = {"watch": [{"form": name} for name in names]}
    socket.send(json.dumps(said if since is None else {**said, "since": since}))
    return json.loads(socket.recv())["watching"]


@pytest.fixture
def open_socket(address):
    def opened(cookie="", query=""):
        url = f"{address.replace('http', 'ws')}/clientforms/answers/{query}"
        headers = {"Cookie": cookie} if cookie else {}
        return connect(url, origin=address, additional_headers=headers)

    return opened


LOG_IN = """
from django.contrib.auth.models import User
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.auth import SESSION_KEY, BACKEND_SESSION_KEY, HASH_SESSION_KEY
user = User.objects.get_or_create(username=name)[0]
session = SessionStore()
session[SESSION_KEY] = str(user.pk)
session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
session[HASH_SESSION_KEY] = user.get_session_auth_hash()
session.create()
print(session.session_key)
"""


def test_who_may_not_ask_hears_nothing(project, open_socket):
    key, other = (project.push(f"name = 'ada'\n{LOG_IN}") for _ in range(2))
    with (
        open_socket() as stranger,
        open_socket(f"sessionid={key}") as leaving,
        open_socket(f"sessionid={other}") as staying,
    ):
        assert watch(stranger, "staff", "stall") == ["stall"]
        for socket in (leaving, staying):
            assert watch(socket, "staff", "stall") == ["staff", "stall"]
        project.push(
            f"from django.contrib.sessions.models import Session; Session.objects.get(pk={key!r}).delete(); "
            "push_errors('staff', 'Secret.'); push_errors('stall', 'Public.')"
        )
        for socket, heard in (
            (stranger, ["stall"]),
            (leaving, ["stall"]),
            (staying, ["staff", "stall"]),
        ):
            assert [json.loads(socket.recv(timeout=10))["form"] for _ in heard] == heard


def test_each_page_hears_it_in_its_own_language(project, open_socket):
    with open_socket(query="?language=de") as german, open_socket(query="?language=en") as english:
        for socket in (german, english):
            assert watch(socket, "shirt") == ["shirt"]
        project.push("push_errors('shirt', _('This field is required.'))")
        for socket, message in (
            (german, "Dieses Feld ist zwingend erforderlich."),
            (english, "This field is required."),
        ):
            said = json.loads(socket.recv(timeout=10))["push"]["errors"]["__all__"]
            assert [error["message"] for error in said] == [message]


def test_choices_that_depend_on_the_user_are_made_for_each_page(project, open_socket):
    ada, bo = (project.push(f"name = {name!r}\n{LOG_IN}") for name in ("ada", "bo"))
    with (
        open_socket(f"sessionid={ada}", "?language=de") as first,
        open_socket(f"sessionid={bo}", "?language=en") as second,
    ):
        for socket in (first, second):
            assert watch(socket, "seat") == ["seat"]
        project.push("push_choices('seat', 'seat')")
        for socket, name in ((first, "ada"), (second, "bo")):
            said = json.loads(socket.recv(timeout=10))
            assert said["push"] == {"field": "seat", "choices": [["1", "Name"], ["2", name]]}


def test_a_connection_that_hears_nothing_for_long_stays(project, open_socket):
    with open_socket() as socket:
        assert watch(socket, "shirt") == ["shirt"]
        with pytest.raises(TimeoutError):
            socket.recv(timeout=7)
        project.push("push_errors('shirt', 'At last.')")
        assert json.loads(socket.recv(timeout=10))["form"] == "shirt"


def test_rows_are_validated_again_after_a_push(project, open_socket):
    project.push("Product.objects.create(pk=80, code='wax', name='Wax')")
    rows = {"a": {"__prefix__-product": ["80"]}}
    question = {"form": "stalls", "prefix": "stalls", "number": 1, "order": ["a"], "rows": rows}
    with open_socket() as socket:
        assert watch(socket, "stalls") == ["stalls"]
        socket.send(json.dumps(question))
        assert json.loads(socket.recv())["errors"] == {}
        project.push("Product.objects.get(pk=80).delete(); push_choices('stalls', 'product')")
        choices = json.loads(socket.recv(timeout=10))["push"]["choices"]
        assert [value for value, _ in choices] == ["", "1", "2"]
        socket.send(json.dumps(question))
        errors = json.loads(socket.recv())["errors"]
        assert errors["a"]["product"][0]["code"] == "invalid_choice"


def test_a_page_that_was_away_hears_what_it_missed(project, open_socket):
    with open_socket() as socket:
        assert watch(socket, "shirt") == ["shirt"]
    project.push(
        "push_errors('shirt', 'First.'); push_errors('shirt', 'Second.'); push_choices('shirt', 'size', [('s', 'S')])"
    )
    with open_socket() as socket:
        assert watch(socket, "shirt", since=time.time() - 60) == ["shirt"]
        errors, choices = (json.loads(socket.recv(timeout=10)) for _ in range(2))
        assert errors["push"] == {"errors": {"__all__": [{"message": "Second.", "code": ""}]}}
        assert choices["push"] == {"field": "size", "choices": [["s", "S"]]}
        assert watch(socket, "shirt", since=time.time() + 60) == ["shirt"]
        socket.send("{")
        assert json.loads(socket.recv(timeout=10))["status"] == 400  # and nothing before


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ({"watch": "shirt"}, 400),
        ({"watch": [{"name": "shirt"}]}, 400),
        ({"watch": [{"form": "shirt"}] * 51}, 400),
    ],
)
def test_what_names_no_forms_is_refused(open_socket, said, status):
    with open_socket() as socket:
        socket.send(json.dumps({**said, "id": 1}))
        refused = json.loads(socket.recv())
        assert (refused["status"], refused["id"]) == (status, 1)
        assert watch(socket, "shirt", "nothing", "secret") == ["shirt"]


REFUSED = {
    "push_errors('shirt', {'colour': 'No.'})": "shirt declares no field 'colour'. Its fields are size, name.",
    "push_errors('shirts', {'size': 'No.'})": "rows of a formset differ from page to page. Push a non-form error:",
    "push_errors('nothing', 'No.')": "nothing is not registered: call clientforms.server.register(",
    "push_errors('shirt', 'x' * 300000)": "300",
    "push_errors('shirt', 'No.', about=Product(pk=1))": "shirt is about no stored object, not about",
    "push_errors('product', 'No.', about=Product())": "product is about stored objects of Product, not about",
    "push_choices('shirt', 'name', [])": "shirt: the field 'name' has no choices.",
    "push_choices('shirt', 'size', [1])": "shirt: choices must be pairs of a value and a label, got [1].",
    "from orders.forms import SecretForm; push_errors(SecretForm, 'No.')": "SecretForm is not registered",
}


def test_what_cannot_be_pushed_is_refused_with_the_remedy(project):
    tries = "\n".join(
        f"try:\n    exec({line!r})\nexcept Exception as error:\n    print(type(error).__name__, error)"
        for line in REFUSED
    )
    printed = project.push(tries).splitlines()
    assert len(printed) == len(REFUSED)
    for line, said in zip(printed, REFUSED.values(), strict=True):
        assert said in line

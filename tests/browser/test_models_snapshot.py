"""A page with models starts from a snapshot that has Django's models in it; other pages do not."""

import hashlib
import json
import re

import pytest

from benchmarks import models
from clientforms.builder.site.assets import find_assets
from tests.browser.battery import wait_until_live
from tests.browser.live_page import LivePage
from tests.support.sites import serving_folder

pytestmark = pytest.mark.first_visit

FALLBACK = "Python starts without its snapshot"
LEFT = "UserCreationForm.clean_username.. asks for a database"
INSTALLED = "navigator.serviceWorker.ready.then(() => true)"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A page with models of two apps, a user model of the project's and a form of `django.contrib.auth`."""
    return models.build(models.MODELS, tmp_path_factory.mktemp("models") / "site")


def file_of(site, name):
    (path,) = site.glob(f"static-*/runtime/{name}")
    return path.read_bytes()


def check_forms(live):
    live.type("lines-0-email", "nobody")
    live.expect_errors("lines-0-email", "Enter a valid email address.")
    live.type("lines-0-email", "ada@example.org")
    live.expect_errors("lines-0-email")
    live.type("username", "no spaces, please")
    live.expect_errors(
        "username",
        "Enter a valid username. This value may contain only letters, numbers, and @/./+/-/_ characters.",
    )
    live.type("username", "ada")
    for name in ("password1", "password2"):
        live.type(name, "password")
    live.expect_errors("password2", "This password is too common.")
    live.formset("lines", "addAnother()")
    assert live.control("lines-2-product").locator("option").all_text_contents()[1:] == [
        "Lamp",
        "Chair",
    ]


def test_a_page_with_models_fetches_its_own_snapshot_and_no_archive(page, complaints, site):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    with serving_folder(site) as address:
        complaints.allow_origin(address)
        complaints.expect(LEFT)
        page.goto(address)
        live = LivePage(page, address)
        wait_until_live(live)
        check_forms(live)
        assert [url for url in asked if url.endswith(".zip")] == []
        (fetched,) = [url for url in asked if url.endswith("/snapshot.data")]
        assert page.evaluate(INSTALLED)
    # The server is gone, and nothing of the page is asked of it any more.
    assert fetched.startswith(address)
    asked.clear()
    page.reload()
    wait_until_live(live)
    check_forms(live)


def test_without_that_snapshot_it_starts_from_the_archives(page, complaints, site):
    said = []
    page.on("console", lambda line: said.append(line.text))
    page.route("**/snapshot.data", lambda route: route.fulfill(body=b"no snapshot"))
    with serving_folder(site) as address:
        complaints.allow_origin(address)
        complaints.expect(f"{FALLBACK}|{LEFT}")
        page.goto(address)
        live = LivePage(page, address)
        wait_until_live(live)
        check_forms(live)
    assert len([text for text in said if FALLBACK in text]) == 1


def test_what_is_shipped_is_of_one_kind(site):
    assets = find_assets()
    for name in ("snapshot.data", "seldom.zip", "versions.js"):
        usual, other = (assets.in_runtime(name, kind=each) for each in ("", "models"))
        assert usual != other
        assert file_of(site, name) == other.read_bytes()
        assert dict(assets.files("en"))[f"static/runtime/{name}"] == usual
    said = hashlib.sha256(file_of(site, "snapshot.data")).hexdigest()
    assert f'"snapshot.data": "{said}"' in file_of(site, "versions.js").decode()
    assert not list(site.glob("static-*/runtime/models"))
    (worker,) = site.glob("sw.js")
    listed = re.findall(r'"\./(static-\w+/runtime/snapshot\.data)"', worker.read_text("utf-8"))
    assert [(site / each).is_file() for each in listed] == [True]
    assert json.loads((site / "clientforms-build.json").read_text())["files"][listed[0]] == said


@pytest.mark.parametrize(
    ("library", "wanted"),
    [
        (["django.forms", "django.core.validators", "datetime"], False),
        (["statistics", "gzip"], False),
        (["django.forms", "django.db.models"], True),
        (["django.http"], True),
    ],
)
def test_what_a_page_imports_of_django_says_which_it_gets(library, wanted):
    assert bool(find_assets().kind_for(library)) is wanted

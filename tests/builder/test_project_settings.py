"""A project's settings: forms are built under them, and a page gets those that are safe to publish."""

import datetime
import re
import zipfile
from decimal import Decimal

import pytest

from clientforms.builder.django_project.project_settings import (
    PUBLISHED,
    literal,
    looks_secret,
    read_literal,
)
from tests.builder.test_build import command, content, refused, shipped
from tests.conftest import ROOT
from tests.support.projects import SECRETS, write_project

# What is published


@pytest.mark.parametrize(
    "value",
    ["a'b\n", b"\x00", 3, 2.5, True, None, [1, [2]], (), (1,), {"a": (1, 2)}, {1, 2}, frozenset({"a"}),
     Decimal("1.50"), datetime.timedelta(days=1), datetime.date(2026, 1, 2), {"a": [Decimal(1)]}],
    ids=repr,
)  # fmt: skip
def test_plain_values_are_written_as_python(value):
    source = literal(value)
    assert read_literal(source) == value
    assert type(read_literal(source)) is type(value)


@pytest.mark.parametrize(
    "value",
    [object(), len, float("inf"), float("nan"), [object()], {"a": len}],
    ids=lambda each: type(each).__name__,
)
def test_what_is_no_plain_value_is_not_written(value):
    assert literal(value) is None


@pytest.mark.parametrize(
    ("name", "value"),
    [("SECRET_KEY", "x"), ("STRIPE_SECRET", 1), ("EMAIL_HOST_PASSWORD", ""), ("SLACK_TOKEN", "x"), ("API_KEY", "x"),
     ("MAPS_KEYS", ["x"]), ("SENTRY_DSN", "x"), ("AWS_CREDENTIALS", {}), ("SALT", "x"), ("BASIC_AUTH", "x"),
     ("CACHE", "redis://user:pass@host:6379/1"), ("SERVICE", {"password": "x"}), ("LIST", [{"token": "x"}]),
     ("OURS", "sk_live_0123456789abcdefghij"), ("RANDOM", "a8f5f167f44f4964e6c998dee827110c"),
     ("CERT", "-----BEGIN RSA PRIVATE KEY-----\nMII")],
)  # fmt: skip
def test_what_looks_like_a_secret_does(name, value):
    assert looks_secret(name, value)


@pytest.mark.parametrize(
    ("name", "value"),
    [("ORDER_MAX", 3), ("KEYBOARD", "qwertz"), ("MONKEY", 1), ("AUTHORS", ["Ann"]), ("SITE", "https://example.org/a"),
     ("TITLE", "The quick brown fox jumps over the lazy dog"), ("SIZES", {"s": 1, "m": 2})],
)  # fmt: skip
def test_what_is_no_secret_does_not_look_like_one(name, value):
    assert not looks_secret(name, value)


# A project


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with settings of every kind, built; its folder and what the build said."""
    folder = tmp_path_factory.mktemp("project")
    write_project(folder)
    done = command(folder, "build", "shop/forms.py:OrderForm", "shop/forms.py:CardForm", "shop/forms.py:LinkForm",
                   "--settings", "mysite.settings", "--out", "site")  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder, done


def test_settings_that_forms_depend_on_are_published(project):
    folder, _ = project
    start = shipped(folder / "site", "app/start.py").read_text("utf-8")
    assert "ORDER_MAX=7" in start
    assert "ORDER_STEP=Decimal('0.5')" in start  # read in a function that has not run
    assert "from decimal import Decimal" in start
    assert "USE_THOUSAND_SEPARATOR=True" in start
    assert "TIME_ZONE='Europe/Vienna'" in start
    assert "AUTH_USER_MODEL='people.Person'" in start
    html = (folder / "site" / "index.html").read_text("utf-8")
    assert 'max="7"' in html
    assert "<p>A card</p>" in html
    assert 'data-url="/shop/search/"' in html
    assert '<html lang="de"' in html


def test_nothing_that_must_stay_secret_is_in_any_byte_of_the_site(project):
    folder, done = project
    found = []
    for name, data in content(folder / "site").items():
        parts = [data]
        if name.endswith((".data", ".zip")) and data[:2] == b"PK":
            with zipfile.ZipFile(folder / "site" / name) as packed:
                parts += [packed.read(each) for each in packed.namelist()]
        found += [(name, each) for each in SECRETS for part in parts if each.encode() in part]
    assert found == []
    assert re.search(
        r"^warning: shop/forms\.py:\d+: reads settings\.SHOP_TOKEN, which is not published: it looks like a secret",
        done.stderr, re.MULTILINE,
    )  # fmt: skip


def test_django_s_own_variable_names_the_settings_as_well(tmp_path):
    write_project(tmp_path)
    arguments = ("shop/forms.py:OrderForm",)
    assert "SHOP" in refused(tmp_path, *arguments) or "ORDER_MAX" in refused(tmp_path, *arguments)
    done = command(tmp_path, "check", *arguments, DJANGO_SETTINGS_MODULE="mysite.settings")
    assert done.returncode == 0
    assert re.search(r"^Settings published: .*ORDER_MAX", done.stdout, re.MULTILINE)


def test_settings_that_cannot_be_loaded_are_named(tmp_path):
    write_project(tmp_path)
    line = refused(tmp_path, "shop/forms.py:OrderForm", "--settings", "mysite.absent")
    assert line.startswith(
        "shop/forms.py: --settings mysite.absent: imports mysite.absent, which is not installed"
    )
    assert "Traceback" not in line


def test_the_documentation_lists_what_is_published():
    text = (ROOT / "docs" / "reference" / "settings.md").read_text("utf-8")
    listed = text.partition("<!-- published -->")[2].partition("<!-- /published -->")[0]
    assert re.findall(r"`(\w+)`", listed) == list(PUBLISHED)

"""A project's settings: forms are built under them, and a page gets those that are safe to publish."""

import base64
import contextlib
import datetime
import gzip
import hashlib
import io
import itertools
import re
import sys
import types
import zipfile
import zlib
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote_from_bytes

import pytest
import zstandard
from django.conf import UserSettingsHolder, global_settings
from django.conf.urls.i18n import i18n_patterns
from django.test import override_settings
from django.urls import NoReverseMatch, include, path, re_path, reverse
from django.urls.converters import StringConverter, get_converters, register_converter
from django.utils import translation
from django.utils.translation import gettext_lazy

from clientforms.builder.django_project.project_settings import (
    PUBLISHED,
    PUBLISHED_IF_READ,
    literal,
    looks_secret,
    publish,
    read_literal,
)
from clientforms.builder.django_project.url_names import source_of
from tests.builder.test_build import command, content, page_module, refused
from tests.conftest import ROOT
from tests.support.projects import SECRETS, write_project
from tests.support.unpacking import unpacked

# What is published


@pytest.mark.parametrize(
    "value",
    ["a'b\n", b"\x00", 3, 2.5, True, None, [1, [2]], (), (1,), {"a": (1, 2)}, {1, 2}, frozenset({"a"}),
     Decimal("1.50"), datetime.timedelta(days=1), datetime.date(2026, 1, 2), {"a": [Decimal(1)]},
     [("de", gettext_lazy("German"))]],
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


SECRET = "sk_live_0123456789abcdefghij"
_SHAPES = (
    SECRET,
    [SECRET],
    ("fine", SECRET),
    gettext_lazy(SECRET),
    {"fine": 1, "deep": [{"x": (SECRET,)}]},
    [{"NAME": "a.B", "OPTIONS": {"fine": 1}}, {"NAME": "a.C", "OPTIONS": {"api_key": SECRET}}],
    [{"NAME": "a.C", "OPTIONS": {"deep": [{"x": SECRET}]}}],
)
_ENGINES = (
    {"NAME": SECRET},
    *(
        {"OPTIONS": {name: SECRET}}
        for name in ("builtins", "string_if_invalid", "autoescape", "own")
    ),
    {"OPTIONS": {"libraries": {"fine": SECRET}}},
    {"OPTIONS": {"builtins": ["fine", [SECRET]]}},
    {"DIRS": [f"/elsewhere/{SECRET}"]},
)


def published(read=(), **values):
    """Return what a page gets of a project with these settings, whose packed code reads those of `read`."""
    settings = UserSettingsHolder(global_settings)
    vars(settings).update(values)  # setting them warns of those that Django gives up
    return publish(settings, read, [ROOT])


@pytest.mark.parametrize("name", [*PUBLISHED, *PUBLISHED_IF_READ])
def test_no_published_setting_has_a_secret_in_it(name):
    shapes = {
        "TEMPLATES": [[{"BACKEND": "a.B", **each}] for each in _ENGINES],
        "LOCALE_PATHS": [[Path(f"/elsewhere/{SECRET}")]],
    }.get(name, _SHAPES)
    for value in shapes:
        found = published([name], **{name: value})
        assert SECRET not in "".join(found.values.values()), value
        assert name in found.kept_back or "elsewhere" in str(value) or "own" in str(value), value


def test_what_is_no_secret_in_a_published_setting_stays():
    fine = {"NAME": "a.B", "OPTIONS": {"min_length": 9}}
    engine = {"BACKEND": "a.B", "DIRS": [], "OPTIONS": {"libraries": {"auth_tags": "a.auth"}}}
    secret = {"NAME": "a.C", "OPTIONS": {"api_key": SECRET}}
    found = published(TEMPLATES=[engine], AUTH_PASSWORD_VALIDATORS=[fine, secret])
    assert read_literal(found.values["AUTH_PASSWORD_VALIDATORS"]) == [fine]
    assert read_literal(found.values["TEMPLATES"]) == [engine]
    assert list(found.kept_back) == ["AUTH_PASSWORD_VALIDATORS"]


def test_each_setting_of_django_s_that_is_read_is_published_or_told():
    names = {name for name in dir(global_settings) if name.isupper()} - {"LANGUAGE_CODE"}
    for name in names - {"LOCALE_PATHS", "TEMPLATES"}:
        found = published([name], **{name: "another"})
        assert (found.values.get(name) == "'another'") is (name in {*PUBLISHED, *PUBLISHED_IF_READ})
        assert (name in found.kept_back) is (name not in found.values), name
        alike = published([name], **{name: getattr(global_settings, name)})
        assert name in PUBLISHED or alike.kept_back == alike.values == {}, "nothing differs"


# URLs by name


class ThreeLetters(StringConverter):
    """Writes addresses as Django's does."""

    regex = "[a-z]{3}"


class BesideViews(StringConverter):
    """Its code could only come with that of views."""

    def to_url(self, value):
        return value.lower()


CONVERTERS = """
class Padded:
    regex = "[0-9]{4}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{value:04}"
"""


def _view(request, **_):
    raise NotImplementedError


def _patterns(prefix_default_language):
    if "padded" not in get_converters():
        module = sys.modules["own_converters"] = types.ModuleType("own_converters")
        exec(CONVERTERS, vars(module))
        for kind, name in (
            (ThreeLetters, "three"),
            (BesideViews, "beside"),
            (module.Padded, "padded"),
        ):
            register_converter(kind, name)
    inner = [
        path("a/<int:pk>/", _view, name="item"),
        re_path(r"^b/(?P<word>\w+)$", _view, name="word"),
    ]
    padded = [path("<padded:pattern>/<slug:slug>/", _view, name="day")]
    return [
        path("plain/", _view, name="plain"),
        path("own/<beside:word>/", _view, name="own"),
        path("three/<three:word>/<int:pk>", _view, name="three"),
        path("in/<beside:word>/", include((inner, "inner"), "hidden")),
        path("shop/", include((inner, "inner"), "shop")),
        path("years/<padded:year>/", include((padded, "years"))),
        path("nameless/", _view),
        *(path(f"{each}/", _view, {"side": each}, name="side") for each in ("left", "right")),
        path("more/", include((inner, "inner"), "more"), {"more": [1], "api_token": "secret-20"}),
        *i18n_patterns(
            path("home/", _view, name="home"),
            path(gettext_lazy("Yes"), _view, name="translated"),
            path("bag/", include((inner, "inner"), "bag")),
            prefix_default_language=prefix_default_language,
        ),
    ]


# Name, what is in the address, and the app that asks.
_ASKED = (
    ("plain", {}, None), ("home", {}, None), ("translated", {}, None),
    ("three", {"word": "abc", "pk": 5}, None), ("three", {"word": "abcd", "pk": 5}, None),
    ("years:day", {"year": 7, "pattern": 33, "slug": "x-y"}, None),
    ("years:day", {"year": 7, "pattern": 33333, "slug": "x-y"}, None),
    *(("side", {"side": each}, None) for each in ("left", "right", "none")), ("side", {}, None),
    ("more:item", {"pk": 3}, None), ("more:item", {"pk": 3, "more": [1]}, None), ("more:item", {"pk": 3, "more": 2}, None),
    *((f"{space}:{name}", given, app) for space in ("shop", "bag", "inner")
      for name, given in (("item", {"pk": 3}), ("word", {"word": "x"})) for app in (None, "shop", "bag", "none")),
)  # fmt: skip


@pytest.mark.parametrize("default", ["en", "en-us", "de"])
@pytest.mark.parametrize("prefix_default_language", [True, False])
def test_a_page_s_urls_have_the_addresses_of_the_project_s(default, prefix_default_language):

    def on_its_server(language):
        """Return what Django's LocaleMiddleware activates for visitors in `language`."""
        is_default = not prefix_default_language and default.startswith(language)
        return default if is_default else language

    with override_settings(LANGUAGE_CODE=default):
        module = types.ModuleType("project_urls")
        module.urlpatterns = _patterns(prefix_default_language)
        source, left_out = source_of(module.urlpatterns)
        expected = {
            language: [addresses_of(module, on_its_server(language), *asked) for asked in _ASKED]
            for language in ("en", "de", "nl")
        }
    assert "secret-20" not in source
    made = types.ModuleType("page_urls")
    sys.modules["page_urls"] = made
    exec(source, vars(made))
    for language, addresses in expected.items():
        # LANGUAGE_CODE of a page is the page's language
        with override_settings(LANGUAGE_CODE=language):
            assert [addresses_of(made, language, *asked) for asked in _ASKED] == addresses
    why = "the path converter BesideViews is in a module of URLs or views. Move it into a separate one"
    assert left_out == dict.fromkeys(["own", "hidden:item", "hidden:word"], why)
    for name in left_out:
        with pytest.raises(NoReverseMatch):
            reverse(name, urlconf=made)


def addresses_of(module, language, name, given, app):
    """Return the address, None if there is none."""
    with translation.override(language), contextlib.suppress(NoReverseMatch):
        return reverse(name, urlconf=module, kwargs=given, current_app=app)
    return None


@pytest.mark.parametrize(
    ("name", "said"),
    [("code", "The page does not have the URL code, because the path converter CodeConverter is in a module of URLs or views"),
     ("absent", "Reverse for 'absent' not found")],
)  # fmt: skip
def test_a_name_without_an_address_is_told_truly(project, name, said):
    folder, _ = project
    (folder / "lost.py").write_text(
        "from django import forms\nfrom django.urls import reverse\n\n\nclass LostForm(forms.Form):\n"
        f"    q = forms.CharField(help_text=reverse({name!r}))\n"
    )
    done = command(folder, "check", "lost.py:LostForm", "--settings", "mysite.settings")
    assert done.returncode == 1
    assert re.search(r"lost\.py:6: ", done.stdout)
    assert said in done.stdout
    assert ("converter" in done.stdout) is (name == "code")


# A project


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A project with settings of every kind, built; its folder and what the build said."""
    folder = tmp_path_factory.mktemp("project")
    write_project(folder)
    done = command(folder, "build", "shop/forms.py:OrderForm", "shop/forms.py:CardForm", "shop/forms.py:LinkForm",
                   "shop/cards.py:NoteFormSet", "--settings", "mysite.settings", "--fixture", "objects.json",
                   "--out", "site")  # fmt: skip
    assert done.returncode == 0, done.stderr
    return folder, done


def test_settings_that_forms_depend_on_are_published(project):
    folder, _ = project
    start = page_module(folder / "site")
    assert "ORDER_MAX=7" in start
    assert "ORDER_STEP=Decimal('0.5')" in start  # read in a function that has not run
    assert "from decimal import Decimal" in start
    assert "USE_THOUSAND_SEPARATOR=True" in start
    assert "TIME_ZONE='Europe/Vienna'" in start
    assert "AUTH_USER_MODEL='people.Person'" in start
    html = (folder / "site" / "index.html").read_text("utf-8")
    assert 'max="7"' in html
    assert "<p>A card</p>" in html
    assert 'data-url="/de/shop/search/"' in html
    assert '<html lang="de"' in html
    assert ">fruit</option>" in html
    assert ">ada</option>" in html


def test_static_files_are_found_where_the_project_has_them(project):
    folder, done = project
    there = content(folder / "site")
    for name, place in (
        ("own.css", "assets/own.css"),
        ("vendor/tool.js", "third_party/tool.js"),
        ("vendor/mark.svg", "third_party/mark.svg"),  # named in own.css
        ("looks/look.js", "looks/static/looks/look.js"),  # of an app that no form imports
        ("collected.js", "collected/collected.js"),
    ):
        ((copy),) = [each for each in there if each.endswith(f"/{name}")]
        assert name.endswith(".css") or there[copy] == (folder / place).read_bytes()
    assert "no static folder has" not in done.stderr


def test_settings_that_a_page_does_not_get_are_told_with_their_place(project):
    _, done = project
    reads = (
        ("DEBUG", "a page has Django's default"),
        ("ADMINS", "a page has Django's default"),
        ("STATIC_URL", "a page has a value of its own"),
        ("LOGIN_REDIRECT_URL", "it looks like a secret"),
    )
    for name, why in reads:
        line = (
            rf"^warning: shop/cards\.py:\d+: reads settings\.{name}, which is not published: {why}"
        )
        assert re.search(line, done.stderr, re.MULTILINE), name
    for name in ("TEMPLATES", "AUTH_PASSWORD_VALIDATORS"):
        line = rf"^warning: mysite/settings\.py:\d+: {name} is not published as it stands: what looks like a secret"
        assert re.search(line, done.stderr, re.MULTILINE), name


def test_nothing_that_must_stay_secret_is_in_any_byte_of_the_site(project):
    folder, done = project
    secrets = [each.encode() for each in SECRETS]
    public = (b"class OrderForm", b"lambda text: text.upper()")
    found, seen, known = [], {}, set()
    files = content(folder / "site")
    for name in sorted(files, key=lambda each: each != "offline.html"):
        everything = b"\n".join(unpacked(files[name], known))
        found += [(name, each) for each in secrets if each in everything]
        seen[name] = [each for each in public if each in everything]
    assert found == []
    # The search finds what is public, in the archive that the page of one file has in it too.
    assert seen["offline.html"] == list(public)
    assert (
        hashlib.sha256(
            next(files[name] for name in files if name.endswith("/packed.data"))
        ).digest()
        in known
    )
    assert re.search(
        r"^warning: shop/forms\.py:\d+: reads settings\.SHOP_TOKEN, which is not published: it looks like a secret",
        done.stderr, re.MULTILINE,
    )  # fmt: skip


def _zip(data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("inner", data)
    return file.getvalue()


_PACKERS = {
    "zip": _zip,
    "gzip": gzip.compress,
    "zlib": lambda data: zlib.compress(data, 9),
    "zstandard": zstandard.ZstdCompressor(level=19).compress,
    "base64": lambda data: b'<script data-file="x">' + base64.b64encode(data) + b"</script>",
    "base64 of addresses": lambda data: b"?x=" + base64.urlsafe_b64encode(data).rstrip(b"="),
    "percent": lambda data: b"data:," + quote_from_bytes(data).replace("-", "%2D").encode(),
}


def test_whatever_is_packed_in_a_site_is_searched():
    for packers in itertools.product(_PACKERS, repeat=3):
        data = f"before {SECRETS[0]} behind, and \xfc \x7f\x00 more of it".encode()
        for each in packers:
            data = _PACKERS[each](data)
        assert any(SECRETS[0].encode() in part for part in unpacked(data)), packers


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
    for mark, names in (("published", PUBLISHED), ("published if read", PUBLISHED_IF_READ)):
        listed = text.partition(f"<!-- {mark} -->")[2].partition(f"<!-- /{mark} -->")[0]
        assert re.findall(r"`(\w+)`", listed) == list(names)

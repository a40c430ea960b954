"""Modules of Python's own library that no snapshot has: packed with the forms that import them.

Whatever nobody could know of comes with all of the library, when it is imported.
"""

import pytest

from clientforms.builder import cli
from tests.browser.battery import wait_until_live
from tests.browser.live_page import LivePage
from tests.support.sites import serving_folder

WHOLE = "python_stdlib.zip"

# By itself; of packages that the snapshot has a part of, or nothing; what the snapshot has a stand-in of; what
# is imported when a function is called: as the module is imported, and later.
FORMS = """import hashlib
import importlib
import importlib.resources
import pydoc
import ssl
import zipfile
from http import cookies
from xml.etree import ElementTree

from django import forms

HASHES = sorted({*hashlib.algorithms_available, *(each for each in vars(hashlib) if not each.startswith("_"))})
NOTE = importlib.resources.files(__package__).joinpath("note.txt").read_text("utf-8")


class LibraryForm(forms.Form):
    known = forms.CharField(required=False)
    unknown = forms.CharField(required=False)
    hashes = forms.CharField(initial=" ".join(HASHES), required=False)  # as it is built

    def clean_known(self):
        if word := self.cleaned_data["known"]:
            import colorsys

            tree = ElementTree.fromstring(f"<a>{word}</a>")
            told = [tree.text, pydoc.plain("b\\bbold"), cookies.Morsel.__name__, ssl.SSLError.__name__,
                    zipfile.is_zipfile("/nothing"), colorsys.rgb_to_hsv(1, 0, 0), NOTE.strip()]
            raise forms.ValidationError(" ".join(map(str, told)))

    def clean_hashes(self):
        if self.cleaned_data["hashes"] != " ".join(HASHES):
            raise forms.ValidationError("The page has " + " ".join(HASHES))

    def clean_unknown(self):
        if word := self.cleaned_data["unknown"]:
            minidom = importlib.import_module("xml.dom.minidom")
            statistics = importlib.import_module("statistics")
            tree = minidom.parseString(f"<a>{word}</a>")
            told = [tree.documentElement.toxml(), statistics.mean([1, 3]), ElementTree.Element("b").tag]
            raise forms.ValidationError(" ".join(map(str, told)))
"""
KNOWN = "here bold Morsel SSLError False (0.0, 1.0, 1) a note"
UNKNOWN = "<a>there</a> 2 b"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A site whose form imports such modules, and reads a file as it is imported."""
    folder = tmp_path_factory.mktemp("library")
    (folder / "shop").mkdir()
    (folder / "shop" / "__init__.py").write_text("")
    (folder / "shop" / "note.txt").write_text("a note\n")
    (folder / "shop" / "forms.py").write_text(FORMS)
    target, out = f"{folder}/shop/forms.py:LibraryForm", str(folder / "site")
    assert cli.main(["build", target, "--prefix", "it", "--out", out]) == 0
    return folder / "site"


@pytest.fixture
def asked(page):
    """The addresses that the page asks for."""
    heard = []
    page.on("request", lambda request: heard.append(request.url))
    return heard


def check(page, address, control, word, error):
    live = LivePage(page, address)
    wait_until_live(live)
    live.type(f"it-{control}", word)
    live.expect_errors(f"it-{control}", error)


def test_they_come_with_the_forms_and_any_other_with_the_library(page, complaints, site, asked):
    """So it is with a server, after it is gone, and from a disk."""

    def whole():
        return [url for url in asked if url.endswith(WHOLE)]

    with serving_folder(site) as address:
        complaints.allow_origin(address)
        page.goto(address)
        check(page, address, "known", "here", KNOWN)
        assert "hashes" not in LivePage(page, address).form("it", "errors()")
        assert whole() == []
        check(page, address, "unknown", "there", UNKNOWN)
        assert len(whole()) == 1
        check(page, address, "known", "here", KNOWN)
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        page.goto("about:blank")
    for place in (address, (site / "offline.html").as_uri()):
        complaints.allow_origin(place)
        page.goto(place)
        check(page, place, "known", "here", KNOWN)
        check(page, place, "unknown", "there", UNKNOWN)


@pytest.mark.first_visit
def test_a_page_without_its_snapshot_keeps_the_whole_library(page, complaints, site):
    said = []
    page.on("console", lambda line: said.append(line.text))
    page.route("**/snapshot.data", lambda route: route.fulfill(body=b"no snapshot"))
    with serving_folder(site) as address:
        complaints.allow_origin(address)
        page.goto(address)
        check(page, address, "known", "here", KNOWN)
        check(page, address, "unknown", "there", UNKNOWN)
    assert [text for text in said if "Python starts without its snapshot" in text]

"""Python of an author's own page: what it imports is there before it runs, without a network too."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from clientforms.builder import cli
from tests.browser.battery import wait_until_live
from tests.browser.live_page import LivePage
from tests.conftest import ROOT
from tests.support.sites import serving_folder

FORMS = """from django import forms


class WordForm(forms.Form):
    word = forms.SlugField()
"""
# None of wave, colorsys and archive is in the snapshot: they come with the rest of Python's library and of Django.
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>Own</title></head><body>
<form data-form="words.WordForm"><button>Save</button></form>
<p id="told"></p>
<script type="py" src="own.py"></script>
<script type="py">
    import wave
    from pyscript import document

    document.getElementById("told").append(" " + wave.__name__)
</script>
</body></html>"""
OWN = """import colorsys

from clientforms.browser import start
from django.utils import archive
from pyscript import document

document.getElementById("told").append(str(colorsys.rgb_to_hsv(1, 0, 0)))
start()
"""


CONFIGURED = """from clientforms.browser import configure, start
from django.conf import settings
from pyscript import document

told = document.getElementById("told")
configure(TIME_ZONE="Asia/Tokyo")
start()
told.append(settings.TIME_ZONE)
configure(TIME_ZONE="Asia/Tokyo")
try:
    configure(TIME_ZONE="Europe/Vienna")
except Exception as error:
    told.append(f" {type(error).__name__}: {error}")
"""
TIMES = """from django import forms


class WordForm(forms.Form):
    word = forms.DateTimeField()

    def clean_word(self):
        raise forms.ValidationError(f"{self.cleaned_data['word'].utcoffset()} off")
"""


@pytest.fixture
def write(tmp_path):
    def write(own=OWN, page=PAGE, forms=FORMS):
        (tmp_path / "words.py").write_text(forms)
        (tmp_path / "own.py").write_text(own)
        (tmp_path / "page.html").write_text(page)
        template = str(tmp_path / "page.html")
        site = tmp_path / "site"
        target = f"{tmp_path / 'words.py'}:WordForm"
        return site, cli.main(["build", target, "--template", template, "--out", str(site)])

    return write


def check(page, address):
    live = LivePage(page, address)
    wait_until_live(live)
    expect(page.locator("#told")).to_have_text("(0.0, 1.0, 1) wave")
    live.type("word", "two words")
    expect(page.locator("form")).to_contain_text("Enter a valid “slug”")


def test_what_they_import_is_fetched_before_they_run_and_kept_offline(page, complaints, write):
    site, status = write()
    assert status == 0
    kinds = []
    page.on("request", lambda request: kinds.append((request.resource_type, request.url)))
    with serving_folder(site) as address:
        complaints.allow_origin(address)
        page.goto(address)
        check(page, address)
        page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
        page.goto("about:blank")
    page.goto(address)  # the server is gone
    check(page, address)
    library = [kind for kind, url in kinds if url.endswith("python_stdlib.zip")]
    assert set(library) == {"fetch"}, "no import had the page stand still"
    alone = (site / "offline.html").as_uri()
    complaints.allow_origin(alone)
    page.goto(alone)
    check(page, alone)


def test_they_wait_for_what_they_import_while_one_writes_too(page, complaints, write, tmp_path):
    write()
    with subprocess.Popen(
        [sys.executable, "-P", "-m", "clientforms", "serve", "words.py:WordForm",
         "--template", "page.html", "--port", "0"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT / "app")},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    ) as process:  # fmt: skip
        said = iter(process.stdout.readline, "")
        address = next(found[0] for line in said if (found := re.search(r"http://\S+/", line)))
        complaints.allow_origin(address)
        page.goto(address)
        check(page, address)
        process.terminate()


def test_they_configure_django_before_it_is_used_and_not_later(page, complaints, write):
    site, status = write(CONFIGURED, forms=TIMES)
    assert status == 0
    with serving_folder(site) as address:
        complaints.allow_origin(address)
        page.goto(address)
        live = LivePage(page, address)
        wait_until_live(live)
        expect(page.locator("#told")).to_contain_text(
            "Asia/Tokyo ImproperlyConfigured: configure(TIME_ZONE=…) comes too late: Django is configured."
        )
        live.type("word", "2026-01-02 03:04")
        expect(page.locator("form")).to_contain_text("9:00:00 off")


@pytest.mark.parametrize(
    ("own", "page", "place"),
    [
        ("import wave\n\nword = = 1\n", PAGE, "own.py:3: invalid syntax. Fix it first."),
        (OWN, PAGE.replace("import wave", "import wave,"), "page.html:7: "),
    ],
)
def test_a_script_that_is_no_python_is_named_before_anything_is_written(
    write, capsys, own, page, place
):
    site, status = write(own, page)
    assert status == 1
    (line,) = [
        each for each in capsys.readouterr().err.splitlines() if each.startswith("clientforms: ")
    ]
    assert place in line
    assert not site.exists()

"""`clientforms serve`: a saved file is in the page at once, and nothing typed is lost by it."""

import os
import re
import subprocess
import sys

import pytest
from playwright.sync_api import expect

from tests.browser.battery import wait_until_live
from tests.browser.live_page import LivePage
from tests.conftest import ROOT

FORMS = """
from django import forms

from words import WORDS


class LetterForm(forms.Form):
    to = forms.ChoiceField(choices=[(each, each) for each in WORDS])
    body = forms.CharField()


LetterFormSet = forms.formset_factory(LetterForm, extra=1)
"""


@pytest.fixture
def serving(tmp_path):
    """A folder with forms, and the address at which they are served."""
    (tmp_path / "letters.py").write_text(FORMS)
    (tmp_path / "words.py").write_text("WORDS = ['Ada', 'Bob']\n")
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "clientforms", "serve", "letters.py:LetterFormSet", "--port", "0"],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT / "app")},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    said = iter(process.stdout.readline, "")
    address = next(found[0] for line in said if (found := re.search(r"http://\S+/", line)))
    yield tmp_path, address
    process.terminate()
    process.communicate(timeout=10)


def test_a_saved_file_is_shown_with_what_was_typed(page, complaints, serving):
    folder, address = serving
    complaints.allow_origin(address)
    live = LivePage(page, address)
    page.goto(address)
    wait_until_live(live)
    live.button("form", "add").click()
    live.type("form-1-body", "Dear Ada,")
    live.control("form-0-to").select_option("Bob")

    (folder / "words.py").write_text("WORDS = ['Ada', 'Bob', 'Eve']\n")
    expect(page.locator("[name=form-0-to] option", has_text="Eve")).to_be_attached()
    wait_until_live(live)
    expect(live.control("form-1-body")).to_have_value("Dear Ada,")
    expect(live.control("form-0-to")).to_have_value("Bob")

    (folder / "letters.py").write_text(FORMS + "\n1 / 0\n")
    told = page.locator("[data-serve-error]")
    expect(told).to_contain_text("letters.py:14: ZeroDivisionError")
    expect(live.control("form-1-body")).to_have_value("Dear Ada,")

    (folder / "letters.py").write_text(
        FORMS.replace("body = ", "when = forms.DateField()\n    body = ")
    )
    expect(live.control("form-1-when")).to_be_visible()
    wait_until_live(live)
    expect(told).to_have_count(0)
    expect(live.control("form-1-body")).to_have_value("Dear Ada,")


def test_a_port_in_use_is_told_in_one_line(serving, tmp_path):
    port = serving[1].rstrip("/").rpartition(":")[2]
    done = subprocess.run(
        [sys.executable, "-P", "-m", "clientforms", "serve", "letters.py:LetterForm", "--port", port],
        cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT / "app")},
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stderr == f"clientforms: port {port} is in use. Choose another with --port.\n"

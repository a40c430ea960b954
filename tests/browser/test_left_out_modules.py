"""Modules in C that the interpreter of most pages lacks: a page that was built without them says so in a line."""

import json

import pytest

from clientforms.builder import cli
from clientforms.builder.runtime.left_out_modules import CODECS, LEFT_OUT, WHOLE
from clientforms.builder.site.assets import find_assets
from tests.support.sites import serving_folder

# Imports what it is asked to when it is cleaned, and answers with what came of each.
FORMS = """import importlib
import json

from django import forms


def tried(name):
    try:
        return importlib.import_module(name).__name__
    except (ImportError, LookupError) as error:
        return f"{type(error).__name__}: {error}"


class LateForm(forms.Form):
    modules = forms.CharField()

    def clean_modules(self):
        answers = {name: tried(name) for name in self.cleaned_data["modules"].split()}
        raise forms.ValidationError(json.dumps(answers))
"""
NAMED = {
    "small": "",
    "named": 'ENCODING = "Shift_JIS"\n',
    "imported": "import sqlite3\nfrom xml.etree import ElementTree\n",
}


@pytest.fixture(scope="module")
def sites(tmp_path_factory):
    """Three sites whose forms differ in the first lines."""
    folder = tmp_path_factory.mktemp("left_out")
    for name, head in NAMED.items():
        (folder / f"{name}.py").write_text(head + FORMS)
        target = f"{folder}/{name}.py:LateForm"
        assert cli.main(["build", target, "--prefix", "it", "--out", str(folder / name)]) == 0
    return folder


def answers(page, complaints, site):
    """What comes of importing each module in a page of `site`."""
    with serving_folder(site) as address:
        complaints.allow_origin(address)
        page.goto(address)
        page.evaluate("clientforms.ready.then(() => true)")
        page.evaluate(
            "words => clientforms.form('it').setData({'it-modules': words})", " ".join(LEFT_OUT)
        )
        page.evaluate("clientforms.form('it').validate()")
        return json.loads(page.evaluate("clientforms.form('it').errors().modules[0]"))


@pytest.mark.parametrize("name", ["named", "imported"])
def test_a_page_that_was_built_with_one_has_all(page, complaints, sites, name):
    found = answers(page, complaints, sites / name)
    assert found == {name: name for name in LEFT_OUT}


def test_a_page_that_was_built_without_them_refuses_each_and_says_what_to_do(
    page, complaints, sites
):
    found = answers(page, complaints, sites / "small")
    for name, imported_as in LEFT_OUT.items():
        if name in CODECS:
            assert found[name].startswith(
                "LookupError: This page was built without the encodings"
            ), found
        else:
            assert found[name] == (
                f"ModuleNotFoundError: No module named {name!r}: this page was built without it. "
                f"Import {imported_as} at the top of the module with your forms, and build the page again."
            )


def test_only_those_have_the_larger_interpreter(sites):
    runtime = find_assets().folder / "runtime"
    name = "pyodide/pyodide.asm.data"
    sizes = {
        each: next((sites / each).glob(f"static-*/runtime/{name}")).stat().st_size for each in NAMED
    }
    whole = (runtime / WHOLE / name).stat().st_size
    assert sizes == {"small": (runtime / name).stat().st_size, "named": whole, "imported": whole}
    assert sizes["small"] < whole - 900_000


@pytest.mark.parametrize(
    ("asked", "source", "wanted"),
    [
        (["datetime", "decimal", "json", "csv", "hashlib", "django.forms"], "", False),
        (["xml.etree.ElementTree"], "", True),
        (["xml.dom.minidom"], "", True),
        (["sqlite3"], "", True),
        (["ctypes.util"], "", True),
        (["mmap"], "", True),
        ([], "content.decode('utf-8')", False),
        ([], "content.decode('gb18030')", True),
        ([], 'content.decode("euc-jp")', True),
        ([], "# big5 is not meant", False),
    ],
)
def test_what_the_page_imports_or_names_says_which_it_gets(asked, source, wanted):
    assert find_assets().needs_whole(asked, "", [source]) is wanted

"""Forms that nobody here wrote: built, live, and validated as under CPython, in two languages.

The gate tries those of Django's own `contrib`; `make wild` has a Python with all packages installed,
which CLIENTFORMS_WILD names.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.payload import first_visit
from tests.browser.battery import wait_until_live
from tests.browser.live_page import LivePage
from tests.conftest import ROOT
from tests.support.sites import serving_folder
from tests.wild.catalogue import LIVE, REFUSED

PROJECT = Path(__file__).parent / "project"
PYTHON = os.environ.get("CLIENTFORMS_WILD", "")
FORMS = [each for each in LIVE if PYTHON or each.package == "Django"]
NOTES = {"en": "The server checks this.", "de": "Das prüft der Server."}
LANGUAGES = tuple(NOTES)
ADD = """values => {
    for (const [name, value] of Object.entries(values)) {
        const control = Object.assign(document.createElement("textarea"), { name, value, hidden: true });
        document.querySelector("[data-key]").append(control);
    }
}"""
CASES = [
    (form, language)
    for number, form in enumerate(FORMS)
    for place, language in enumerate(LANGUAGES)
    # The gate has no time for each form in each.
    if language in form.languages and (PYTHON or number % 2 == place)
]
LEFT = "The page leaves this rule to the server"


def run(what, *arguments, given="", **environment):
    """Run Python with the packages, as somebody does who is in the project's folder."""
    return subprocess.run(
        [PYTHON or sys.executable, "-P", *what, *arguments],
        cwd=PROJECT,
        env={
            **os.environ,
            "PYTHONPATH": f"{ROOT / 'app'}{os.pathsep}{PROJECT}",
            "PYTHONDONTWRITEBYTECODE": "1",
            "DJANGO_SETTINGS_MODULE": "wild_site.settings",
            **environment,
        },
        input=given,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


def build(target, out, *options):
    return run(
        ("-m", "clientforms"), "build", target, "--out", str(out), "--prefix", "wild", *options
    )


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    """The project's database: a user, and what the fixtures hold."""
    place = tmp_path_factory.mktemp("wild") / "database.sqlite"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WILD_DATABASE", str(place))
        fixtures = sorted(each.name for each in PROJECT.glob("*.json")) if PYTHON else []
        for line in (
            ["migrate", "--run-syncdb"],
            ["createsuperuser", "--no-input", "--username", "ada", "--email", "ada@example.org"],
            *([["loaddata", *fixtures]] if fixtures else []),
        ):
            done = run(("-m", "django"), *line, DJANGO_SUPERUSER_PASSWORD="Xk3-lighthouse")
            assert done.returncode == 0, done.stderr
        yield


@pytest.mark.parametrize(
    ("form", "language"), CASES, ids=lambda each: getattr(each, "target", each)
)
def test_a_form_of_others_is_live_and_validates_as_under_cpython(
    page, complaints, tmp_path, database, form, language
):
    fixture = ("--fixture", form.fixture) if form.fixture else ()
    done = build(form.target, tmp_path / "site", "--language", language, *fixture)
    assert done.returncode == 0, done.stderr
    files = {f"wild-{name}": text for name, text in form.files.items()}
    said, sent = [], []
    with serving_folder(tmp_path / "site") as address:
        complaints.allow_origin(address)
        for each in (*form.complaints, *((LEFT,) if form.left else ())):
            complaints.expect(each)
        live = LivePage(page, address)
        page.goto(address)
        wait_until_live(live)
        for data in ({}, form.valid, form.bad):
            posted = {
                f"wild-{name}": value if isinstance(value, list) else [value]
                for name, value in data.items()
            }
            page.evaluate("data => clientforms.form('wild').setData(data)", posted)
            for name, text in files.items():
                chosen = {"name": "data.csv", "mimeType": "text/csv", "buffer": text.encode()}
                live.control(name).set_input_files([chosen] if data is form.valid else [])
            if data is form.valid:
                page.evaluate(ADD, form.by_script)
            said.append([live.form("wild", "isValid()"), live.form("wild", "errors()")])
            sent.append(live.form("wild", "postData()"))
            if data is form.valid:
                left = page.get_by_text(NOTES[language]).filter(visible=True)
                assert bool(left.count()) is form.left
    asked = {
        "target": form.target,
        "language": language,
        "posted": [{name: each[name] for name in each if name not in files} for each in sent],
        "files": [{}, files, {}],
    }
    done = run((str(PROJECT.with_name("in_cpython.py")),), given=json.dumps(asked))
    assert done.returncode == 0, done.stderr
    assert said == json.loads(done.stdout)
    verdicts = [is_valid for is_valid, _ in said]
    assert verdicts == [bool(form.why_blank_is_valid), True, False]


if PYTHON:

    @pytest.mark.parametrize(("target", "why"), REFUSED.items(), ids=REFUSED)
    def test_a_form_that_cannot_be_live_is_refused_with_the_reason(tmp_path, target, why):
        done = build(target, tmp_path / "site")
        assert done.returncode != 0
        assert why in done.stderr
        assert not (tmp_path / "site").exists()

    def test_a_phone_number_and_an_iban_add_at_most_3_megabytes(chromium, tmp_path):
        """To what a first visit fetches of the same form without them."""
        fetched = []
        for place, target in enumerate(
            ("things.contact:ContactForm", "things.plain:PlainContactForm")
        ):
            site = tmp_path / str(place)
            done = build(target, site)
            assert done.returncode == 0, done.stderr
            fetched.append(sum(size.compressed for size in first_visit(chromium, site).values()))
        with_them, without = fetched
        assert 0 < with_them - without <= 3_000_000


def test_the_documentation_says_of_what_is_refused_what_the_tool_prints():
    """`make wild` sees the tool print it."""
    page = (ROOT / "docs" / "what-works.md").read_text("utf-8")
    table = page.partition("## What does not\n")[2].partition("\n## ")[0]
    said = re.findall(r"^\| .* \| `([^`]+)`.* \|$", table, re.MULTILINE)
    assert sorted(said) == sorted(REFUSED.values())


def test_the_documentation_names_the_packages_that_are_tried_and_their_versions():
    page = (ROOT / "docs" / "what-works.md").read_text("utf-8")
    table = page.partition("## Packages\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([a-z][^|]*) \| ([\d., ]+) \|", table, re.MULTILINE)
    pinned = (ROOT / "requirements-wild.txt").read_text("utf-8")
    documented = set()
    for names, versions in rows:
        for name, version in zip(names.split(", "), versions.split(", "), strict=True):
            if name != "package":
                documented.add(name)
                assert re.search(
                    rf"^{re.escape(name)}=={re.escape(version)}[ ;]", pinned, re.MULTILINE
                )
    assert {each.package for each in LIVE} - {"Django"} <= documented


def test_the_catalogue_is_as_wide_as_it_says():
    assert len({each.target for each in LIVE}) + len(REFUSED) >= 30
    assert len({each.package for each in LIVE}) >= 15
    assert len({each.target for each in LIVE}) >= 25

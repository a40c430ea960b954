"""A built site whose files do not come as they should: its forms are live, or it says why not.

Nothing gets into the address then, and nothing typed is lost.
"""

import math
import os
import random
import re

import pytest
from playwright.sync_api import expect

from clientforms.builder import cli
from clientforms.builder.output.site_files import Site, write_site
from clientforms.builder.site.boot_watch import WORDS
from clientforms.builder.site.delivery import ship
from tests.browser.live_page import BOOT
from tests.support.sites import checkout_site
from tests.support.troubled_server import CHANGED, WAYS, TroubledServer
from tests.support.visited_context import keep_compiled

# Without these there is less to see, no dragging, or no visit without a network, but the forms are live.
NOT_NEEDED = re.compile(
    r"(page\.css|core\.css|favicon\.svg|icon-\d+\.png|manifest\.json|offline\.js|workbox-window\.js|sortable\.js)$"
)
# The forms are live without these as well, later, unless they keep the page waiting.
REPLACED = re.compile(r"(snapshot\.data|pyodide\.asm\.data|zstddec\.wasm|boot\.js|languages/.+)$")
# Code of an author's: where it fails, the forms that need it say so themselves.
CODE = re.compile(r"/demo/.+\.py$")
# Scripts that are missed before the large files are of use.
EARLY = re.compile(r"(?<!error)\.js$")
AT_ONCE = 6  # pages
FOREVER = 12  # pages that wait, meanwhile
RELOAD = {
    "en": "Reload the page. If it happens again, tell the people who run this site",
    "de": "Laden Sie die Seite neu; wenn es wieder geschieht, sagen Sie es bitte den Betreibern",
}
OUTCOME = """() => {
    const said = document.querySelector("[data-boot-error]:not([hidden])")?.textContent;
    return window.clientforms?.formset ? "live" : said ?? null;
}"""
PAINTED = """async () => {
    while (!performance.getEntriesByType("paint").length) await new Promise(requestAnimationFrame);
}"""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    out = tmp_path_factory.mktemp("missing") / "site"
    write_site(ship(checkout_site()), out)
    with TroubledServer(out).running() as server:
        yield server


@pytest.fixture(scope="module")
def german(tmp_path_factory):
    """The same in a page that says that it is in German."""
    given = checkout_site()
    page = given.files[given.entry].replace(b'<html lang="en">', b'<html lang="de-AT">')
    out = tmp_path_factory.mktemp("german") / "site"
    write_site(ship(Site({**given.files, given.entry: page}, given.entry)), out)
    with TroubledServer(out).running() as server:
        yield server


@pytest.fixture(scope="module")
def address(site):
    return site.address()


@pytest.fixture(scope="module")
def browsing(chromium, server):
    # Nor does a click wait until a smooth scroll has ended.
    with chromium.new_context(service_workers="block", reduced_motion="reduce") as context:
        keep_compiled(context.new_page(), server)
        yield context


@pytest.fixture(scope="module")
def asked(browsing, address):
    """The files that a visit asks for."""
    page = browsing.new_page()
    names = set()
    page.on("request", lambda request: names.add(request.url.removeprefix(address)))
    page.goto(address)
    assert outcome_of(page) == "live"
    page.close()
    return sorted(name for name in names if "static" in name or "site" in name)


OWN_PAGE = """<!doctype html><html lang="de"><head><meta charset="utf-8"><title>Own</title>
<link rel="icon" href="data:,"></head><body>
<form><div data-formset="own.ArticleFormSet" data-prefix="articles"></div></form>
<form id="signup" data-form="own.SignupForm"><button>Sign up</button></form></body></html>"""
OWN_FORMS = """from django import forms

class SignupForm(forms.Form):
    username = forms.CharField()
    password = forms.CharField(widget=forms.PasswordInput)

class ArticleForm(forms.Form):
    title = forms.CharField()

ArticleFormSet = forms.formset_factory(ArticleForm, extra=3)
"""


@pytest.fixture(scope="module")
def own(tmp_path_factory):
    """A site of an author's forms, in German."""
    folder = tmp_path_factory.mktemp("own")
    (folder / "own.py").write_text(OWN_FORMS, "utf-8")
    (folder / "page.html").write_text(OWN_PAGE, "utf-8")
    targets = [f"{folder / 'own.py'}:{name}" for name in ("SignupForm", "ArticleFormSet")]
    given = ["--template", str(folder / "page.html"), "--out", str(folder / "site")]
    assert cli.main(["build", *targets, *given]) == 0
    with TroubledServer(folder / "site").running() as server:
        yield server


class Visit:
    """A page of the site where a file does not arrive in one of the WAYS, and some with it."""

    def __init__(self, browsing, site, way, *names, also=()):
        self.way, self.names = way, names
        self.case = f"{way}: {', '.join(names)}"
        self.address = site.address(dict.fromkeys(also, "never") | dict.fromkeys(names, way))
        self.page = browsing.new_page()
        self.page.set_default_timeout(BOOT)
        self.console = []
        self.page.on("console", lambda message: self.console.append(message.text))
        self.page.goto(self.address, wait_until="commit")

    @property
    def has_boot(self):
        return not any(each.endswith("/boot.js") for each in self.names)

    @property
    def is_blank(self):
        """Whether nothing of the page can come, for its parser waits."""
        return self.way == "never" and not self.has_boot

    @property
    def becomes_live(self):
        patterns = [NOT_NEEDED.pattern]
        if self.way != "never":
            patterns.append(REPLACED.pattern)
        return all(re.search("|".join(patterns), each) for each in self.names)

    def begin(self):
        """Do what a visitor does when only the HTML is there."""
        if self.is_blank:
            return
        if self.has_boot and self.becomes_live:
            self.page.locator('[data-prefix="articles"] [data-formset-action="add"]').click()
        self.press()

    def press(self):
        """Fill in the form that has a password, and press its button."""
        self.page.fill('[name="username"]', "ada")
        self.page.fill('[name="password"]', "secret")
        self.page.evaluate("document.querySelector('[name=password]').form.noValidate = true")
        self.page.get_by_role("button", name="Sign up").click()

    def check(self):
        self.check_what_is_said()
        assert not self.page.evaluate(f"globalThis.{CHANGED}"), f"{self.case} has run"
        if not self.is_blank:
            self.check_what_was_typed()
            self.press()
            self.check_what_was_typed()
        if self.has_boot and self.becomes_live:  # what was pressed was held
            rows = self.page.locator('[data-prefix="articles"] [data-formset-row]')
            expect(rows, self.case).to_have_count(4)
        self.page.close()

    def check_what_is_said(self):
        said = outcome_of(self.page)
        if self.becomes_live:
            assert said == "live", self.case
        else:
            language = self.page.evaluate("document.documentElement.lang").partition("-")[0]
            is_failing_code = self.way == "changed" and all(map(CODE.search, self.names))
            is_told = RELOAD[language] in said or (is_failing_code and said == "live")
            assert is_told, f"{self.case}: {said}"
            assert "make run" not in said, self.case
        # Nor is who looks at the console in the checkout.
        assert "make run" not in "\n".join(self.console), self.case
        self.page.evaluate(PAINTED)

    def check_what_was_typed(self):
        assert self.page.url == self.address, self.case
        assert self.page.input_value('[name="username"]') == "ada", self.case
        assert self.page.input_value('[name="password"]') == "secret", self.case


def outcome_of(page, patience=30):
    for _ in range(patience * 20):
        if outcome := page.evaluate(OUTCOME):
            return outcome
        page.wait_for_timeout(50)
    return "nothing"


def drawn_ways(names):
    """Return pairs of a way and a file: a third of the files, each in a way that is drawn, or all in all."""
    ways = ("missing", "cut", "changed")
    if "CLIENTFORMS_EVERY_WAY" in os.environ:
        return [(way, name) for name in names for way in ways]
    names = list(names)
    return [(random.choice(ways), name) for name in random.sample(names, math.ceil(len(names) / 3))]


def check_each(browsing, site, cases, at_once):
    """Check the `cases`, which are pairs of a way and a file."""
    large = [name for _, name in cases if name.endswith((".data", ".wasm"))]
    spared = re.compile(f"{NOT_NEEDED.pattern}|{REPLACED.pattern}")
    for start in range(0, len(cases), at_once):
        visits = [
            Visit(browsing, site, way, name, also=large if is_early else ())
            for way, name in cases[start : start + at_once]
            for is_early in [EARLY.search(name) and not spared.search(name)]
        ]
        for step in (Visit.begin, Visit.check):
            for visit in visits:
                step(visit)


def test_without_any_file_its_forms_are_live_or_it_says_why_not(browsing, site, asked):
    """A third is tried, each in one way; another run may draw others, one with CLIENTFORMS_EVERY_WAY tries all in all."""
    assert len(asked) > 20
    check_each(browsing, site, drawn_ways(asked), AT_ONCE)


def test_without_a_file_of_an_author_or_a_language_it_is_the_same(browsing, own):
    """What a built site has beside the files of the checkout's page."""
    names = [name for name in own.names() if re.search(r"site-\w+/app/|languages/", name)]
    names = [name for name in names if not name.endswith("licenses.txt")]
    assert {each.rpartition("/")[2] for each in names} == {
        "packed.data", "start.py", "de.zip", "languages.json",
    }  # fmt: skip
    check_each(browsing, own, drawn_ways(names), AT_ONCE)


def test_where_a_file_never_arrives_its_forms_are_live_or_it_says_why_not(browsing, site, asked):
    """A third of them, which another run may draw otherwise: with CLIENTFORMS_EVERY_WAY all."""
    drawn = (
        asked if "CLIENTFORMS_EVERY_WAY" in os.environ else random.sample(asked, len(asked) // 3)
    )
    check_each(browsing, site, [("never", each) for each in drawn], FOREVER)


@pytest.mark.parametrize("way", WAYS)
def test_without_the_first_script_and_others_it_is_said_in_the_pages_language(
    browsing, german, way
):
    """Without that script, nothing but the page's HTML can say so."""
    with_it = ("boot.js", "offline.js", "rows.js", "interpreter.js", "core.js")
    names = [each for each in german.names() if each.rpartition("/")[2] in with_it]
    assert len(names) == len(with_it)
    visit = Visit(browsing, german, way, *names)
    visit.begin()
    said = visit.page.locator("[data-boot-error]:not([hidden])")
    expect(said).to_have_text(WORDS["de"], timeout=BOOT)
    if not visit.is_blank:
        visit.check_what_was_typed()
    visit.page.close()


def test_the_console_of_a_healthy_page_is_empty(chromium, address):
    said = []
    with chromium.new_context() as context:
        page = context.new_page()
        page.on("console", lambda message: said.append((message.type, message.text)))
        page.on("pageerror", lambda error: said.append(("error", str(error))))
        for _ in range(2):  # the second time by the worker, and from what was kept
            page.goto(address)
            assert outcome_of(page) == "live"
            page.get_by_role("button", name="Sign up").click()
            # So long a browser waits before it calls a preload unused.
            page.evaluate("() => new Promise((resolve) => setTimeout(resolve, 3500))")
    assert [each for each in said if each[0] in ("log", "info", "warning", "error")] == []

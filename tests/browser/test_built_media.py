"""What widgets need, in built pages: known by other names there, loaded once, scripts behind their forms."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from clientforms.builder import cli
from tests.browser.battery import wait_until_live
from tests.browser.held_files import HeldFiles
from tests.browser.live_page import LivePage
from tests.support.sites import serving_folder

FORMS = """from django import forms


class Picky(forms.TextInput):
    class Media:
        css = {"all": ["shop/picky.css"]}
        js = ["shop/first.js", "shop/second.js"]


class HereForm(forms.Form):
    word = forms.CharField(widget=Picky)


class LateForm(HereForm):
    late = forms.CharField(widget=Picky)


class InnerForm(forms.Form):
    other = forms.CharField(widget=forms.TextInput({"class": "inner"}))

    class Media:
        js = ["shop/inner.js"]


InnerFormSet = forms.formset_factory(InnerForm, extra=1)


class BaseOuterFormSet(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.inner = InnerFormSet(
            data=form.data if form.is_bound else None, prefix=f"{form.prefix}-inner")


OuterFormSet = forms.formset_factory(forms.Form, formset=BaseOuterFormSet, extra=0)
"""
# Each notes its name, and which controls it finds.
SCRIPT = (
    "(window.ran ??= []).push(['{name}', [...document.querySelectorAll('form [name]')]"
    ".map(({{ name }}) => name).filter(name => /word|late/.test(name))]);"
)
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><link rel="icon" href="data:,"><title>Media</title></head><body>
{forms}
</body></html>"""
LATE = '<form data-form="shop.forms.LateForm" data-prerender="off"><button>Save</button></form>'
HERE = '<form data-form="shop.forms.HereForm"><button>Save</button></form>'
NESTED = """<form data-clientforms>
<div data-formset="shop.forms.OuterFormSet" data-prefix="outer"></div></form>"""


def site_of(tmp_path, *forms):
    """The forms' containers to the site that is built of them."""
    package = tmp_path / "shop"
    (package / "static" / "shop").mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "forms.py").write_text(FORMS)
    for name in ("first", "second", "inner"):
        (package / "static" / "shop" / f"{name}.js").write_text(SCRIPT.format(name=name))
    style = package / "static" / "shop" / "picky.css"
    style.write_text('@import "Parts/_Look.css";\nbutton { color: red }')
    look = style.parent / "Parts" / "_Look.css"
    look.parent.mkdir()
    look.write_text("input { border-left: 7px solid rgb(1, 2, 3) }")
    template = tmp_path / "page.html"
    template.write_text(PAGE.format(forms="\n".join(forms)))
    known = {LATE: "LateForm", HERE: "HereForm", NESTED: "OuterFormSet"}
    targets = [f"{package / 'forms.py'}:{known[each]}" for each in forms]
    out = tmp_path / "site"
    assert cli.main(["build", *targets, "--template", str(template), "--out", str(out)]) == 0
    return out


@pytest.fixture(params=["folder", "single file"])
def opened(request, page, complaints, tmp_path):
    """Yields what opens a site that is built of forms' containers, and returns the page with the media it asked for."""
    asked = []
    page.on(
        "request", lambda request: asked.append(request.url) if "/shop/" in request.url else None
    )

    def open_site(*forms):
        out = site_of(tmp_path, *forms)
        if request.param == "single file":
            address = (out / "offline.html").as_uri()
        else:
            address = servers.enter_context(serving_folder(out))
        complaints.allow_origin(address)
        page.goto(address)
        live = LivePage(page, address)
        wait_until_live(live)
        return live, asked

    with ExitStack() as servers:
        yield open_site


def styled(live, name):
    return live.control(name).evaluate("element => getComputedStyle(element).borderLeftWidth")


def wait_for_scripts(live, count):
    """Without evaluating text again and again, which the page's policy bars."""
    return live.page.evaluate(
        """count => new Promise(resolve => {
            const look = () => (window.ran ?? []).length < count ? requestAnimationFrame(look) : resolve(ran);
            look();
        })""",
        count,
    )


def test_a_form_that_the_page_renders_has_its_media(opened):
    live, asked = opened(LATE)
    found = wait_for_scripts(live, 2)
    assert found == [["first", ["word", "late"]], ["second", ["word", "late"]]]
    assert styled(live, "late") == "7px"
    assert len(set(asked)) == len(asked)


def test_a_form_that_stands_there_and_one_that_does_not_share_theirs(opened):
    live, asked = opened(HERE, LATE)
    assert wait_for_scripts(live, 2) == [["first", ["word"]], ["second", ["word"]]]
    assert styled(live, "late") == "7px"
    assert len(live.page.evaluate("ran")) == 2
    assert len(set(asked)) == len(asked)


def test_formsets_in_rows_that_come_later_have_theirs(opened):
    live, asked = opened(NESTED)
    live.button("outer", "add").click()
    assert wait_for_scripts(live, 1) == [["inner", []]]
    live.button("outer", "add").first.click()
    assert live.page.evaluate("ran.length") == 1
    assert len(set(asked)) == len(asked)


TROUBLE = {
    "missing": lambda script: script.unlink(),
    "raising": lambda script: script.write_text("throw new Error('the widget fails')"),
    "no script": lambda script: script.write_text("<!doctype html>"),
}


@pytest.mark.first_visit
@pytest.mark.parametrize("trouble", TROUBLE)
def test_forms_are_live_without_a_widgets_script(page, complaints, tmp_path, trouble):
    """What was pressed and typed before waits as ever, and nobody is told that the page failed."""
    complaints.expect("the widget fails|404|Unexpected token|integrity|Failed to")
    # The offline worker is fetched once the forms are live, and the server may be gone by then.
    complaints.allow("An unknown error occurred when fetching the script")
    out = site_of(tmp_path, HERE, NESTED)
    for script in out.rglob("*.js"):
        if script.parent.name == "shop":
            TROUBLE[trouble](script)
    for html in out.glob(
        "*.html"
    ):  # a site whose author has other scripts than those that were hashed
        html.write_text(
            re.sub(r'(src="[^"]*/shop/[^"]*"[^>]*?) integrity="[^"]*"', r"\1", html.read_text())
        )
    snapshot = HeldFiles(page, "**/snapshot.data")
    with serving_folder(out) as address:
        complaints.allow_origin(address)
        page.goto(address, wait_until="commit")
        live = LivePage(page, address)
        live.control("word").fill("early")
        live.button("outer", "add").click()
        live.control("word").press("Tab")
        snapshot.go_on()
        wait_until_live(live)
        assert live.formset("outer", "totalFormCount()") == 1
        expect(page.locator("[data-boot-error]:not([hidden])")).to_have_count(0)
        assert live.page.evaluate("clientforms.form('here').postData().word") == ["early"]

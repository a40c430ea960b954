"""Pages in other clothes, as docs/how-to/theming.md has them: tokens, Tailwind, a style sheet of one's own."""

import re

import pytest
from playwright.sync_api import expect

from clientforms.builder import cli
from clientforms.builder.runtime.archives import run_node
from tests.browser.accessibility import AXE, findings
from tests.browser.battery import wait_until_live
from tests.browser.live_page import LivePage
from tests.conftest import ROOT
from tests.support.sites import serving_folder

EXAMPLES = ROOT / "docs" / "examples"
PARTY, PUPILS = "party.py:GuestFormSet", "tailwind/course/forms.py:PupilFormSet"
COLOURS = """element => {
    const {color, backgroundColor, borderTopColor} = getComputedStyle(element);
    return [color, backgroundColor, borderTopColor];
}"""
RED = re.compile(r"rgb\((1[5-9]\d|2\d\d), [0-5]?\d, [0-5]?\d\)|oklch\(0.505 0.213 27.518\)")

# What is built, with which page, and the name of a field that an address without a dot goes into.
CLOTHES = {
    "tokens": (PARTY, "branded.html", ("guests", "born", "soon")),
    "starter": (PARTY, "starter.html", ("guests", "born", "soon")),
    "tailwind": (PUPILS, "tailwind/page.html", ("pupils", "email", "ada@example")),
}


@pytest.fixture
def dressed(page, complaints, tmp_path):
    """Opens a page in its clothes: `dressed(name)`."""
    servers = []

    def dress(name):
        target, template, _ = CLOTHES[name]
        if name == "tailwind":
            run_node(ROOT / "tools" / "tailwind.js", str(EXAMPLES / "tailwind"))
        arguments = [str(EXAMPLES / target), "--template", str(EXAMPLES / template)]
        assert cli.main(["build", *arguments, "--out", str(tmp_path / name)]) == 0
        servers.append(serving_folder(tmp_path / name))
        address = servers[-1].__enter__()
        complaints.allow_origin(address)
        page.goto(address)
        live = LivePage(page, address)
        wait_until_live(live)
        return live

    yield dress
    page.goto("about:blank")
    for each in servers:
        each.__exit__(None, None, None)


def test_pages_in_other_clothes_are_whole(dressed):
    for name, (_, _, (prefix, field, wrong)) in CLOTHES.items():
        live = dressed(name)
        page = live.page
        live.type(f"{prefix}-0-{field}", wrong)
        error = page.locator(f"#id_{prefix}-0-{field}_error")
        expect(error).to_be_visible()
        colour, _, _ = error.evaluate(COLOURS)
        assert RED.fullmatch(colour), (name, colour)
        _, _, border = live.control(f"{prefix}-0-{field}").evaluate(COLOURS)
        assert RED.fullmatch(border), (name, border)
        expect(live.control(f"{prefix}-0-DELETE")).to_be_hidden()
        live.button(prefix, "add").click()
        expect(live.rows(prefix)).to_have_count(3)
        page.evaluate(AXE.read_text("utf-8"))
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, name
            assert findings(page) == [], name
        if name == "tokens":
            expect(page.locator("form > button")).to_have_css(
                "background-color", "rgb(138, 28, 92)"
            )


def test_every_custom_property_of_the_style_sheet_is_told_of():
    sheet = (ROOT / "static" / "page.css").read_text("utf-8")
    tokens = re.search(r":root \{(.*?)\n\}", sheet, re.DOTALL)
    names = set(re.findall(r"^  (--[\w-]+):", tokens[1], re.MULTILINE))
    told = (ROOT / "docs" / "how-to" / "theming.md").read_text("utf-8")
    table = [line for line in told.splitlines() if line.startswith("| `--")]
    assert {each for line in table for each in re.findall(r"`(--[\w-]+)`", line)} == names

"""What is heard of the demos and of built pages: roles, names, descriptions and states, as text in `trees/`.

And that the Tab key reaches it in the order in which it is seen.
"""

import os
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.battery import wait_until_live
from tests.browser.live_page import LivePage
from tests.browser.tab_order import out_of_order
from tests.conftest import ROOT
from tests.support.sites import build, serving_folder

TREES = Path(__file__).parent / "trees"
WRITES = "CLIENTFORMS_TREES"
"""Set to `write`, this environment variable writes the trees anew: look at what changed."""

DEMOS = ("articles-form", "publish-form", "signup")
PAGES = {
    "form": (["survey.py:SurveyForm"], ()),
    "formset": (["tournament.py:TeamFormSet"], ()),
    "nested": (["course.py:CourseFormSet"], ()),
    "model": (["library/shelf.py:BookFormSet"], ()),
    "arabic": (
        [
            str(ROOT / f"docs/gallery/conference/forms.py:{each}")
            for each in ("RegistrationForm", "GuestFormSet")
        ],
        ("--language", "ar"),
    ),
}
"""Kinds of pages, and of what they are built."""

QUIET = {"InlineTextBox", "ListMarker", "LineBreak"}
STATES = (
    "required",
    "invalid",
    "disabled",
    "checked",
    "expanded",
    "pressed",
    "multiline",
    "readonly",
)


def tree(page, selector):
    """Return the accessibility tree of an element as Chromium hands it to screen readers, a line for each node."""
    session = page.context.new_cdp_session(page)
    session.send("Accessibility.enable")
    document = session.send("DOM.getDocument")["root"]["nodeId"]
    found = session.send("DOM.querySelector", {"nodeId": document, "selector": selector})
    node = session.send("DOM.describeNode", found)["node"]["backendNodeId"]
    nodes = session.send("Accessibility.getFullAXTree")["nodes"]
    session.detach()
    by_id = {each["nodeId"]: each for each in nodes}
    [root] = [each for each in nodes if each.get("backendDOMNodeId") == node]
    return "".join(f"{line}\n" for line in lines(root, by_id, 0, ""))


def lines(node, by_id, depth, around):
    role, name = value(node, "role"), value(node, "name")
    if role in QUIET or (role == "StaticText" and name.strip() in ("", around)):
        return
    if not node["ignored"] and role not in ("generic", "none"):
        said = f'{role} "{name}"' if name else role
        states = [
            state if each is True or each == "true" else f"{state}={each}"
            for state, each in properties(node)
        ]
        said += "".join(f" [{state}]" for state in states)
        if description := value(node, "description"):
            said += f" ({description})"
        yield "  " * depth + said
        depth, around = depth + 1, name
    for child in node.get("childIds", ()):
        if child in by_id:
            yield from lines(by_id[child], by_id, depth, around)


def value(node, key):
    return " ".join(str(node.get(key, {}).get("value", "")).split())


def properties(node):
    for each in node.get("properties", ()):
        found = each["value"].get("value")
        if each["name"] in STATES and found not in (False, "false", None):
            yield each["name"], found


def wait_for_handles(page):
    """Wait for what appears last: the handles of rows."""
    expect(page.locator("[data-formset-handle]").first).to_be_visible()


def expect_tree(page, selector, name):
    file, found = TREES / f"{name}.txt", tree(page, selector)
    if os.environ.get(WRITES) == "write":
        TREES.mkdir(exist_ok=True)
        file.write_text(found, "utf-8")
    assert found == file.read_text("utf-8"), f"{WRITES}=write writes {file} anew"


def test_what_is_heard_of_the_demos(live):
    wait_for_handles(live.page)
    for name in DEMOS:
        expect_tree(live.page, f"#{name}", f"demo-{name}")
    live.page.get_by_role("button", name="Check and save").click()
    expect_tree(live.page, "#articles-form", "demo-articles-form-refused")
    assert out_of_order(live.page) == []


@pytest.mark.parametrize("kind", PAGES)
def test_what_is_heard_of_built_pages(page, complaints, tmp_path, kind):
    targets, options = PAGES[kind]
    with serving_folder(build(tmp_path / "site", *targets, options=options)) as address:
        complaints.allow_origin(address)
        page.goto(address)
        live = LivePage(page, address)
        wait_until_live(live)
        if kind == "formset":
            wait_for_handles(page)
        expect_tree(page, "main", f"built-{kind}")
        assert out_of_order(page) == []
        page.goto("about:blank")

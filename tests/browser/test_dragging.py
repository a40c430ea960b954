"""Rows dragged into another order by a real pointer, and all removed by one button."""

import pytest
from playwright.sync_api import expect

from tests.browser.live_page import BOOT

HTML = """<form id="f">
<div data-formset="case.StopFormSet" data-prefix="stops" data-initial="there">
</div></form>
<form id="still"><div data-formset="case.StopFormSet" data-prefix="still" data-drag="off"></div></form>
<script type="application/json" id="there">[{"name": "One"}, {"name": "Two"}]</script>
<style>[data-formset-row] { min-height: 80px } .errorlist { margin: 0 }</style>
<script>window.Sortable = "the page's own"</script>"""
CODE = """
    class Stop(forms.Form):
        name = forms.CharField()
        kind = forms.ChoiceField(
            choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, required=False
        )

    StopFormSet = forms.formset_factory(Stop, extra=2, can_order=True, can_delete=True)

    from clientforms.browser import bindings, live_handles, runtime
    runtime.window.handles = runtime.proxy(lambda: runtime.plain_to_js(live_handles()))
    runtime.window.unbind = runtime.proxy(lambda: [each.unbind() for each in bindings()] and None)
"""


@pytest.fixture
def page(page):
    """One in which rows move as they do for most people."""
    page.emulate_media(reduced_motion="no-preference")
    return page


def names(live):
    """What the rows hold, from top to bottom."""
    return live.page.evaluate(
        """[...document.querySelectorAll('[data-prefix="stops"] [data-formset-row] [name$="-name"]')]
            .map(control => control.value)"""
    )


def handle(live, place):
    return live.button("stops", "drag", row=place)


def lift(live, place, to):
    """Press on the handle of the row at `place` and drag it over the one at `to`."""
    mouse = live.page.mouse
    handle(live, place).scroll_into_view_if_needed()
    start = handle(live, place).bounding_box()
    end = live.rows("stops").nth(to).bounding_box()
    mouse.move(start["x"] + 5, start["y"] + 5)
    mouse.down()
    below = end["height"] - 4 if to > place else 4
    mouse.move(start["x"] + 5, start["y"] + 20, steps=4)
    mouse.move(start["x"] + 5, end["y"] + below, steps=12)


def drag(live, place, to, result):
    lift(live, place, to)
    expect_names(live, result)  # the rows make room while the pointer is down
    live.page.mouse.up()


def expect_names(live, expected):
    live.page.wait_for_function(
        """expected => JSON.stringify([...document.querySelectorAll(
            '[data-prefix="stops"] [data-formset-row] [name$="-name"]')]
            .map(control => control.value)) === JSON.stringify(expected)""",
        arg=expected,
    )


def orders(live):
    posted = live.form_data("f")
    return {
        posted[f"stops-{index}-name"][0]: posted[f"stops-{index}-ORDER"][0]
        for index in range(int(posted["stops-TOTAL_FORMS"][0]))
    }


def test_rows_are_dragged_into_another_order(author):
    live = author(HTML, CODE)
    expect(handle(live, 0)).to_be_visible()
    expect(live.button("still", "drag", row=0)).to_be_hidden()
    assert live.page.evaluate("window.Sortable") == "the page's own"
    live.type("stops-2-name", "Three")
    live.type("stops-3-name", "Four")
    for index, kind in enumerate("abab"):
        live.page.check(f'[name="stops-{index}-kind"][value="{kind}"]')

    # An extra row over an initial one; the control that had the focus is in the moved row.
    live.control("stops-3-name").focus()
    drag(live, 3, 0, ["Four", "One", "Two", "Three"])
    expect_names(live, ["Four", "One", "Two", "Three"])
    assert orders(live) == {"Four": "1", "One": "2", "Two": "3", "Three": "4"}
    assert live.form_data("f") == live.formset("stops", "postData()")
    announcer = live.page.locator("[data-clientforms-announcer]")
    expect(announcer).to_have_text("Stop 4 moved to place 1 of 4.")
    assert live.page.evaluate("document.activeElement.closest('[data-formset-row]') != null")

    # An initial row downwards: it keeps its number.
    drag(live, 1, 3, ["Four", "Two", "Three", "One"])
    assert orders(live) == {"Four": "1", "Two": "2", "Three": "3", "One": "4"}
    assert live.control("stops-0-name").input_value() == "One"

    # Escape: nothing has happened, and the radios keep their ticks.
    before = live.form_data("f")
    lift(live, 0, 3)
    expect_names(live, ["Two", "Three", "One", "Four"])
    assert live.form_data("f") == before, "what would be posted does not depend on the pointer"
    live.page.keyboard.press("Escape")
    live.page.mouse.up()
    expect_names(live, ["Four", "Two", "Three", "One"])
    assert live.form_data("f") == before == live.formset("stops", "postData()")

    # One step back, and the handle's keys.
    live.formset("stops", "undo()")
    expect_names(live, ["Four", "One", "Two", "Three"])
    handle(live, 0).press("ArrowDown")
    expect_names(live, ["One", "Four", "Two", "Three"])
    assert (
        live.page.evaluate(
            "document.activeElement.matches('[data-formset-handle]') && "
            "document.activeElement.closest('[data-formset-row]').querySelector('input').value"
        )
        == "Four"
    )

    # A row that comes later can be dragged too; nothing is left after unbind().
    live.button("stops", "add").click()
    live.type("stops-4-name", "Five")
    drag(live, 4, 3, ["One", "Four", "Two", "Five", "Three"])
    live.page.mouse.move(5, 5)
    lift(live, 0, 2)
    live.page.evaluate("window.unbind()")
    live.page.mouse.up()
    expect(handle(live, 0)).to_be_hidden()
    assert live.page.evaluate("window.handles()") == {"proxies": 5, "listeners": 5}  # main.py's
    expect_names(live, ["One", "Four", "Two", "Five", "Three"])


def test_a_button_removes_all_and_one_undo_brings_them_back(author):
    live = author(
        HTML.replace(
            "</div></form>\n<form",
            '<button type="button" data-formset-action="remove-all">Clear</button></div></form>\n<form',
        ),
        CODE,
    )
    live.type("stops-2-name", "Three")
    before = live.form_data("f")
    clear = live.button("stops", "remove-all")
    clear.click()
    expect(live.rows("stops")).to_have_count(2)
    assert live.form_data("f")["stops-1-DELETE"] == ["on"]
    expect(clear).to_be_hidden()
    expect(live.page.locator("[data-clientforms-announcer]")).to_have_text(
        "4 removed. 0 left. Undo available."
    )
    assert live.page.evaluate("document.activeElement.dataset.formsetAction") == "add"
    live.button("stops", "undo").click()
    expect(live.rows("stops")).to_have_count(4)
    assert live.form_data("f") == before
    assert live.formset("stops", "removeAll()") == 4


def test_without_the_library_rows_are_moved_by_buttons(author, page, complaints):
    complaints.expect("404")
    complaints.expect("sortable.js could not be loaded. Rows can be moved by buttons and keys")
    page.route("**/sortable.js", lambda route: route.fulfill(status=404, body="not here"))
    with page.expect_event(
        "console", lambda message: "buttons and keys" in message.text, timeout=BOOT
    ):
        live = author(HTML, CODE)
    expect(handle(live, 0)).to_be_hidden()
    live.button("stops", "move-down", row=0).click()
    expect_names(live, ["Two", "One", "", ""])

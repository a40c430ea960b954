"""For those who hear a page: what rows are called, and what is announced."""

import pytest
from django import forms
from playwright.sync_api import expect

from clientforms.engine import ClientFormSet

NAMES = """[...document.querySelectorAll(`[data-prefix="${PREFIX}"] [data-formset-row]`)].map(row =>
    [row.getAttribute("role"), row.getAttribute("aria-label"),
     row.querySelector('[data-formset-action="remove"]')?.getAttribute("aria-label")])"""

FORMS = """
    class Guest(forms.Form):
        name = forms.CharField()

    class LineForm(forms.Form):
        name = forms.CharField()
        verbose_name = "order line"

    GuestFormSet = forms.formset_factory(Guest, extra=2, max_num=3, can_order=True)
    LineFormSet = forms.formset_factory(LineForm, extra=25)
"""
OWN = """<form id="own"><div data-formset="case.GuestFormSet" data-prefix="own">
  <input type="hidden" name="own-TOTAL_FORMS" value="2"><input type="hidden" name="own-INITIAL_FORMS" value="0">
  <table><tbody>
    <tr><td><input name="own-0-name"></td><td><input name="own-0-ORDER"></td></tr>
    <tr aria-label="The host"><td><input name="own-1-name"></td><td><input name="own-1-ORDER"></td></tr>
  </tbody></table></div></form>"""
PAGE = (
    "".join(
        f'<form><div data-formset="case.GuestFormSet" data-prefix="{layout}" data-layout="{layout}">'
        "</div></form>"
        for layout in ("div", "p", "ul", "table")
    )
    + '<form><div data-formset="case.LineFormSet" data-prefix="lines"></div></form>'
    + '<form><div data-formset="case.GuestFormSet" data-prefix="friends" data-row-label="A &amp; b">'
    + "</div></form>"
    + OWN
)


def names(live, prefix):
    return live.page.evaluate(NAMES.replace("${PREFIX}", prefix).replace("`", "'"))


def announced(live):
    return live.page.locator("[data-clientforms-announcer]")


@pytest.fixture(params=[False, True], ids=["rendered", "prerendered"])
def guests(author, request):
    return author(PAGE, FORMS, prerendered=request.param)


def test_rows_their_buttons_and_announcements_share_a_name(guests):
    live = guests
    expect(announced(live)).to_have_count(1)
    expect(announced(live)).to_have_text("")
    for layout in ("div", "p", "ul", "table"):
        role = None if layout == "ul" else "group"
        expected = [[role, f"Guest {n}", f"Remove Guest {n}"] for n in (1, 2)]
        assert names(live, layout) == expected, layout
    assert live.page.get_by_role("group", name="Guest 2", exact=True).count() == 3
    assert live.page.get_by_role("list", name="Guest 2", exact=True).count() == 1
    assert [name for _, name, _ in names(live, "lines")] == [
        f"Order line {n}" for n in range(1, 26)
    ]
    assert names(live, "friends")[1] == ["group", "A & b 2", "Remove A & b 2"]
    assert [(role, name) for role, name, _ in names(live, "own")] == [
        (None, "Guest 1"),
        (None, "The host"),
    ]

    live.button("table", "add").click()
    expect(announced(live)).to_have_text("Guest 3 added. Maximum of 3 reached.")
    assert names(live, "table")[2] == ["group", "Guest 3", "Remove Guest 3"]
    live.type("table-2-name", "Third")
    live.button("table", "move-up", row=2).press("Enter")
    expect(announced(live)).to_have_text("Guest 3 moved to place 2 of 3.")
    live.button("table", "remove", row=0).click()
    expect(announced(live)).to_have_text("Guest 1 removed. 2 left. Undo available.")
    assert [name for _, name, _ in names(live, "table")] == ["Guest 1", "Guest 2"]
    assert live.control("table-0-name").input_value() == "Third"

    live.button("lines", "remove", row=3).click()
    expect(announced(live)).to_have_text("Order line 4 removed. 24 left. Undo available.")
    assert [name for _, name, _ in names(live, "lines")] == [
        f"Order line {n}" for n in range(1, 25)
    ]


NOUNS = {
    "Guest": "Guest",
    "OrderLineForm": "Order line",
    "HTTPHeaderForm": "HTTP header",
    "Form": "Item",
    "F": "Item",
    "Form2": "Item",
}


def test_a_row_is_called_as_its_form_or_model_is_else_item():
    def label(name, **members):
        form = type(name, (forms.Form,), members)
        return ClientFormSet(forms.formset_factory(form)).row_label

    assert {name: label(name) for name in NOUNS} == NOUNS
    assert label("Guest", verbose_name="visitor") == "Visitor"
    field = forms.CharField()
    assert label("Guest", verbose_name=field) == "Guest"  # a field is no name

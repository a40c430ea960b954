"""Undo is the user's: Ctrl+Z takes the last action back wherever the focus is, typing is the browser's."""

import pytest
from playwright.sync_api import expect

LAYOUTS = ("div", "p", "ul", "table")
PAGE = """
<p><label>Search <input id="search"></label></p>
<div id="editor" contenteditable="true">Notes</div>
{forms}
"""
FORM = """
<form id="{name}-form" data-clientforms>
<div data-formset="case.RowFormSet" data-prefix="{name}" data-layout="{layout}" data-initial="rows"></div>
</form>
"""
ROWS = """
<script type="application/json" id="rows">[{"name": "Stored", "kind": "b"}]</script>
"""
PYTHON = """
class RowForm(forms.Form):
    name = forms.CharField()
    note = forms.CharField(required=False)
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], initial="a")

RowFormSet = forms.formset_factory(
    RowForm, extra=3, can_delete=True, can_order=True, max_num=9)
"""
OFFERS = "[data-formset-removed]"


@pytest.fixture
def rows(author):
    """A page of one formset for each layout, named after it: a stored row and three to fill in."""
    forms = "".join(FORM.format(name=each, layout=each) for each in LAYOUTS)
    live = author(ROWS + PAGE.format(forms=forms), PYTHON)
    for layout in LAYOUTS:
        live.formset(layout, "updateData([{}, {name: 'One'}, {name: 'Two'}, {name: 'Three'}])")
    return live


def state(live, name):
    """What is posted, and the keys of the rows as they stand."""
    keys = live.rows(name).evaluate_all("all => all.map(each => each.dataset.key)")
    data = live.form_data(f"{name}-form")
    assert data == live.formset(name, "postData()")
    return keys, data


def names(live, name):
    """What the name fields of the rows hold, in the page's order, offers among them."""
    return live.page.locator(f'[data-prefix="{name}"] [data-formset-rows]').evaluate(
        """rows => [...rows.querySelectorAll("[name$='-name'], [data-formset-removed] span")]
            .map(each => each.value ?? each.textContent)"""
    )


def drag(live, name):
    """Take the last row to the place of the one before."""
    handle = live.button(name, "drag", row=3)
    target = live.button(name, "drag", row=2)
    handle.scroll_into_view_if_needed()
    handle.hover()
    live.page.mouse.down()
    box = target.bounding_box()
    for part in (20, 8, 2):
        live.page.mouse.move(box["x"] + 4, box["y"] + part, steps=4)
    live.page.mouse.up()


def press(action, row=None):
    return lambda live, name: live.button(name, action, row=row).click()


def focus(live, formset, control):
    """Focus the control, or one of another formset if its row is gone."""
    here = live.control(f"{formset}-{control}")
    other = "table" if formset == "div" else "div"
    (here if here.count() else live.control(f"{other}-{control}")).focus()


def keys(shortcut, control):
    def do(live, name):
        live.control(f"{name}-{control}").focus()
        live.page.keyboard.press(shortcut)

    return do


def press_own(action, where):
    """Press a button that the author put into the element that `where` finds."""

    def do(live, name):
        button = f'<button type="button" data-formset-action="{action}">{action}</button>'
        place = live.page.locator(where.format(name=name)).first
        place.evaluate("(place, html) => place.insertAdjacentHTML('beforeend', html)", button)
        place.locator(f'[data-formset-action="{action}"]').last.click()

    return do


ACTIONS = {
    "remove": press("remove", 2),
    "remove the last": press("remove", 3),
    "mark": press("remove", 0),
    "restore": press("restore", 0),
    "add": press("add"),
    "move": press("move-down", 1),
    "move by a key": keys("Alt+ArrowUp", "2-name"),
    "drag": drag,
    "duplicate": press_own("duplicate", '[data-prefix="{name}"] [name$="-1-name"] >> xpath=..'),
    "remove all": press_own("remove-all", '[data-prefix="{name}"]'),
}
PLACES = {
    "where it was put": lambda live, name: None,
    "nowhere": lambda live, name: live.page.evaluate("document.activeElement.blur()"),
    "in a text field": lambda live, name: focus(live, name, "1-note"),
    "in a select": lambda live, name: focus(live, name, "1-kind"),
    "in another form": lambda live, name: live.control(
        f"{'table' if name == 'div' else 'div'}-0-name"
    ).focus(),
}


def test_the_keys_take_back_each_action_wherever_the_focus_is(rows):
    keyboard = rows.page.keyboard
    places = list(PLACES)
    for number, layout in enumerate(LAYOUTS):
        for each, (action, do) in enumerate(ACTIONS.items()):
            if action == "restore":
                rows.button(layout, "remove", row=0).click()
            before = state(rows, layout)
            do(rows, layout)
            after = state(rows, layout)
            assert after != before, (layout, action)
            place = places[(number + each) % len(places)]
            for undo, redo in (("Control+z", "Control+Shift+z"), ("Meta+z", "Control+y")):
                PLACES[place](rows, layout)
                keyboard.press(undo)
                assert state(rows, layout) == before, (layout, action, place, undo)
                PLACES[place](rows, layout)
                keyboard.press(redo)
                assert state(rows, layout) == after, (layout, action, place, redo)
            rows.page.evaluate("document.activeElement.blur()")
            keyboard.press("Control+z")
            if action == "restore":
                keyboard.press("Control+z")
            expect(rows.rows(layout)).to_have_count(4)


NESTED = """
<form id="books-form"><div data-formset="case.BookFormSet" data-prefix="books"></div></form>
"""
BOOKS = """
class PageForm(forms.Form):
    text = forms.CharField(required=False)

PageFormSet = forms.formset_factory(PageForm, extra=2, can_delete=True, can_order=True)

class BookForm(forms.Form):
    name = forms.CharField()

class BaseBookFormSet(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.pages = PageFormSet(data=form.data if form.is_bound else None, prefix=f"{form.prefix}-pages")

BookFormSet = forms.formset_factory(
    BookForm, formset=BaseBookFormSet, extra=2, can_delete=True, can_order=True)
"""
INSIDE = {
    "add": ("books-1-pages", "add", None),
    "remove": ("books-1-pages", "remove", 0),
    "move": ("books-1-pages", "move-down", 0),
    "remove the row around": ("books", "remove", 1),
}


def test_the_keys_take_back_what_was_done_inside_a_row(author):
    live = author(NESTED, BOOKS)
    for index in range(2):
        live.type(f"books-{index}-name", f"Book {index}")
        for page in range(2):
            live.type(f"books-{index}-pages-{page}-text", f"{index} {page}")

    def press_in(prefix, action, row):
        container = live.page.locator(f'[data-prefix="{prefix}"]')
        rows = container.locator("> [data-formset-rows] > [data-formset-row]")
        place = container.locator("> [data-formset-actions]") if row is None else rows.nth(row)
        place.locator(f'[data-formset-action="{action}"]').last.click()

    for what, where in INSIDE.items():
        before = live.formset("books", "postData()")
        press_in(*where)
        after = live.formset("books", "postData()")
        assert after != before, what
        for focus in ("document.activeElement.blur()", "document.querySelector('input').focus()"):
            live.page.evaluate(focus)
            live.page.keyboard.press("Control+z")
            assert live.formset("books", "postData()") == before, (what, focus)
            live.page.keyboard.press("Control+Shift+z")
            assert live.formset("books", "postData()") == after, (what, focus)
        live.page.evaluate("document.activeElement.blur()")
        live.page.keyboard.press("Control+z")
        assert live.form_data("books-form") == live.formset("books", "postData()") == before, what


def test_a_control_whose_row_moves_as_it_has_the_focus_gets_what_it_held(rows):
    """Moving it takes the focus from it, and what it holds then is older than what the formset does."""
    for layout in LAYOUTS:
        before = state(rows, layout)
        rows.formset(layout, "updateData([{name: 'New', ORDER: 9}, {}, {}, {}])")
        rows.button(layout, "move-down", 0).click()
        for name in ("name", "ORDER"):
            rows.control(f"{layout}-0-{name}").focus()
        rows.formset(layout, "undo()")
        rows.formset(layout, "undo()")
        assert state(rows, layout) == before
        assert rows.formset(layout, "redo()") is True


def test_after_typing_the_keys_are_the_browsers(rows):
    keyboard, note = rows.page.keyboard, rows.control("div-1-note")
    rows.button("div", "remove", row=3).click()
    note.focus()
    keyboard.type("x")
    keyboard.press("Control+z")
    expect(note).to_have_value("")
    expect(rows.rows("div")).to_have_count(3)

    # What a script types is not the user's typing.
    rows.button("div", "remove", row=2).click()
    note.evaluate(
        "each => { each.value = 'y'; each.dispatchEvent(new InputEvent('input', {bubbles: true})) }"
    )
    rows.page.evaluate("document.activeElement.blur()")
    keyboard.press("Control+z")
    keyboard.press("Control+z")
    expect(note).to_have_value("")
    expect(rows.rows("div")).to_have_count(3)


def test_the_keys_are_those_of_the_formset_that_acted_last(rows):
    keyboard = rows.page.keyboard
    rows.button("div", "remove", row=3).click()
    rows.button("table", "remove", row=3).click()
    rows.control("div-0-kind").focus()
    keyboard.press("Control+z")
    expect(rows.rows("table")).to_have_count(4)
    expect(rows.rows("div")).to_have_count(3)


def test_other_fields_and_other_keys_are_left_alone(rows):
    page, keyboard = rows.page, rows.page.keyboard
    page.evaluate(
        """() => addEventListener("keydown", event => { window.prevented = event.defaultPrevented })"""
    )
    rows.button("ul", "remove", row=3).click()
    for place in ("#search", "#editor"):
        page.locator(place).focus()
        keyboard.press("Control+z")
        assert page.evaluate("window.prevented") is False
    rows.control("ul-1-note").focus()
    for shortcut in ("Control+Alt+z", "z", "Alt+z", "Control+x", "Meta+y"):
        keyboard.press(shortcut)
        assert page.evaluate("window.prevented") is False, shortcut
    expect(rows.rows("ul")).to_have_count(3)
    rows.control("ul-1-note").fill("")

    # An Edit menu says it so; keyboards without Latin letters, by the key's place.
    rows.button("ul", "remove", row=2).click()
    undo, redo = (
        rows.control("ul-1-note").evaluate(
            """(each, inputType) => !each.dispatchEvent(new InputEvent(
                "beforeinput", {inputType, bubbles: true, cancelable: true}))""",
            kind,
        )
        for kind in ("historyUndo", "historyRedo")
    )
    assert (undo, redo) == (True, True)
    expect(rows.rows("ul")).to_have_count(2)
    rows.control("ul-1-note").dispatch_event(
        "keydown", {"key": "я", "code": "KeyZ", "ctrlKey": True, "bubbles": True}
    )
    expect(rows.rows("ul")).to_have_count(3)


def test_offers_stand_where_rows_were_and_what_was_typed_since_stays(rows):
    page = rows.page
    for layout in LAYOUTS:
        rows.button(layout, "remove", row=2).click()
        rows.button(layout, "remove", row=1).click()
        rows.control(f"{layout}-1-note").press_sequentially("typed")
        rows.control(f"{layout}-1-note").blur()
        said = ["Row 2 removed.", "Row 3 removed."]
        assert names(rows, layout) == ["Stored", *said, "Three"]
        offers = page.locator(f'[data-prefix="{layout}"] {OFFERS}')
        expect(offers).to_have_count(2)
        expect(offers.last).to_be_in_viewport()
        tree = "each => [each.tagName, each.parentElement.tagName]"
        tags = {"table": ["TBODY", "TABLE"]}.get(layout, ["DIV", "DIV"])
        assert offers.last.evaluate(tree) == tags
        offers.last.get_by_role("button", name="Undo").click()
        assert names(rows, layout) == ["Stored", said[0], "Two", "Three"]
        assert rows.focused() == f"{layout}-1-name"
        page.keyboard.press("Shift+Tab")  # the row's buttons come last in it: the offer is next
        expect(offers.get_by_role("button")).to_be_focused()
        page.keyboard.press("Enter")
        assert names(rows, layout) == ["Stored", "One", "Two", "Three"]
        expect(rows.control(f"{layout}-3-note")).to_have_value("typed")
        expect(offers).to_have_count(0)
        state(rows, layout)


def test_offers_go_with_another_action_a_reset_and_a_submit(rows):
    offers = rows.page.locator(OFFERS)
    others = (
        lambda: rows.button("div", "add").click(),
        lambda: rows.button("div", "move-down", row=0).click(),
        lambda: rows.page.evaluate("document.getElementById('div-form').reset()"),
        lambda: rows.formset("div", "setData([{name: 'One', kind: 'a'}])"),
        lambda: rows.page.evaluate("document.getElementById('div-form').requestSubmit()"),
    )
    for other in others:
        rows.button("div", "remove", row=-1).click()
        expect(offers).to_have_count(1)
        other()
        expect(offers).to_have_count(0)
        rows.formset("div", "reset([{name: 'One', kind: 'a'}])")
    rows.button("div", "remove", row=1).click()
    rows.page.keyboard.press("Control+z")
    expect(offers).to_have_count(0)
    rows.page.keyboard.press("Control+y")
    expect(offers).to_have_count(1)


def test_what_a_script_adds_to_an_action_belongs_to_it(rows):
    rows.page.evaluate(
        """() => document.addEventListener("formset:removed",
            () => clientforms.formset("p").addAnother(), {once: true})"""
    )
    before = state(rows, "p")
    rows.button("p", "remove", row=1).click()
    expect(rows.rows("p")).to_have_count(4)
    rows.control("p-0-note").evaluate("each => { each.value = 'filled in without an event' }")
    rows.page.keyboard.press("Control+z")
    assert state(rows, "p") == before

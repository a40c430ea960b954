"""A press that began on a button ends as a click on it, whatever falls due while it is held."""

import pytest
from playwright.sync_api import expect

HTML = """
<form id="f" data-clientforms>
<div data-form="case.TopForm" id="top" data-prefix="top" data-delay="900"></div>
<div data-formset="case.RowFormSet" data-prefix="rows"></div>
<button id="save" name="save" value="1">Save</button>
</form>
<form id="g" data-clientforms><div data-formset="case.RowFormSet" data-prefix="others"></div>
<button type="button" id="plain">Plain</button></form>
"""
PYTHON = """
from clientforms import AsyncValidationMixin, ConditionalFieldsMixin

class TopForm(AsyncValidationMixin, ConditionalFieldsMixin, forms.Form):
    name = forms.CharField(widget=forms.TextInput({"data-validation": "blur"}))
    at_once = forms.CharField(required=False, min_length=3,
        widget=forms.TextInput({"data-validation": "change"}))
    slow = forms.CharField(required=False, min_length=3)
    asked = forms.CharField(required=False)
    more = forms.BooleanField(required=False)
    reason = forms.CharField(required=False)
    show_if = {"reason": lambda data: data["more"]}

    async def clean_asked(self):
        import js
        await js.window.answer
        raise forms.ValidationError("Taken.")

class RowForm(forms.Form):
    title = forms.CharField()

RowFormSet = forms.formset_factory(RowForm, extra=2, max_num=4, can_delete=True, can_order=True)
"""


@pytest.fixture
def held(author):
    """A page in which `held(due)` presses the first button and lets it go when `due` is done."""
    live = author(HTML, PYTHON)
    live.page.evaluate(
        """() => {
            window.clicked = [];
            addEventListener("click", ({target}) => clicked.push(target.id || target.dataset.formsetAction), true);
            for (const form of document.forms) form.addEventListener("submit", e => e.preventDefault());
            window.answer = new Promise(resolve => { window.reply = resolve });
        }"""
    )
    return live


DUE = {
    "a blur": (
        lambda live: (live.control("top-name").fill("x"), live.control("top-name").fill("")),
        "() => {}",
        lambda live: expect(live.errors("top-name")).to_have_count(1),
    ),
    "a change": (
        lambda live: live.control("top-at_once").press_sequentially("x"),
        "() => {}",
        lambda live: expect(live.errors("top-at_once")).to_have_count(1),
    ),
    "a pause in typing": (
        lambda live: live.control("top-slow").press_sequentially("x"),
        "() => {}",
        lambda live: expect(live.errors("top-slow")).to_have_count(1),
    ),
    "an answer": (
        lambda live: live.type("top-asked", "x"),
        "() => reply()",
        lambda live: expect(live.errors("top-asked")).to_have_text(["Taken."]),
    ),
    "a condition": (
        lambda live: None,
        "() => clientforms.form('top').updateData({more: true})",
        lambda live: expect(live.control("top-reason")).to_be_visible(),
    ),
    "a row that comes": (
        lambda live: None,
        "() => clientforms.formset('rows').insert(0)",
        lambda live: expect(live.rows("rows")).to_have_count(3),
    ),
    "a row that goes": (
        lambda live: None,
        "() => clientforms.formset('rows').removeForm(0)",
        lambda live: expect(live.rows("rows")).to_have_count(1),
    ),
    "a limit": (
        lambda live: None,
        "() => clientforms.formset('rows').setData([{}, {}, {}, {}])",
        lambda live: expect(live.button("rows", "add")).to_be_hidden(),
    ),
    "an error of a field": (
        lambda live: None,
        "() => clientforms.formset('rows').addError('rows-0-title', 'No.')",
        lambda live: expect(live.errors("rows-0-title")).to_have_count(1),
    ),
    "an error of a server": (
        lambda live: None,
        "() => clientforms.formset('rows').addError(null, 'Not so.')",
        lambda live: expect(live.non_form_errors("rows")).to_have_text(["Not so."]),
    ),
    "a reset": (
        lambda live: None,
        "() => clientforms.formset('rows').reset([])",
        lambda live: expect(live.rows("rows")).to_have_count(2),
    ),
}


def middle(locator):
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


STILL = """async button => {
    const place = () => JSON.stringify(button.getBoundingClientRect());
    for (let before = ""; before !== place();) {
        before = place();
        await new Promise(resolve => setTimeout(resolve, 50));
    }
}"""
BUTTONS = {
    "save": "#save",
    "add": "[data-prefix=rows] [data-formset-action=add]",
    "plain": "#plain",
}


def test_nothing_moves_under_a_pressed_pointer_whatever_falls_due(held):
    mouse = held.page.mouse
    held.page.evaluate("clientforms.form('top').setData({name: 'Ada'})")
    for number, (what, (prepare, due, comes)) in enumerate(DUE.items()):
        held.formset("rows", "reset()")
        held.page.evaluate("window.clicked = []")
        prepare(held)
        name = list(BUTTONS)[number % len(BUTTONS)]
        button = held.page.locator(BUTTONS[name])
        button.scroll_into_view_if_needed()
        button.evaluate(STILL)
        mouse.move(*middle(button))
        box = button.bounding_box()
        mouse.down()
        held.page.evaluate(due)
        held.page.evaluate(
            "wait => new Promise(resolve => setTimeout(resolve, wait))",
            1000 if what == "a pause in typing" else 100,
        )
        assert button.bounding_box() == box, what
        mouse.up()
        assert held.page.evaluate("clicked") == [name], what
        if name != "add":
            comes(held)
        posted = held.formset("rows", "postData()") | held.form("top", "postData()")
        assert held.form_data("f") == posted, what


def test_a_press_ends_without_its_pointerup_too(held):
    page = held.page
    add = page.locator(BUTTONS["add"])
    ends = {
        "key": lambda: page.keyboard.press("Shift"),
        "cancelled": lambda: add.dispatch_event("pointercancel", {"isPrimary": True}),
        "drag": lambda: add.dispatch_event("dragstart"),
        "menu": lambda: add.dispatch_event("contextmenu"),
        "another window": lambda: page.evaluate("dispatchEvent(new Event('blur'))"),
        "back in the page": lambda: add.dispatch_event(
            "pointerover", {"isPrimary": True, "buttons": 0}
        ),
    }
    pressed = {"isPrimary": True, "button": 0, "buttons": 1, "pointerType": "mouse"}
    for what, end in ends.items():
        held.formset("rows", "reset()")
        add.dispatch_event("pointerdown", pressed)
        held.formset("rows", "addAnother()")
        assert held.rows("rows").count() == 2, what
        end()
        expect(held.rows("rows")).to_have_count(3)
    # A finger's click comes later than the end of its press.
    finger = {**pressed, "pointerType": "touch"}
    held.formset("rows", "reset()")
    add.dispatch_event("pointerdown", finger)
    held.page.evaluate("clientforms.formset('rows').addAnother()")
    add.dispatch_event("pointerup", {**finger, "buttons": 0})
    held.page.evaluate("() => new Promise(resolve => setTimeout(resolve, 50))")
    expect(held.rows("rows")).to_have_count(2)
    add.dispatch_event("click")
    expect(held.rows("rows")).to_have_count(4)


DEADLY = "[" * 30_000 + "]" * 30_000
COMING = """
<form id="f" data-draft="notes"><p style="height: 20em"></p>
<div data-form="case.DataForm" data-prefix="data"></div>
<button type="button" id="plain" style="position: fixed; inset: auto 0 0 0">Plain</button></form>
"""
DATA = """
class DataForm(forms.Form):
    name = forms.CharField()
    data = forms.JSONField(required=False, widget=forms.Textarea)
"""
BARRED = """for (const name of ["indexedDB", "localStorage", "sessionStorage"])
    Object.defineProperty(window, name, {get() { throw new DOMException("Barred.", "SecurityError"); }});
addEventListener("click", ({target}) => { (window.clicked ??= []).push(target.id); }, true);"""


def test_what_comes_of_itself_waits_for_the_end_of_a_press(author, page, complaints):
    """A box that says something, whoever puts it there: drafts, and what says that Python is gone, or never came."""
    complaints.expect(".")
    page.add_init_script(BARRED)

    def hold(button, due, box):
        button.scroll_into_view_if_needed()
        button.evaluate(STILL)
        before = button.bounding_box()
        page.mouse.move(*middle(button))
        page.mouse.down()
        due()
        page.wait_for_timeout(300)  # nothing tells of what does not come
        assert (button.bounding_box(), page.locator(box).count()) == (before, 0), box
        page.mouse.up()
        expect(page.locator(box)).to_be_visible()
        assert page.evaluate("clicked.splice(0)") == ["plain"], box

    live = author(COMING, DATA)
    plain = page.locator("#plain")
    typed = "control => { control.value = 'x'; control.dispatchEvent(new Event('input', {bubbles: true})); }"
    name = live.control("data-name")
    hold(plain, lambda: name.evaluate(typed), "[data-clientforms-draft]")
    live.control("data-data").evaluate("(control, text) => { control.value = text; }", DEADLY)
    hold(
        plain,
        lambda: live.caught("clientforms.form('data').validate()"),
        "[data-clientforms-died]",
    )

    waiting = []
    page.route("**/pyodide.js", lambda route: waiting.append(route))
    author(COMING, DATA, wait=False)
    expect(plain).to_be_visible()
    page.wait_for_function("document.readyState === 'complete'")
    hold(plain, lambda: [route.abort() for route in waiting], "[data-boot-error]")

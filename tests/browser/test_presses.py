"""A press that began on a button ends as a click on it, whatever falls due while it is held."""

import json
import re

import pytest
from playwright.sync_api import Route, expect

from tests.browser.drafts import (
    TEXTS,
    change_drafts,
    draft_keys,
    offers,
    put_texts,
    wait_until_kept,
)
from tests.browser.held_files import HeldFiles
from tests.conftest import ROOT

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

    pyodide = HeldFiles(page, "**/pyodide.js")
    author(COMING, DATA, wait=False)
    expect(plain).to_be_visible()
    page.wait_for_function("document.readyState === 'complete'")
    hold(plain, lambda: pyodide.go_on(Route.abort), "[data-boot-error]")


SAYING = """
<form id="files" action="/nowhere/"><div data-form="case.FileForm" data-prefix="files"></div></form>
<form id="keep" data-on-valid="keep"><div data-form="case.EntryForm" data-prefix="entry"></div><button>Keep</button></form>
<form id="show" data-on-valid="download"><div data-form="case.AskingForm" data-prefix="ask"></div><button>Show</button></form>
<form id="rows"><div data-formset="case.FewFormSet" data-prefix="few"></div></form>
<button type="button" id="plain">Plain</button><p style="height: 100vh"></p>
"""
FORMS = """
from clientforms import AsyncValidationMixin

class FileForm(forms.Form):
    file = forms.FileField()

class EntryForm(forms.Form):
    title = forms.CharField()

class AskingForm(AsyncValidationMixin, forms.Form):
    name = forms.CharField()

    async def clean_name(self):
        import js
        match await js.window.answer:
            case "no":
                raise forms.ValidationError("No.")
            case "broken":
                raise RuntimeError("Broken.")
        return self.cleaned_data["name"]

FewFormSet = forms.formset_factory(EntryForm, extra=1, absolute_max=1, max_num=1)

from clientforms.browser.page.django_settings import when_configured
from clientforms.browser.outcome.on_valid import carry_out
when_configured(carry_out)
"""
LATE = """() => {
    window.clicked = [];
    addEventListener("click", ({target}) => clicked.push(target.id), true);
    const { arrayBuffer } = File.prototype;
    File.prototype.arrayBuffer = function () {
        return new Promise((resolve, reject) => {
            window.come = () => arrayBuffer.call(this).then(resolve);
            window.vanish = () => reject(new DOMException("Gone.", "NotFoundError"));
        });
    };
    window.ask = () => { window.answer = new Promise((resolve) => { window.reply = resolve; }); };
    window.fill = () => Storage.prototype.setItem = () => { throw new DOMException("Full.", "QuotaExceededError"); };
}"""


def choose(live, selector, text):
    file = {"name": "it.json", "mimeType": "application/json", "buffer": text.encode()}
    live.page.locator(selector).set_input_files(file)


def entries(*titles):
    post = [{"entry": {"entry-title": [each]}} for each in titles]
    return json.dumps([{"post": each} for each in post])


def asked(live, name):
    """Submit the form whose rule waits for an answer."""
    live.page.evaluate("ask()")
    live.type("ask-name", name)
    live.page.get_by_role("button", name="Show").click()


def said(text):
    return lambda live: expect(live.page.get_by_text(text).first).to_be_visible()


IMPORT = "[data-kept-import]"
SAYINGS = {
    "a file that is gone": (
        lambda live: choose(live, "[type=file][name=files-file]", "x"),
        "vanish()", said("Please choose “it.json” again"),
    ),
    "a file without entries": (
        lambda live: choose(live, IMPORT, "{}"),
        "come()", said("it.json contains nothing that was exported here."),
    ),
    "a file of entries": (
        lambda live: choose(live, IMPORT, entries("One", "Two")),
        "come()", said("Imported: 2. Left out as not valid: 0."),
    ),
    "a file of entries that is gone": (
        lambda live: choose(live, IMPORT, entries("Three")),
        "vanish()", said("it.json contains nothing that was exported here."),
    ),
    "another tab": (
        lambda live: None,
        "() => { const frame = document.createElement('iframe'); frame.hidden = true; frame.src = 'static/favicon.svg';"
        " frame.onload = () => frame.contentWindow.localStorage.removeItem(Object.keys(localStorage).find(each => each.includes('kept')));"
        " document.body.append(frame); }",
        said("Nothing yet."),
    ),
    "an answer that is yes": (
        lambda live: asked(live, "yes"),
        "reply('yes')", lambda live: expect(live.page.locator("#show [data-outcome]")).to_be_visible(),
    ),
    "an answer that is no": (
        lambda live: asked(live, "no"),
        "reply('no')", lambda live: live.expect_errors("ask-name", "No."),
    ),
    "an answer that fails": (
        lambda live: asked(live, "broken"),
        "reply('broken')", said("Broken."),
    ),
    "a row that is too many": (
        lambda live: None,
        "document.querySelector('[data-formset-row]').after(Object.assign(document.createElement('div'),"
        " {innerHTML: '<input name=few-1-title>', style: 'position: absolute'}))",
        lambda live: expect(live.page.locator("[data-clientforms-error=rows]")).to_be_visible(),
    ),
    "an entry for which there is no room": (
        lambda live: (live.page.evaluate("() => { fill() }"), choose(live, IMPORT, entries("Four"))),
        "come()", said("Not saved: the browser has no room for it, or does not allow it."),
    ),
}  # fmt: skip


def test_what_is_said_of_itself_waits_for_the_end_of_a_press(author, complaints):
    """Notes, messages, lists and results, after an answer, a file's content or another tab."""
    complaints.expect("clientforms: ")
    live = author(SAYING, FORMS)
    page = live.page
    page.evaluate(LATE)
    plain = page.locator("#plain")
    for what, (prepare, due, comes) in SAYINGS.items():
        prepare(live)
        plain.scroll_into_view_if_needed()
        plain.evaluate(STILL)
        before = plain.bounding_box()
        page.mouse.move(*middle(plain))
        page.evaluate("clicked.length = 0")
        page.mouse.down()
        page.evaluate(due)
        page.wait_for_timeout(300)  # nothing tells of what does not come
        assert plain.bounding_box() == before, what
        page.mouse.up()
        assert page.evaluate("clicked") == ["plain"], what
        comes(live)


EVERY_BUTTON = """
<form id="top" data-on-valid="download"><div data-form="case.TopForm" data-prefix="top"></div><button>Show</button></form>
<form id="notes" data-draft="notes"><div data-form="case.NoteForm" data-prefix="note"></div><button>Save</button></form>
<form id="rows" data-clientforms><div data-formset="case.RowFormSet" data-prefix="rows"></div>
<button type="button" data-formset-action="undo">Undo</button>
<button type="button" data-formset-action="redo">Redo</button></form>
<form id="keep" data-on-valid="keep"><div data-form="case.EntryForm" data-prefix="entry"></div><button>Keep</button></form>
<form id="ask" action="/received" method="post"><div data-form="case.DataForm" data-prefix="data"></div><button>Ask</button></form>
"""
OF_EVERY_BUTTON = f"""{PYTHON}
class NoteForm(forms.Form):
    text = forms.CharField()

class EntryForm(forms.Form):
    title = forms.CharField()
{DATA}
RowFormSet = forms.formset_factory(RowForm, extra=2, max_num=6, can_delete=True, can_order=True)

from clientforms.browser.page.django_settings import when_configured
from clientforms.browser.outcome.on_valid import carry_out
when_configured(carry_out)
"""
# All that can fall due at once, but the blur: that comes with the press.
ALL_DUE = """async () => {
    const { form, formset } = clientforms;
    formset("rows").insert(2);
    formset("rows").addError("rows-0-title", "No.");
    reply();
    form("top").updateData({ more: !form("top").postData()["top-more"] });
    form("top").addError("slow", "No.");
    form("note").addError("text", "No.");
    form("entry").addError(null, "Not so.");
    formset("rows").addError(null, "Not so.");
    const [key] = Object.keys(localStorage).filter((each) => each.includes("kept"));
    const entries = JSON.parse(localStorage.getItem(key));
    other.localStorage.setItem(key, JSON.stringify([{ ...entries[0], id: String(Math.random()) }, ...entries]));
    new BroadcastChannel("clientforms drafts").postMessage(gone.pop());
    await new Promise(resolve => setTimeout(resolve, 150));
}"""
PAUSE = "() => new Promise(resolve => setTimeout(resolve, 150))"
PREPARE = """() => {
    window.reply = () => {};
    window.pressed = null;
    addEventListener("click", (event) => {
        if (event.isTrusted) clicks.push(!!pressed?.contains(event.target));
        if (window.isDead) event.stopImmediatePropagation();
    }, true);
    window.clicks = [];
    document.querySelector("#ask").addEventListener("submit", event => event.preventDefault());
    const frame = Object.assign(document.createElement("iframe"), { hidden: true, src: "static/favicon.svg" });
    return new Promise((resolve) => {
        frame.onload = () => { window.other = frame.contentWindow; resolve(); };
        document.body.append(frame);
    });
}"""
# The form of a button, and its action or its words.
KIND = """button => [button.closest("form")?.id, button.dataset.formsetAction ?? button.textContent.trim()].join(" ")"""
# The next button that can be pressed, of a kind that was not.
NEXT = f"""pressed => {{
    const kind = {KIND};
    return Array.from(document.querySelectorAll("button, [role=button]"))
        .find((each) => each.checkVisibility() && !each.disabled && ![...pressed, "rows drag"].includes(kind(each))) ?? null;
}}"""


def labels_of_buttons():
    """The words of all buttons that the scripts of a page make, but those in rows, which say their action."""
    made = re.compile(r'_?button\((?:"[a-z]+"|scope|self\._scope), text\("([^"]+)"\)')
    package = ROOT / "app" / "clientforms" / "browser"
    return {
        each for path in package.rglob("*.py") for each in made.findall(path.read_text("utf-8"))
    }


def test_each_button_that_a_page_can_show_holds_still_while_it_is_pressed(author, page, complaints):
    """With all falling due at once that can; those in rows, of drafts, of kept lists, and after a death of Python."""
    complaints.expect(".")
    live = author(EVERY_BUTTON, OF_EVERY_BUTTON)
    live.type("note-text", "A draft")
    wait_until_kept(page, "A draft")
    change_drafts(page, "draft => { draft.forms.gone = draft.forms.note; }")
    [key] = draft_keys(page)
    texts = [text for each, text in page.evaluate(TEXTS) if each == key]
    put_texts(page, [[f"{key}{number}", text] for number in range(9) for text in texts])
    page.reload()
    live.wait_until_ready()
    expect(offers(page)).to_have_count(5)
    page.evaluate("keys => { window.gone = keys; }", draft_keys(page))
    page.evaluate(PREPARE)
    for title in ("One", "Two", "Three"):
        live.type("entry-title", title)
        page.get_by_role("button", name="Keep").click()
        expect(page.get_by_text(title, exact=True).first).to_be_visible()

    def hold(button, due):
        kind = button.evaluate(KIND)
        button.scroll_into_view_if_needed()
        button.evaluate(STILL)
        button.evaluate("button => { pressed = button; clicks.length = 0; }")
        before = button.bounding_box()
        page.mouse.move(*middle(button))
        page.mouse.down()
        page.evaluate(due)
        assert button.bounding_box() == before, kind
        page.mouse.up()
        assert page.evaluate("clicks") == [True], kind
        pressed.append(kind)

    pressed = []
    while True:
        live.formset("rows", "reset([{title: 'One'}, {title: 'Two'}])")
        live.formset("rows", "removeForm(0)")
        page.evaluate(
            "() => { window.answer = new Promise(resolve => { window.reply = resolve }); }"
        )
        live.type("top-asked", f"{len(pressed)}")
        live.control("top-name").fill("x")
        live.control("top-name").fill("")
        button = page.evaluate_handle(NEXT, pressed).as_element()
        if not button:
            break
        hold(button, ALL_DUE)
    actions = ("add", "remove", "restore", "move-up", "move-down", "undo", "redo")
    expected = {f"rows {each}" for each in actions} | {"top Show", "notes Save", "ask Ask"}
    assert {*pressed} >= expected | {f"keep {each}" for each in ("Keep", "Edit", "Remove", "undo")}
    assert {each.partition(" ")[2] for each in pressed} >= labels_of_buttons()

    live.control("data-data").evaluate("(control, text) => { control.value = text; }", DEADLY)
    live.caught("clientforms.form('data').validate()")
    died = page.locator("[data-clientforms-died]")
    expect(died).to_be_visible()
    page.evaluate("window.isDead = true")
    hold(died.get_by_role("button", name="Reload").element_handle(), PAUSE)
    page.evaluate("document.querySelector('#ask').requestSubmit()")
    hold(died.get_by_role("button", name="Send anyway").element_handle(), PAUSE)

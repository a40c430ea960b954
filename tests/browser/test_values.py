"""What the controls hold is what counts: however it came there, and whoever was told."""

from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib import admin
from playwright.sync_api import expect

from tests.browser.live_page import LivePage
from tests.browser.oracle import classes, posted_formset
from tests.support.browsers import find_chromium

KINDS = """
    KIND = [("", "-"), ("a", "Alpha"), ("b", "Be\\nta"), ("c", "Gamma")]

    def typed(kind):
        return forms.CharField(required=False, widget=forms.TextInput({"type": kind}))

    class Everything(forms.Form):
        text = forms.CharField(max_length=12, required=False)
        search = typed("search")
        tel = typed("tel")
        password = forms.CharField(required=False, widget=forms.PasswordInput)
        hidden = forms.CharField(required=False, widget=forms.HiddenInput)
        url = forms.URLField(required=False, assume_scheme="https")
        email = forms.EmailField(required=False)
        number = forms.IntegerField(required=False, max_value=20)
        range = forms.IntegerField(required=False, widget=forms.NumberInput({"type": "range"}))
        color = typed("color")
        date = forms.DateField(required=False, widget=forms.DateInput({"type": "date"}))
        time = forms.TimeField(required=False, widget=forms.TimeInput({"type": "time"}))
        local = typed("datetime-local")
        month = typed("month")
        week = typed("week")
        area = forms.CharField(required=False, max_length=7, widget=forms.Textarea)
        choice = forms.ChoiceField(choices=KIND, required=False)
        several = forms.MultipleChoiceField(choices=KIND[1:], required=False)
        tick = forms.BooleanField(required=False)
        radio = forms.ChoiceField(choices=KIND[1:], required=False, widget=forms.RadioSelect)
        boxes = forms.MultipleChoiceField(
            choices=KIND[1:], required=False, widget=forms.CheckboxSelectMultiple)
        split = forms.SplitDateTimeField(required=False)

    EverythingFormSet = forms.formset_factory(Everything, extra=1, max_num=4)

    class Inner(forms.Form):
        name = forms.CharField(max_length=3)

    class Outer(forms.Form):
        title = forms.CharField(max_length=3)

    class OuterForms(forms.BaseFormSet):
        def add_fields(self, form, index):
            super().add_fields(form, index)
            form.inner = InnerFormSet(
                form.data if form.is_bound else None, prefix=f"{form.prefix}-inner")

    InnerFormSet = forms.formset_factory(Inner, extra=1)
    OuterFormSet = forms.formset_factory(Outer, formset=OuterForms, extra=1)
"""
HTML = """
<form id="many" action="/never/"><fieldset>
<div data-formset="case.EverythingFormSet" data-prefix="many"></div></fieldset></form>
<form id="outer"><div data-formset="case.OuterFormSet" data-prefix="outer"></div></form>
<form id="one" data-form="case.Everything" data-prefix="one"></form>
<form id="far" data-form="case.Inner" data-prefix="far"><input type="hidden" name="far-other"></form>
<input name="far-name" form="far">
<link rel="stylesheet" href="vendor/select2/select2.css">
<script src="vendor/jquery/jquery.js"></script><script src="vendor/select2/select2.full.js"></script>
"""
ADMIN = Path(admin.__file__).parent / "static" / "admin"  # Django's own copies
CHANGES = """() => {
    const other = {text: "x\\n", search: "s", tel: "1", password: "p", hidden: "h\\r\\ni", url: "https://a.b/",
        email: "a@b.cd", number: "21", range: "7", color: "#123456", date: "2026-02-03", time: "10:11",
        "datetime-local": "2026-02-03T10:11", month: "2026-02", week: "2026-W07", textarea: "a\\nb\\nc\\rd"};
    const ways = {
        nothing() {},
        // It calls its own handlers alone: the page hears nothing.
        jQuery(control) { jQuery(control).trigger("input").trigger("change"); },
        input(control) { control.dispatchEvent(new InputEvent("input", {bubbles: true})); },
        change(control) { control.dispatchEvent(new Event("change", {bubbles: true})); },
        blur(control) { control.dispatchEvent(new FocusEvent("focusout", {bubbles: true})); },
    };
    const wrong = [];
    const sorted = (data) => JSON.stringify(Object.entries(data).sort());
    const compare = (form, live, what) => {
        const posted = {};
        for (const [name, value] of new FormData(document.getElementById(form)))
            if (name !== "far-other") (posted[name] ??= []).push(value.replace(/\\r\\n?|\\n/g, "\\r\\n"));
        const told = live.postData();
        if (sorted(posted) !== sorted(told)) wrong.push([what, posted, told]);
    };
    const byHand = (element, name, value) => { element[name] = value; };
    const byJQuery = (element, name, value) => name === "value" ? jQuery(element).val(value) : jQuery(element).prop(name, value);
    const change = (control, put = byHand) => {
        const {type, options} = control;
        if (type === "checkbox" || type === "radio") put(control, "checked", !control.checked);
        else if (type === "select-one") put(control, "value", options[(control.selectedIndex + 1) % options.length].value);
        else if (type === "select-multiple") put(options[1], "selected", !options[1].selected);
        else put(control, "value", control.value ? "" : other[type]);
    };
    let count = 0;
    const lives = [["many", clientforms.formset("many")], ["one", clientforms.form("one")],
                   ["outer", clientforms.formset("outer")], ["far", clientforms.form("far")]];
    const controlsOf = (form) => Array.from(document.getElementById(form).elements).filter(
        ({type, name}) => !["button", "submit", "fieldset"].includes(type) && !/_FORMS$|other/.test(name));
    for (const [form, live] of lives) {
        const controls = controlsOf(form);
        for (const control of controls) {
            for (const [way, tell] of Object.entries(ways)) {
                count += 1;
                change(control, way === "jQuery" ? byJQuery : byHand);
                tell(control);
                compare(form, live, [control.name, control.type, way]);
            }
            control.disabled = true;
            compare(form, live, [control.name, control.type, "disabled"]);
            control.disabled = false;
            compare(form, live, [control.name, control.type, "enabled"]);
        }
        const group = document.querySelector(`#${form} fieldset`);
        if (group && form === "many") {
            group.disabled = true;
            controls.forEach((each) => change(each));
            group.disabled = false;
            compare(form, live, [form, "all at once, in a disabled fieldset"]);
        }
    }
    // What stands in a row is known from one reading to the next; a script may exchange, wrap or move it.
    const places = {
        exchanged(control) {
            const other = control.cloneNode(true);
            control.replaceWith(other);
            return other;
        },
        wrapped(control) {
            const wrapper = document.createElement("span");
            control.replaceWith(wrapper);
            wrapper.append(control);
            return control;
        },
        moved(control) {
            control.parentElement.prepend(control);
            return control;
        },
    };
    for (const [form, live] of lives) {
        for (let control of controlsOf(form)) {
            for (const [place, put] of Object.entries(places)) {
                count += 1;
                control = put(control);
                change(control);
                compare(form, live, [control.name, control.type, place]);
            }
        }
    }
    return [count, wrong];
}"""


def test_every_control_is_read_whatever_event_told_of_it(author, page):
    def send(route):
        place = urlsplit(route.request.url).path.removeprefix("/")
        route.fulfill(path=ADMIN / place.rpartition(".")[2] / place)

    page.route("**/vendor/**", send)
    live = author(HTML, KINDS)
    count, wrong = live.page.evaluate(CHANGES)
    assert count > 200
    assert wrong == []
    # What Django says of it is said too, and Undo goes back to what nobody told of.
    posted = live.form_data("many")
    django = posted_formset(classes(KINDS)["EverythingFormSet"], posted, prefix="many")
    assert live.formset("many", "isValid()") == django.is_valid()
    assert live.formset("many", "errors()") == [dict(each) for each in django.errors]
    live.page.evaluate("() => { document.querySelector('[name=many-0-text]').value = 'silent' }")
    live.button("many", "remove", row=0).click()
    expect(live.rows("many")).to_have_count(0)
    live.button("many", "undo").first.click()
    expect(live.control("many-0-text")).to_have_value("silent")

    # Each line end is two letters in a POST, typed or not.
    live.control("one-area").fill("")
    live.control("one-area").press_sequentially("ab\ncd\ne")
    live.control("one-area").blur()
    live.expect_errors("one-area", "Ensure this value has at most 7 characters (it has 9).")
    live.page.evaluate(
        "() => { document.querySelector('[name=one-area]').value = 'ab\\ncd\\ud800' }"
    )
    assert live.form("one", "postData()")["one-area"] == ["ab\r\ncd\ufffd"]
    assert "area" not in live.form("one", "errors()")
    # A plugin instead of a select: jQuery's events are all that it fires.
    page.evaluate("jQuery('[name=one-choice], [name=one-several]').select2()")
    picks = [("one-choice", "Alpha"), ("one-several", "Alpha"), ("one-several", "Gamma")]
    for name, label in picks:
        before = live.form("one", "postData()").get(name)
        page.locator(f"[name={name}] + .select2 .select2-selection").click()
        page.locator(".select2-results__option").get_by_text(label, exact=True).click()
        told = live.form("one", "postData()").get(name)
        assert told == live.form_data("one").get(name) != before


RESTORED = """
    class Note(forms.Form):
        title = forms.CharField(max_length=8)
        kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
        tick = forms.BooleanField(required=False)
        lines = forms.CharField(required=False, widget=forms.Textarea)

    NoteFormSet = forms.formset_factory(Note, extra=2)
"""
RESTORED_PAGE = """<form id="f" action="/received" method="post">
    <div data-formset="case.NoteFormSet" data-prefix="n"></div><button>Save</button></form>
    <script>
    window.heard = [];
    document.addEventListener("formset:change", ({target}) => heard.push(target.dataset.prefix));
    window.addEventListener("pageshow", ({persisted}) => heard.push(persisted));
    </script>"""
SILENTLY = """() => {
    document.querySelector("[name=n-0-kind]").value = "b";
    document.querySelector("[name=n-0-tick]").checked = true;
    document.querySelector("[name=n-1-lines]").value = "silent";
}"""


def assert_all_is_there(live, title):
    posted = live.form_data("f")
    assert posted == live.formset("n", "postData()")
    assert [posted[f"n-0-{name}"] for name in ("title", "kind", "tick")] == [[title], ["b"], ["on"]]
    assert posted["n-1-lines"] == ["silent"]


def test_what_a_browser_restores_when_somebody_comes_back_is_taken_in(author, page, server):
    """Chromium restores what the page's HTML had; over a reload it does not."""
    live = author(RESTORED_PAGE, RESTORED, prerendered=True)
    live.type("n-0-title", "typed")
    page.evaluate(SILENTLY)
    page.goto(f"{server}/static/favicon.svg")
    page.go_back()
    live.wait_until_ready()
    assert page.evaluate("performance.getEntriesByType('navigation')[0].type") == "back_forward"
    assert page.evaluate("heard.includes(true)") is False
    assert_all_is_there(live, "typed")
    live.expect_errors("n-1-title")  # nobody was there


@pytest.fixture
def cached(playwright, server):
    """A page of a browser that keeps pages for those who come back; Playwright has that turned off."""
    found = find_chromium(playwright, whole=True)
    browser = playwright.chromium.launch(
        executable_path=found.executable_path,
        args=list(found.arguments),
        ignore_default_args=["--disable-back-forward-cache"],
    )
    yield LivePage(browser.new_page(), server)
    browser.close()


def test_what_nobody_told_of_is_taken_in_when_the_page_comes_back_from_a_cache(cached):
    live, page, sent = cached, cached.page, []

    def answer(route):
        sent.append(parse_qs(route.request.post_data, keep_blank_values=True))
        route.fulfill(body="<p>Thank you.</p>", content_type="text/html")

    page.route("**/received", answer)
    live.open_case(RESTORED_PAGE, RESTORED)
    live.type("n-0-title", "typed")
    live.type("n-1-title", "second")

    def send_and_come_back():
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_text("Thank you.")).to_be_visible()
        page.go_back(wait_until="commit")  # nothing is loaded
        page.wait_for_function("window.heard?.includes(true)")

    page.evaluate(SILENTLY)
    send_and_come_back()
    assert_all_is_there(live, "typed")
    # It was sent once; who comes back sends it again.
    page.evaluate("window.heard = []")
    page.evaluate(
        """window.addEventListener("pagehide", () => {
            document.querySelector("[name=n-0-title]").value = "silent";
        })"""
    )
    send_and_come_back()
    assert page.evaluate("heard") == [True, "n"]
    assert_all_is_there(live, "silent")
    assert [each["n-0-title"] for each in sent] == [["typed"], ["typed"]]
    assert sent[0] == sent[1]


HARD = """
    class Poem(forms.Form):
        text = forms.CharField(max_length=60, widget=forms.Textarea({"wrap": "hard", "cols": "20"}))

    PoemFormSet = forms.formset_factory(Poem, extra=2)
"""
HARD_PAGE = """<form id="p"><div data-form="case.Poem" data-prefix="p"></div>
    <div data-formset="case.PoemFormSet" data-prefix="f"></div><button>Save</button></form>
    <script>window.heard = 0; document.addEventListener("formdata", () => { heard += 1 });</script>"""


def test_lines_that_a_browser_breaks_are_judged_as_they_are_posted(author):
    live = author(HARD_PAGE, HARD)
    for place, name in enumerate(("p-text", "f-0-text", "f-1-text")):
        typed = "ab " * (18 + place) + "cd ef"  # at most 60 characters before lines are broken
        live.type(name, typed[:60].strip())
        said = "(live => live.postData())(clientforms.%s)"
        told = live.call(said % ("form('p')" if place == 0 else "formset('f')"))[name]
        assert live.page.evaluate("heard") == place, "only what a test asks for is heard of"
        posted = live.form_data("p")[name]
        assert "\r\n" in posted[0]
        assert told == posted
    live.page.get_by_role("button", name="Save").click()
    for name in ("p-text", "f-0-text", "f-1-text"):
        length = len(live.form_data("p")[name][0])
        message = f"Ensure this value has at most 60 characters (it has {length})."
        live.expect_errors(name, message)

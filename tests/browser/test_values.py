"""What the controls hold is what counts: however it came there, and whoever was told."""

from playwright.sync_api import expect

from tests.browser.oracle import classes, posted_formset

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
"""
CHANGES = """() => {
    const other = {text: "x\\n", search: "s", tel: "1", password: "p", hidden: "h\\r\\ni", url: "https://a.b/",
        email: "a@b.cd", number: "21", range: "7", color: "#123456", date: "2026-02-03", time: "10:11",
        "datetime-local": "2026-02-03T10:11", month: "2026-02", week: "2026-W07", textarea: "a\\nb\\nc\\rd"};
    const ways = {
        nothing() {},
        // jQuery's trigger() calls its own handlers, and a native method if there is one: for these, none.
        jQuery() {},
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
    const change = (control) => {
        const {type} = control;
        if (type === "checkbox" || type === "radio") control.checked = !control.checked;
        else if (type === "select-one") control.selectedIndex = (control.selectedIndex + 1) % control.length;
        else if (type === "select-multiple") control.options[1].selected = !control.options[1].selected;
        else control.value = control.value ? "" : other[type];
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
                change(control);
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
            controls.forEach(change);
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


def test_every_control_is_read_whatever_event_told_of_it(author):
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
    # A browser that restores what was typed tells so when it shows the page.
    heard = "(window.heard = [], document.addEventListener('formset:change', () => heard.push(1)))"
    live.page.evaluate(heard)
    live.page.evaluate("() => { document.querySelector('[name=one-text]').value = 'restored' }")
    live.page.evaluate("window.dispatchEvent(new PageTransitionEvent('pageshow'))")
    assert live.page.evaluate("heard") == [1]


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

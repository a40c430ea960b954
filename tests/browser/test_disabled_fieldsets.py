"""What a disabled `<fieldset>` holds is neither posted nor validated: fields, rows, formsets in rows, the whole."""

FORMS = """
    class Kinds(forms.Form):
        text = forms.CharField()
        area = forms.CharField(widget=forms.Textarea)
        number = forms.IntegerField()
        day = forms.DateField(widget=forms.DateInput({"type": "date"}))
        choice = forms.ChoiceField(choices=[("", "-"), ("a", "A")])
        first = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
        tick = forms.BooleanField()
        which = forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect)
        several = forms.MultipleChoiceField(
            choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
        moment = forms.SplitDateTimeField()
        upload = forms.FileField()
        again = forms.CharField(show_hidden_initial=True)
        pattern = forms.CharField(required=False, widget=forms.TextInput({"required": True}))

        def clean(self):
            for name in self.fields:
                self.add_error(name, "The form says so.")

    class Entry(forms.Form):
        name = forms.CharField()
        other = forms.CharField()

    class Page(forms.Form):
        text = forms.SlugField()

    PageFormSet = forms.formset_factory(
        Page, extra=1, min_num=1, validate_min=True, can_order=True)

    class Book(forms.Form):
        title = forms.CharField()

    class BaseBookFormSet(forms.BaseFormSet):
        def add_fields(self, form, index):
            super().add_fields(form, index)
            form.pages = PageFormSet(
                data=form.data if form.is_bound else None, prefix=f"{form.prefix}-pages")

    BookFormSet = forms.formset_factory(
        Book, formset=BaseBookFormSet, extra=0, min_num=2, can_delete=True, can_order=True)
"""
ROW = """<div data-formset-row><fieldset class="row"><fieldset class="title">
    <input name="b-{0}-title" id="id_b-{0}-title"></fieldset>
    <input type="number" name="b-{0}-ORDER" id="id_b-{0}-ORDER" value="{1}">
    <input type="checkbox" name="b-{0}-DELETE" id="id_b-{0}-DELETE">
    <fieldset class="pages"><div data-prefix="b-{0}-pages"></div></fieldset></fieldset></div>"""
PAGE = f"""
<form id="k"><fieldset class="whole"><div data-form="case.Kinds" data-prefix="k"></div></fieldset><button>One</button></form>
<form id="s"><div data-form="case.Entry" data-prefix="s"><div><input name="s-name" id="id_s-name"></div>
    <fieldset disabled><div><input name="s-other" id="id_s-other"></div></fieldset></div><button>Two</button></form>
<form id="b"><fieldset class="whole"><div data-formset="case.BookFormSet" data-prefix="b">
    <input type="hidden" name="b-TOTAL_FORMS" value="2"><input type="hidden" name="b-INITIAL_FORMS" value="0">
    <input type="hidden" name="b-MIN_NUM_FORMS" value="2"><input type="hidden" name="b-MAX_NUM_FORMS" value="1000">
    <div data-formset-rows>{ROW.format(0, 1)}{ROW.format(1, 2)}</div></div></fieldset><button>Three</button></form>
<script>window.sent = {{}}; document.addEventListener("clientforms:submit", ({{target, detail}}) => {{
    sent[target.id] = detail.cleanedData; }});</script>
"""
# Puts a fieldset around all that belongs to one field, as a script of an author's may.
WRAP = """() => { for (const part of document.querySelectorAll("#k [data-form-fields] > *")) {
    const fieldset = document.createElement("fieldset");
    fieldset.className = "field";
    part.replaceWith(fieldset);
    fieldset.append(part);
} }"""
# What is shown and told with each fieldset in turn disabled, and enabled again: [what, where, found].
LOOK = """([id, live]) => {
    const form = document.getElementById(id), found = [];
    const errors = (fieldset) => fieldset.querySelectorAll(".errorlist li, [aria-invalid=true]").length;
    const posted = () => {
        const all = {};
        for (const [name, value] of new FormData(form)) if (!(value instanceof File)) (all[name] ??= []).push(value);
        return JSON.stringify(Object.entries(all).sort());
    };
    const told = () => JSON.stringify(Object.entries(live.postData()).sort());
    [...form.querySelectorAll("fieldset")].forEach((fieldset, place) => {
        if (!fieldset.className) return;
        const where = `${fieldset.className} ${place}: ${fieldset.textContent.trim().slice(0, 20)}`;
        live.validate();
        if (!errors(fieldset)) found.push(["nothing said though enabled", where]);
        if (told() !== posted()) found.push(["before", where, told(), posted()]);
        const others = errors(form) - errors(fieldset);
        fieldset.disabled = true;
        const valid = live.validate();
        if (errors(fieldset)) found.push(["judged though disabled", where, fieldset.innerHTML]);
        if (errors(form) !== others) found.push(["others are judged otherwise", where]);
        if (valid !== !others) found.push(["valid", where, valid, others]);
        if (told() !== posted()) found.push(["disabled", where, told(), posted()]);
        fieldset.disabled = false;
    });
    return found;
}"""


def look(live, form, call):
    return live.page.evaluate(f"id => ({LOOK})([id, clientforms.{call}(id)])", form)


def test_placed_anywhere_in_a_form(author):
    live = author(PAGE, FORMS)
    live.page.evaluate(WRAP)
    assert look(live, "k", "form") == []
    live.page.evaluate(
        "document.querySelectorAll('#k .field').forEach((each) => { each.disabled = true })"
    )
    live.page.get_by_role("button", name="One").click()
    assert live.page.evaluate("sent.k") == {"k": {}}, "a rule of the form's takes what it refuses"

    # One that was disabled from the start.
    assert live.form("s", "validate()") is False
    live.type("s-name", "Ann")
    live.page.get_by_role("button", name="Two").click()
    assert live.page.evaluate("sent.s") == {"s": {"name": "Ann", "other": ""}}
    live.page.evaluate("document.querySelector('#s fieldset').disabled = false")
    assert live.form("s", "errors()").keys() == {"other"}


def test_placed_anywhere_in_a_formset(author):
    live = author(PAGE, FORMS)
    assert look(live, "b", "formset") == []
    send = live.page.get_by_role("button", name="Three")

    def disable(selector, place, *, disabled=True):
        each = live.page.locator(f"#b {selector}").nth(place)
        each.evaluate("(each, disabled) => { each.disabled = disabled }", disabled)

    live.type("b-0-title", "One")
    live.type("b-0-pages-0-text", "first")
    disable(".row", 1)
    send.click()
    first = {
        "title": "One",
        "ORDER": 1,
        "DELETE": False,
        "pages": [{"text": "first", "ORDER": None}, {}],
    }
    assert live.page.evaluate("sent.b.b")[0] == first
    disable(".row", 1, disabled=False)
    live.page.evaluate("delete sent.b")
    send.click()
    assert live.page.evaluate("sent.b") is None
    assert live.first_error() == "b-1-title"
    live.type("b-1-title", "Two")
    send.click()
    live.page.locator("[data-clientforms-errors]:focus [href='#id_b-1-pages-0-text']").click()
    assert live.focused() == "b-1-pages-0-text"
    disable(".pages", 1)
    send.click()
    titles = [(each["title"], "pages" in each) for each in live.page.evaluate("sent.b.b")]
    assert titles == [("One", True), ("Two", False)]

"""A reload that the page itself brings about gives back what was typed, whatever became of Python."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser.drafts import answer, box, kept, offers
from tests.browser.live_page import BOOT, LivePage

NOTES = """
    class Note(forms.Form):
        title = forms.CharField()
        kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
        tags = forms.MultipleChoiceField(
            required=False, choices=[("x", "X"), ("y", "Y")], widget=forms.CheckboxSelectMultiple
        )
        text = forms.CharField(required=False, widget=forms.Textarea)

    NoteFormSet = forms.formset_factory(Note, extra=1, can_delete=True, can_order=True)

    class Shown(forms.PasswordInput):
        input_type = "text"

    class About(forms.Form):
        name = forms.CharField()
        agrees = forms.BooleanField(required=False)
        password = forms.CharField(widget=forms.PasswordInput)
        again = forms.CharField(widget=Shown)
        photo = forms.FileField(required=False)
        lat = forms.CharField(widget=forms.HiddenInput, required=False)

        def clean_name(self):
            if self.cleaned_data["name"] == "the end":
                import json
                json.loads("[" * 1_000_000)
            return self.cleaned_data["name"]
"""
PAGE = """<form id="f">
    <div data-formset="case.NoteFormSet" data-initial="three"></div>
    <label>Plain <input name="plain" value="as it was"></label>
    <button>Save</button>
</form>
<form id="g"><div data-form="case.About"></div></form>
<script type="application/json" id="three">[{"title": "One"}, {"title": "Two"}, {"title": "Three"}]</script>"""


def fill(live):
    """Type everywhere, add rows, mark one, change the order; return what the page then posts."""
    page = live.page
    live.type("form-1-title", "Second")
    page.locator("[data-formset-action=add]").click()
    live.type("form-4-title", "Fifth")
    live.type("form-4-text", "Two\nlines")
    live.control("form-4-kind").select_option("b")
    page.locator('[name="form-4-tags"]').nth(1).check()
    row = page.locator("[data-formset-row]")
    row.nth(4).locator("[data-formset-action=remove]").click()
    page.keyboard.press("Control+z")  # its HTML has what was typed into it now
    row.nth(0).locator("[data-formset-action=remove]").click()
    row.nth(4).locator("[data-formset-action=move-up]").click()
    row.nth(1).locator("[data-formset-action=move-up]").click()
    live.type("plain", "by the author")
    live.type("password", "hunter2")
    live.type("again", "hunter2")
    live.control("agrees").check()
    page.evaluate("document.getElementById('id_lat').value = '53.34'")
    live.type("name", "Nora")
    return live.form_data("f"), live.form_data("g")


def titles(page):
    """The names of the rows' first controls, as the rows stand in the page."""
    return page.evaluate(
        "Array.from(document.querySelectorAll('[data-formset-row] [name$=-title]'), ({name}) => name)"
    )


def keep(page):
    page.evaluate("clientforms.keepForms()")
    assert "hunter2" not in kept(page)


def is_given_back(page):
    """Wait until nothing of it is kept any more."""
    page.wait_for_function("!sessionStorage.getItem('clientforms:reload')")
    assert "Nora" not in kept(page)


@pytest.mark.parametrize("state", ["alive", "dead"])
def test_everything_is_given_back_after_a_reload(author, complaints, state):
    live = author(PAGE, NOTES)
    page = live.page
    notes, about = fill(live)
    order = titles(page)
    assert order[:2] == ["form-1-title", "form-0-title"]
    if state == "dead":
        complaints.expect("Python|Pyodide|RangeError|stack|fatal error")
        live.type("name", "the end")
        page.wait_for_function(
            "() => { try { clientforms.form('about').isValid() } catch { return true } }"
        )
        live.type("name", "Nora")
    keep(page)
    page.reload()
    live.wait_until_ready()
    is_given_back(page)
    assert live.form_data("f") == notes
    assert live.form_data("g") == about | {"password": [""], "again": [""]}
    assert live.formset("form", "postData()") == {k: v for k, v in notes.items() if k != "plain"}
    assert titles(page) == order
    expect(page.locator("#id_password + small")).to_contain_text("Type this again")
    expect(box(page)).to_have_count(0)


def test_what_fits_a_changed_form_is_given_back_and_the_rest_can_be_read(author):
    live = author(PAGE, NOTES)
    page = live.page
    fill(live)
    keep(page)
    changed = """
    class Note(forms.Form):
        name = forms.CharField(required=False)
        title = forms.CharField()
        kind = forms.ChoiceField(choices=[("a", "A"), ("c", "C")])
        tags = forms.MultipleChoiceField(
            required=False, choices=[("x", "X"), ("y", "Y")], widget=forms.CheckboxSelectMultiple
        )

    NoteFormSet = forms.formset_factory(Note, extra=1, can_delete=True, can_order=True)
    """
    author(PAGE.replace('<div data-form="case.About"></div>', ""), changed)
    said = box(page).get_by_role("listitem")
    expect(said).to_have_text(
        [
            "The field “Text, Note 4” is no longer there. You had typed: “Two\nlines”",
            "The field “Kind, Note 4” no longer takes this: “b”",
            "“About” is no longer in this page. It held: Name “Nora”, Agrees “on”, lat “53.34”",
        ]
    )
    assert live.form_data("f")["form-1-title"] == ["Second"]
    assert live.form_data("f")["form-3-title"] == ["Fifth"]
    assert live.form_data("f")["form-3-tags"] == ["y"]
    assert live.form_data("f")["plain"] == ["by the author"]
    page.reload()
    live.wait_until_ready()
    expect(said).to_have_count(3)
    box(page).get_by_role("button", name="OK").click()
    expect(box(page)).to_have_count(0)
    is_given_back(page)


def test_six_megabytes_are_given_back(author):
    # To lay out as many lines would take a browser half a minute.
    live = author(f"<style>textarea {{ display: none }}</style>{PAGE}", NOTES)
    page = live.page
    page.evaluate(
        """() => {
            const control = document.getElementById("id_form-0-text");
            control.value = "0123456789abcde\\n".repeat(6 << 16);
            control.dispatchEvent(new Event("input", {bubbles: true}));
        }"""
    )
    page.evaluate("clientforms.keepForms()")
    page.reload()
    live.wait_until_ready()
    page.wait_for_function("!sessionStorage.getItem('clientforms:reload')")
    assert page.evaluate("document.getElementById('id_form-0-text').value.length") == 6 << 20


def test_what_a_closed_tab_had_kept_is_offered_by_the_next(author, page, server):
    live = author(PAGE, NOTES)
    notes, _ = fill(live)
    keep(page)
    second = page.context.new_page()
    again = LivePage(second, server)
    again.open_case(PAGE, NOTES)
    expect(box(second)).to_have_count(0)  # its tab is open, and may be about to load again
    page.close()
    second.reload()
    again.wait_until_ready()
    expect(offers(second)).to_have_count(1)
    expect(box(second)).to_contain_text("Second")
    again.type("plain", "typed meanwhile")
    second.reload()  # nobody has answered
    again.wait_until_ready()
    answer(second, "Restore")
    assert again.form_data("f") == notes
    expect(again.control("name")).to_have_value("Nora")
    expect(box(second)).to_have_count(0)
    is_given_back(second)
    second.close()


RENDERED_ANEW = """
    from clientforms import ConditionalFieldsMixin

    class Note(forms.Form):
        title = forms.CharField(required=False)
        kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
        seen = forms.BooleanField(required=False)
        after = forms.CharField(required=False)

    class Numbered(Note):
        id = forms.IntegerField(widget=forms.HiddenInput, required=False)

        def __init__(self, *args, number=None, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["title"].label = f"Title {number}"

    class Numbering(forms.BaseFormSet):
        def get_form_kwargs(self, index):
            return super().get_form_kwargs(index) | {"number": index}

    class Place(ConditionalFieldsMixin, Note):
        town = forms.ChoiceField(choices=[("", "?")], required=False)
        choices_for = {"town": lambda data: [(f"{data.get('kind')}{n}", str(n)) for n in "12"]}

    class Nesting(forms.BaseFormSet):
        def add_fields(self, form, index):
            super().add_fields(form, index)
            form.inner = InnerFormSet(
                form.data if form.is_bound else None, prefix=f"{form.prefix}-inner"
            )

    def formset(form, base=forms.BaseFormSet):
        return forms.formset_factory(form, formset=base, extra=2, can_delete=True, can_order=True)

    InnerFormSet = forms.formset_factory(Note, extra=1)
    Plain, OfPlaces = formset(Note), formset(Place)
    ByNumber, WithRows = formset(Numbered, Numbering), formset(Note, Nesting)
"""
ACTS = {
    "insert": "live.insert(2, {title: 'Given'})",
    "copy": "live.duplicate(0)",
    "remove": "live.removeForm(2)",
    "undo": "live.removeForm(2); live.undo()",
    "move": "live.move(3, 0)",
    "data": "live.setData([{title: 'A'}]); live.undo()",
    "reset": "live.reset(null, {keepTyped: true})",
}
"""What is done to rows that somebody typed into: some are put into the page anew, as they are now."""
TYPE_AND_ACT = """acts => {
    for (const container of document.querySelectorAll("[data-formset]")) {
        const name = container.dataset.prefix;
        const live = clientforms.formset(name);
        const type = (field, change) => {
            for (const control of container.querySelectorAll(`[name$=-${field}]`)) {
                change(control);
                for (const type of ["input", "change"]) control.dispatchEvent(new Event(type, {bubbles: true}));
            }
        };
        type("title", (control) => { control.value += " typed" });
        type("kind", (control) => { control.selectedIndex = 1 - control.selectedIndex });
        type("town", (control) => { control.selectedIndex = 0 });
        type("seen", (control) => { control.checked = !control.checked });
        new Function("live", acts[name.split("_")[1]])(live);
        type("after", (control) => { control.value = "after" });
    }
}"""


def test_what_was_typed_into_rows_that_were_rendered_anew_is_given_back(author, complaints):
    kinds = ["Plain", "OfPlaces", "ByNumber", "WithRows"]
    containers = [
        f'<div data-formset="case.{kind}" data-prefix="{kind}_{act}" data-initial="two"></div>'
        for kind in kinds
        for act in ACTS
    ]
    two = [
        {"id": 7, "title": "One", "kind": "b", "town": "b2"},
        {"id": 8, "title": "Two", "kind": "a", "town": "a2", "seen": True},
    ]
    html = f"""<form id="f">{"".join(containers)}
        <div data-form="case.Place" data-prefix="place"></div></form>
        <script type="application/json" id="two">{json.dumps(two)}</script>"""
    live = author(html, RENDERED_ANEW)
    page = live.page
    page.evaluate(TYPE_AND_ACT, ACTS)
    for name, value in (("kind", "b"), ("town", "b2"), ("kind", "a"), ("kind", "b")):
        live.control(f"place-{name}").select_option(value)
    expect(live.control("place-town")).to_have_value("b2")
    before, order = live.form_data("f"), titles(page)
    page.evaluate("clientforms.keepForms()")
    page.reload()
    live.wait_until_ready()
    page.wait_for_function(
        """!sessionStorage.getItem('clientforms:reload')
            || document.querySelector("[data-draft-action]")""",
        timeout=BOOT,
    )
    after = live.form_data("f")
    lost = {name: (before.get(name), after.get(name)) for name in before.keys() | after.keys()}
    assert {name: each for name, each in lost.items() if each[0] != each[1]} == {}
    assert titles(page) == order
    expect(box(page)).to_have_count(0)

"""No value, label, choice, error, name or answer becomes markup or script in the page."""

import html
import json

import pytest
from playwright.sync_api import expect

from tests.browser.hostile import HOSTILE, PYTHON, expect_no_trace

INSPECTED = """<form id="f" data-clientforms>
<div data-formset="case.NoteFormSet" data-prefix="notes"{attributes}></div>
<button>Send</button><div data-result="f" tabindex="-1" hidden></div></form>
<aside data-inspect="notes"><pre data-json="post"></pre><pre data-json="errors"></pre>
<pre data-json="cleaned"></pre></aside>"""

NOTES = (
    PYTHON
    + """
class Note(forms.Form):
    text = forms.CharField(strip=False, required=False)
    note = forms.CharField(widget=forms.Textarea, required=False, strip=False)

    def clean_text(self):
        value = self.cleaned_data["text"]
        if value and not value.startswith("fine"):
            raise forms.ValidationError("Not %(value)s, or " + value.replace("%", "%%"),
                                        params={"value": value})
        return value

NoteFormSet = forms.formset_factory(Note, extra=1, max_num=1000)
"""
)
TYPED = [each for each in HOSTILE if "\x00" not in each]


def typed(text):
    """`text` without what neither a keyboard nor HTML has."""
    return text.replace("\x00", "")


def rendered(text):
    """`text` as HTML can carry it: U+0000 is replaced by the parser."""
    return text.replace("\x00", "�")


def expect_held(control, text):
    """Expect the control's value to be `text`, character by character: `expect()` takes all blanks as one."""
    assert control.input_value() == text


def as_script(value):
    """JSON that cannot end the script element it stands in."""
    return json.dumps(value).replace("<", "\\u003c")


def test_what_is_typed_or_set_stays_text(author, complaints):
    live = author(INSPECTED.format(attributes=""), NOTES)
    for text in TYPED:
        live.type("notes-0-note", text)
        live.type("notes-0-text", text)
        live.expect_errors("notes-0-text", f"Not {text}, or {text}")
        expect(live.control("notes-0-text")).to_have_value(text)
        expect(live.control("notes-0-note")).to_have_value(text)
    expect_no_trace(live)

    rows = [{"text": text, "note": text} for text in HOSTILE]
    live.page.evaluate("rows => clientforms.formset('notes').setData(rows)", rows)
    for index, text in enumerate(HOSTILE):
        expect_held(live.control(f"notes-{index}-note"), text)
    assert live.form_data("f") == live.formset("notes", "postData()")
    for index, text in enumerate(HOSTILE):
        live.page.evaluate(
            "([name, text]) => clientforms.formset('notes').addError(name, text)",
            [f"notes-{index}-note", text],
        )
        refused = ["Null characters are not allowed."] if "\x00" in text else []
        live.expect_errors(f"notes-{index}-note", *refused, typed(text))
    live.page.evaluate(
        "texts => clientforms.formset('notes').setErrors({forms: [], non_form_errors: texts})",
        HOSTILE,
    )
    expect(live.non_form_errors("notes")).to_have_text([*map(typed, HOSTILE)])
    live.page.evaluate(
        "texts => clientforms.formset('notes').setErrors([{__all__: texts, text: texts[0]}])",
        HOSTILE,
    )
    expect(live.rows("notes").first.locator(".errorlist.nonfield li")).to_have_text(
        [*map(typed, HOSTILE)]
    )

    # Rows are cloned, moved and come back: from the engine, as text.
    live.formset("notes", "duplicate(2)")
    live.formset("notes", "removeForm(0)")
    live.formset("notes", "undo()")
    expect_no_trace(live)

    # Names that are none, and a formset that is none, are told in words.
    complaints.expect("clientforms: ")
    call = "([name, method]) => { try { clientforms.formset('notes')[method](JSON.parse(name)) } catch (error) { return error.message } }"
    for text in HOSTILE:
        for data in ([{text: text}], {text: text}, {f"notes-0-{text}": text}):
            said = live.page.evaluate(call, [json.dumps(data), "updateData"])
            assert said.startswith("clientforms: notes")
        said = live.page.evaluate(
            "name => { try { clientforms.formset(name) } catch (error) { return error.message } }",
            text,
        )
        assert "There is no formset called" in said
    expect_no_trace(live)

    # Valid at last: what is shown of it is text too.
    live.page.evaluate(
        "rows => clientforms.formset('notes').setData(rows)",
        [{"text": f"fine {text}", "note": text} for text in TYPED],
    )
    live.page.get_by_role("button", name="Send").click()
    expect(live.page.locator("[data-result] pre")).to_contain_text(TYPED[0])
    expect(live.page.locator('[data-json="cleaned"]')).to_contain_text("onerror")
    expect_no_trace(live)


def test_what_a_form_says_stays_text_but_for_what_its_author_marked_safe(author, complaints):
    complaints.expect("window.__hit")
    initial = as_script([{"plain": text, "many": HOSTILE} for text in HOSTILE])
    live = author(
        """<form id="f"><div data-formset="case.LoudFormSet" data-prefix="loud" data-initial="there">
        </div></form><form id="g"><div data-form="case.Failing" data-prefix="failing"></div></form>
        <form id="h"><div data-formset="case.Served" data-prefix="served">
        <input type="hidden" name="served-TOTAL_FORMS" value="1">
        <input type="hidden" name="served-INITIAL_FORMS" value="0">"""
        + f"""<div><label for="id_served-0-text">Text</label><input name="served-0-text"
        id="id_served-0-text" value="{html.escape(HOSTILE[2])}"></div></div></form>
        <script type="application/json" id="there">{initial}</script>""",
        PYTHON
        + """
from django.utils.safestring import mark_safe

class Loud(forms.Form):
    # Not as help_text: that is HTML of the developer's own, which Django renders as it is.
    plain = forms.CharField(label=" ".join(HOSTILE), required=False)
    safe = forms.CharField(label=mark_safe('<b data-safe>Bold</b>'), required=False,
                           help_text=mark_safe('<i data-safe>Slanted</i>'))
    one = forms.ChoiceField(choices=[(x, x) for x in HOSTILE], required=False)
    many = forms.MultipleChoiceField(choices=[(x, x) for x in HOSTILE], required=False,
                                     widget=forms.CheckboxSelectMultiple)
    radio = forms.ChoiceField(choices=[(HOSTILE[0], [(x, x) for x in HOSTILE])], required=False,
                              widget=forms.RadioSelect)
    attribute = forms.CharField(required=False, widget=forms.TextInput(
        {"placeholder": HOSTILE[2], "title": HOSTILE[3], "data-x": HOSTILE[4]}))

LoudFormSet = forms.formset_factory(Loud, extra=1, max_num=1000)

class Failing(forms.Form):
    text = forms.CharField()

    def clean_text(self):
        raise RuntimeError("\\n".join(HOSTILE))

class Short(forms.Form):
    text = forms.CharField(max_length=3, error_messages={"max_length": HOSTILE[1]})

Served = forms.formset_factory(Short)
""",
    )
    expect_no_trace(live)
    shown = [rendered(text) for text in HOSTILE]
    first = live.rows("loud").first
    expect(first.locator("label").first).to_contain_text(shown[0])
    expect(first.locator("b[data-safe]")).to_have_text("Bold")
    expect(first.locator("i[data-safe]")).to_have_text("Slanted")
    options = live.control("loud-0-one").locator("option")
    assert options.evaluate_all("options => options.map(option => option.value)") == shown
    for index, text in enumerate(HOSTILE):
        expect_held(live.control(f"loud-{index}-plain"), text)
    assert live.form_data("f") == live.formset("loud", "postData()")
    for text in shown[:5]:
        live.control("loud-0-one").select_option(value=text)
        live.page.locator('[name="loud-0-radio"]').nth(shown.index(text)).check()
        assert live.form_data("f")["loud-0-radio"] == [text]
    assert live.form_data("f") == live.formset("loud", "postData()")
    assert live.page.evaluate(
        "clientforms.formset('loud').fields(0).map(field => [field.label, field.helpText])[1]"
    ) == ["<b data-safe>Bold</b>", "<i data-safe>Slanted</i>"]

    live.type("failing-text", "anything")
    expect(live.page.locator("#g .clientforms-error")).to_contain_text(HOSTILE[0])
    expect(live.control("served-0-text")).to_have_value(HOSTILE[2])
    live.formset("served", "validate()")
    live.expect_errors("served-0-text", HOSTILE[1])
    live.formset("loud", "addAnother()")
    expect_no_trace(live)


@pytest.mark.parametrize("attribute", ["data-formset", "data-form"])
def test_hostile_attributes_of_a_container_are_told_or_escaped(author, complaints, attribute):
    complaints.expect("clientforms: ")
    kind = "NoteFormSet" if attribute == "data-formset" else "Note"
    containers = []
    for number, text in enumerate(HOSTILE):
        quoted = html.escape(typed(text))
        containers += [
            f'<div {attribute}="{quoted}"></div>',
            f'<div {attribute}="case.{quoted}"></div>',
            f'<div {attribute}="case.{kind}" data-prefix="l{number}" data-layout="{quoted}"></div>',
            f'<div {attribute}="case.{kind}" data-prefix="i{number}" data-initial="{quoted}"></div>',
            f'<div {attribute}="case.{kind}" data-prefix="d{number}" data-delay="{quoted}"></div>',
            f'<div class="named" {attribute}="case.{kind}" data-prefix="{quoted}"></div>',
        ]
    live = author("<form id='f'>" + "\n".join(containers) + "</form>", NOTES)
    told = live.page.locator("form > div:not(.named) > .clientforms-error")
    expect(told).to_have_count(5 * len(HOSTILE))
    named = live.page.locator(".named")
    assert named.locator(".clientforms-error").all_text_contents() == []
    name = live.page.evaluate(
        "[...document.querySelectorAll('.named [name$=text]')].map(e => e.name)"
    )
    assert name == [
        f"{typed(text)}-{'0-' if kind == 'NoteFormSet' else ''}text" for text in HOSTILE
    ]
    for number in range(len(HOSTILE)):
        control = live.page.locator(".named [name$=text]").nth(number)
        control.fill("wrong")
        control.blur()
        if kind == "NoteFormSet":
            named.nth(number).locator('[data-formset-action="add"]').click()
    expect(named.locator(".errorlist li")).to_have_text(["Not wrong, or wrong"] * len(HOSTILE))
    expect_no_trace(live)


def test_the_name_of_a_file_stays_text(author):
    live = author(
        """<form id="f" data-form="case.Upload"><button>Send</button>
        <div data-result="f" tabindex="-1" hidden></div></form>
        <aside data-inspect="upload"><pre data-json="cleaned"></pre><pre data-json="errors"></pre></aside>""",
        """
class UploadForm(forms.Form):
    file = forms.FileField()

    def clean_file(self):
        file = self.cleaned_data["file"]
        if file.size > 3:
            raise forms.ValidationError("%(name)s is too large.", params={"name": file.name})
        return file

Upload = UploadForm
""",
    )
    name = "\"><img src=x onerror='window.__hit = 1'>.svg"
    for content in (b"too large", b"ok"):
        live.control("file").set_input_files(
            {"name": name, "mimeType": "image/svg+xml", "buffer": content}
        )
        if content == b"ok":
            live.expect_errors("file")
        else:
            live.expect_errors("file", f"{name} is too large.")
        expect_no_trace(live)
    live.page.get_by_role("button", name="Send").click()
    expect(live.page.locator("[data-result] pre")).to_contain_text("onerror")
    expect(live.page.locator('[data-json="cleaned"]')).to_contain_text("onerror")
    expect_no_trace(live)

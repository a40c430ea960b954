"""Every field and widget of Django, tried by hand: Django's message comes, and goes again."""

import re

import django.forms.fields
import django.forms.widgets
import pytest
from playwright.sync_api import expect

from tests.browser.catalogue import FORMS, TRIALS, UNTOUCHED, page_forms
from tests.conftest import ROOT

ORACLE = """
    import django
    from django.http import QueryDict
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils.datastructures import MultiValueDict
    from clientforms.browser import runtime
    from clientforms.engine.data.to_json import to_plain

    def says(name, query, uploads):
        files = MultiValueDict({field: [SimpleUploadedFile(name, bytes(size), kind)]
                                for field, name, size, kind in uploads.to_py()})
        form = globals()[name](QueryDict(query), files)
        for field in list(form.fields):
            if isinstance(form.fields[field], forms.ImageField):
                form.fields[field] = forms.FileField()  # no Pillow here
        return runtime.plain_to_js({"errors": to_plain(form.errors),
                                    "cleaned": to_plain(form.cleaned_data)})

    runtime.window.says = runtime.proxy(says)
"""
SAYS = """([name]) => {
    const data = new FormData(document.getElementById("f"));
    const uploads = [...data].filter(([, value]) => value instanceof File && value.name)
        .map(([field, file]) => [field, file.name, file.size, file.type]);
    const text = [...data].filter(([, value]) => !(value instanceof File))
        .map(([field, value]) => [field, value.replace(/\\r\\n?|\\n/g, "\\r\\n")]);
    return window.says(name, new URLSearchParams(text).toString(), uploads);
}"""
NO_CONTROLS = {"Script", "Media", "MediaDefiningClass", "Widget"}


def act(live, name, how, part, value):
    match how:
        case "type":
            live.type(name + part, value)
        case "select":
            live.control(name + part).select_option(value)
        case "tick":
            box = live.page.locator(f'[name="{name}"]').and_(
                live.page.locator(f'[value="{part}"], :not([value])')
            )
            box.set_checked(value)
        case "file":
            live.control(name + part).set_input_files([value])


def text_of(live, form_id):
    """The form's data as the browser says it, files left out."""
    data = live.form_data(form_id)
    return {name: values for name, values in data.items() if {} not in values}


def test_the_catalogue_has_every_field_and_every_widget():
    made = [field for form in page_forms().values() for field in form.base_fields.values()]
    fields = {base.__name__ for each in made for base in type(each).__mro__}
    widgets = {base.__name__ for each in made for base in type(each.widget).__mro__}
    assert set(django.forms.fields.__all__) <= fields
    assert set(django.forms.widgets.__all__) - NO_CONTROLS <= widgets
    for name, form in page_forms().items():
        assert TRIALS[name].keys() | UNTOUCHED.get(name, set()) == form.base_fields.keys()


def test_the_documentation_lists_every_widget():
    text = (ROOT / "docs" / "what-works.md").read_text("utf-8")
    table = text.partition("<!-- widgets -->")[2].partition("<!-- /widgets -->")[0]
    rows = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    listed = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(listed) == sorted(set(django.forms.widgets.__all__) - NO_CONTROLS)


@pytest.mark.parametrize("name", list(TRIALS))
def test_each_field_says_what_django_says_and_is_mended(author, name):
    live = author(f'<form id="f" data-form="case.{name}"></form>', FORMS + ORACLE)
    form = name.lower()
    for field, trial in TRIALS[name].items():
        for step in trial.wrong:
            act(live, field, *step)
        live.expect_errors(field, *([trial.message] if trial.message else []))
        for step in trial.right:
            act(live, field, *step)
        live.expect_errors(field)
    live.page.wait_for_function("name => clientforms.form(name).validate()", arg=form)
    expect(live.page.locator(".errorlist")).to_have_count(0)
    assert text_of(live, "f") == live.form(form, "postData()")
    says = live.page.evaluate(SAYS, [name])
    assert says["errors"] == {}
    assert live.form(form, "cleanedData()") == says["cleaned"]


ROWS = (
    FORMS
    + """
    class Row(forms.Form):
        radio = forms.ChoiceField(choices=LETTERS, widget=forms.RadioSelect)
        boxes = forms.MultipleChoiceField(choices=LETTERS, widget=forms.CheckboxSelectMultiple)
        many = forms.MultipleChoiceField(choices=LETTERS)
        null = forms.NullBooleanField()
        tick = forms.BooleanField(required=False)
        split = forms.SplitDateTimeField()
        day = forms.DateField(widget=forms.SelectDateWidget(years=[2025, 2026]))
        since = forms.CharField(show_hidden_initial=True, initial="first")
        file = forms.FileField()

    RowFormSet = forms.formset_factory(Row, extra=3, can_order=True)
"""
)


def fill(live, index, letter, day):
    prefix = f"r-{index}-"
    act(live, f"{prefix}radio", "tick", letter, True)
    act(live, f"{prefix}boxes", "tick", letter, True)
    act(live, f"{prefix}boxes", "tick", "c", True)
    act(live, f"{prefix}many", "select", "", [letter, "c"])
    act(live, f"{prefix}null", "select", "", "false" if letter == "b" else "true")
    act(live, f"{prefix}tick", "tick", "on", letter == "b")
    act(live, f"{prefix}split", "type", "_0", f"2026-01-0{day}")
    act(live, f"{prefix}split", "type", "_1", "10:00:00")
    for part, value in (("_month", "2"), ("_day", str(day)), ("_year", "2026")):
        act(live, f"{prefix}day", "select", part, value)
    act(live, f"{prefix}since", "type", "", f"since {letter}")
    named = {"name": f"{letter}.txt", "mimeType": "text/plain", "buffer": letter.encode()}
    act(live, f"{prefix}file", "file", "", named)


def states(live):
    """What each row holds, by local name, as the browser and the engine say alike."""
    data = live.form_data("f")
    assert {name: values for name, values in data.items() if {} not in values} == live.formset(
        "r", "postData()"
    )
    count = int(data["r-TOTAL_FORMS"][0])
    files = live.page.locator('[type="file"]').evaluate_all(
        "inputs => Object.fromEntries(inputs.map("
        "input => [input.name, [...input.files].map(file => file.name)]))"
    )
    return [
        {
            name.replace(f"r-{index}-", ""): files.get(name, values)
            for name, values in data.items()
            if f"r-{index}-" in name and not name.endswith("ORDER")
        }
        for index in range(count)
    ]


def test_widgets_of_many_controls_keep_their_state_in_rows(author):
    live = author(
        '<form id="f"><div data-formset="case.RowFormSet" data-prefix="r"></div></form>', ROWS
    )
    blank = states(live)[0]
    for index, letter in enumerate("abc"):
        fill(live, index, letter, index + 1)
    first, middle, last = states(live)
    assert (first["radio"], middle["boxes"], last["file"]) == (["a"], ["b", "c"], ["c.txt"])
    live.button("r", "remove", row=1).click()
    assert states(live) == [first, last]
    live.button("r", "undo").click()
    assert states(live) == [first, middle, last]
    live.button("r", "move-up", row=2).click()
    assert states(live) == [first, last, middle]
    live.formset("r", "duplicate(2)")
    assert states(live) == [first, last, middle, middle | {"file": []}]
    live.button("r", "add").click()
    assert states(live)[4] == blank
    live.formset("r", "undo()")
    live.formset("r", "undo()")
    live.formset("r", "undo()")
    assert states(live) == [first, middle, last]
    act(live, "r-1-radio", "tick", "a", True)
    assert states(live) == [first, middle | {"radio": ["a"]}, last]
    assert live.formset("r", "isValid()") is True
    names = [row["file"]["name"] for row in live.formset("r", "cleanedData()")]
    assert names == ["a.txt", "b.txt", "c.txt"]

"""Markup that a server renders, taken over in the states that it can have."""

from playwright.sync_api import expect

FORMS = """
class Person(forms.Form):
    name = forms.CharField(max_length=20)

class Pet(forms.Form):
    name_day = forms.CharField(max_length=20, required=False)
    name = forms.CharField(max_length=20)

PetFormSet = forms.formset_factory(Pet, extra=1)
"""


def management(prefix: str, total: int, initial: int = 0) -> str:
    """The controls that Django's management form has."""
    values = {"TOTAL": total, "INITIAL": initial, "MIN_NUM": 0, "MAX_NUM": 1000}
    return "".join(
        f'<input type="hidden" name="{prefix}-{name}_FORMS" value="{value}"'
        f' id="id_{prefix}-{name}_FORMS">'
        for name, value in values.items()
    )


def control(name: str, value: str = "", error: str = "") -> str:
    """A text field as Django renders it, refused for `error`."""
    errors = f'<ul class="errorlist" id="id_{name}_error"><li>{error}</li></ul>' if error else ""
    invalid = ' aria-invalid="true"' if error else ""
    return (
        f'<div><label for="id_{name}">{name}</label>{errors}'
        f'<input type="text" name="{name}" value="{value}" id="id_{name}"{invalid}></div>'
    )


REFUSED = f"""<form id="f" data-form="case.Person" data-prefix="person" action="/nowhere/">
{control("person-name", "Ann")}
<div data-formset="case.PetFormSet" data-prefix="pets">{management("pets", 1)}
<ul class="errorlist nonform"><li>The shelter is full.</li></ul>
<div>{control("pets-0-name_day", "x", "Not a day.")}{control("pets-0-name", "Rex", "Rex has a home.")}</div>
</div><button>Send</button></form>"""


def test_each_form_takes_over_its_own_errors_alone(author):
    live = author(REFUSED, FORMS)
    expect(live.non_form_errors("pets")).to_have_text(["The shelter is full."])
    live.expect_errors("pets-0-name", "Rex has a home.")
    live.expect_errors("pets-0-name_day", "Not a day.")
    expect(live.control("pets-0-name")).to_have_attribute("aria-invalid", "true")
    assert live.form("person", "errors()") == {}
    assert live.form("person", "isValid()") is True
    assert live.formset("pets", "errors()") != [{}]
    assert live.form_data("f") == live.form("person", "postData()") | live.formset(
        "pets", "postData()"
    )
    box = live.page.locator("#f > [data-clientforms-errors]")
    expect(box).to_be_focused()
    expect(box).to_have_accessible_name("Not sent: 3 errors to fix.")
    assert box.get_by_role("link").all_text_contents() == [
        "The shelter is full.",
        "Name day, Pet 1: Not a day.",
        "Name, Pet 1: Rex has a home.",
    ]
    box.get_by_role("link").last.click()
    expect(live.control("pets-0-name")).to_be_focused()
    live.type("pets-0-name", "Fido")
    expect(box).to_have_accessible_name("Not sent: 2 errors to fix.")


def test_a_list_of_errors_leaves_the_focus_to_somebody_who_has_begun(author):
    begun = "<script>document.getElementById('id_pets-0-name').focus()</script>"
    without = REFUSED.replace('id="f"', 'id="g" data-error-summary="off"')
    without = (
        without.replace("person-", "man-").replace('"person"', '"man"').replace("pets", "cats")
    )
    live = author(without + REFUSED + begun, FORMS)
    expect(live.page.locator("[data-clientforms-errors]")).to_have_count(1)
    expect(live.page.locator("#f > [data-clientforms-errors]")).to_be_visible()
    expect(live.control("pets-0-name")).to_be_focused()
    expect(live.page.locator("[data-clientforms-announcer]")).to_have_text(
        "Not sent: 3 errors to fix."
    )


def field(name: str) -> str:
    return f'<label>{name} <input name="{name}"></label>'


HIDDEN = {
    # where the field is: its markup, and whether a press of what opens it is wanted
    "details": "<details><summary>More</summary><details><summary>Yet more</summary>{}</details></details>",
    "until-found": '<div hidden="until-found" id="found">{}</div>',
    "tab": '<div role="tablist"><button role="tab" aria-controls="p1" onclick="opened(this)">A</button></div>'
    '<div id="p1" role="tabpanel" hidden>{}</div>',
    "labelled": '<a href="#x" role="tab" id="t2" onclick="opened(this); return false">B</a>'
    '<div id="p2" aria-labelledby="t2" style="display: none">{}</div>',
    "bootstrap": '<button type="button" data-bs-target="#p3" onclick="later(this)">C</button>'
    '<div id="p3" class="gone">{}</div>',
    "unknown": '<div class="gone" id="p4">{}</div>',
    "invisible": '<div style="visibility: hidden">{}</div>',
    "dialog": "<dialog>{}</dialog>",
}
SCRIPT = """<style>.gone { display: none !important }</style><script>
window.pressed = [];
window.sent = 0;
const panels = { A: "p1", B: "p2", C: "p3" };
function opened(control) {
    window.pressed.push(control.textContent);
    const panel = document.getElementById(panels[control.textContent]);
    panel.hidden = false;
    panel.style.display = "";
    panel.classList.remove("gone");
}
const later = control => setTimeout(() => opened(control), 150);
document.addEventListener("beforematch", event => window.pressed.push(event.target.id));
document.addEventListener("submit", () => window.sent += 1);
</script>"""


def test_the_first_error_is_made_visible_wherever_it_is_hidden(author):
    names = "\n".join(f"    {name.replace('-', '_')} = forms.CharField()" for name in HIDDEN)
    places = "".join(html.format(field(name.replace("-", "_"))) for name, html in HIDDEN.items())
    live = author(
        f'<form id="f" data-form="case.Person" data-error-summary="off">{places}<button id="send">Send</button></form>{SCRIPT}',
        f"class Person(forms.Form):\n{names}\n",
    )
    for sent, name in enumerate((each.replace("-", "_") for each in HIDDEN), start=1):
        live.page.evaluate("document.getElementById('send').click()")
        expect(live.control(name)).to_be_focused()
        expect(live.control(name)).to_be_visible()
        live.type(name, "x")
        assert live.page.evaluate("window.sent") == sent, "what opens a tab sends nothing"
    assert live.page.evaluate("window.pressed") == ["found", "A", "B", "C"]


EMPTY = """<form id="f">
<div data-formset="case.OrderFormSet" data-prefix="orders">
<table><thead><tr><th>Order</th></tr></thead><tbody></tbody></table>
<script type="text/html"><tr class="order" data-panel="#panel-__prefix__"><td id="panel-__prefix__">
<input name="orders-__prefix__-name" id="id_orders-__prefix__-name" aria-describedby="orders-__prefix__-hint">
<b id="orders-__prefix__-hint">Order __prefix__</b><input type="hidden" name="orders-__prefix__-surplus" value="__prefix__">
<select name="orders-__prefix__-kind"><option value="">Any</option></select>
<div data-prefix="orders-__prefix__-lines">
<input type="hidden" name="orders-__prefix__-lines-TOTAL_FORMS" value="1">
<input type="hidden" name="orders-__prefix__-lines-INITIAL_FORMS" value="0">
<p class="line"><input name="orders-__prefix__-lines-0-what"></p>
<template><p class="line"><input name="orders-__prefix__-lines-__prefix__-what"></p></template>
</div></td></tr></script></div></form>"""
ORDERS = """
class Line(forms.Form):
    what = forms.CharField(max_length=5)

LineFormSet = forms.formset_factory(Line, extra=1)

class Order(forms.Form):
    name = forms.CharField()
    kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])
    note = forms.CharField(required=False)
    token = forms.CharField(widget=forms.HiddenInput, required=False, initial="t")

class BaseOrderFormSet(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        data = form.data if form.is_bound else None
        form.lines = LineFormSet(data, prefix=f"{form.prefix}-lines")

OrderFormSet = forms.formset_factory(
    Order, formset=BaseOrderFormSet, extra=1, can_delete=True, can_order=True
)
"""


def test_rows_are_copied_from_an_empty_form_with_all_that_it_needs(author, complaints):
    complaints.expect(
        "orders: the empty form in the page does not fit the formset.*no control for note.*surplus"
    )
    live = author(EMPTY, ORDERS)
    expect(live.page.locator("tbody > tr.order[data-formset-row]")).to_have_count(1)
    live.formset("orders", "addAnother()")
    live.type("orders-1-name", "__prefix__")
    live.control("orders-1-kind").select_option("b")
    live.type("orders-1-lines-0-what", "orders")
    live.expect_errors(
        "orders-1-lines-0-what", "Ensure this value has at most 5 characters (it has 6)."
    )
    live.button("orders-1-lines", "add").click()
    expect(live.page.locator("tr").nth(2).locator("p.line")).to_have_count(2)
    ids = live.page.evaluate("[...document.querySelectorAll('[id]')].map(each => each.id)")
    assert not [each for each in ids if "__prefix__" in each]


SAVED = f"""<form id="f"><div data-formset="case.PetFormSet" data-prefix="pets">{management("pets", 1, 1)}
<section><h3>Rex</h3>{control("pets-0-name_day", "x")}{control("pets-0-name", "Rex")}</section>
</div></form>"""


def test_a_saved_row_is_taken_over_if_python_alone_would_make_none(author):
    live = author(SAVED, FORMS.replace("extra=1", "extra=0"))
    expect(live.rows("pets")).to_have_count(1)
    assert live.page.locator("section[data-formset-row]").count() == 1
    assert live.formset("pets", "initialFormCount()") == 1
    live.button("pets", "add").click()
    assert live.form_data("f") == live.formset("pets", "postData()")
    assert live.formset("pets", "postData()")["pets-TOTAL_FORMS"] == ["2"]


BOOKS = """
from clientforms.browser import configure
configure()
from django.db import models

class Book(models.Model):
    title = models.CharField(max_length=30)
    pages = models.PositiveIntegerField()
    kind = models.CharField(max_length=1, choices=[("f", "Fiction"), ("n", "Non-fiction")])
    bought = models.DateTimeField()
    lent = models.BooleanField()

    class Meta:
        app_label = "shelf"

class BookForm(forms.ModelForm):
    class Meta:
        model = Book
        fields = ["title", "pages", "kind", "bought", "lent"]
        field_classes = {"bought": forms.SplitDateTimeField}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("pages", "kind", "bought", "lent"):
            self.fields[name].disabled = True

BookFormSet = forms.modelformset_factory(Book, form=BookForm, extra=0)
"""


def locked_book(prefix: str) -> str:
    return f"""<div><input name="{prefix}title" value="Ulysses"></div>
    <div><input type="number" name="{prefix}pages" value="732" disabled></div>
    <div><select name="{prefix}kind" disabled><option value="n">Non-fiction</option>
    <option value="f" selected>Fiction</option></select></div>
    <div><input name="{prefix}bought_0" value="1922-02-02" disabled><input name="{prefix}bought_1" value="10:30:00" disabled></div>
    <div><input type="checkbox" name="{prefix}lent" checked disabled></div>"""


def test_disabled_fields_of_a_model_keep_the_values_that_a_server_wrote(author):
    live = author(
        f"""<form id="f" data-form="case.BookForm">{locked_book("")}</form>
        <form><div data-formset="case.BookFormSet" data-prefix="b">{management("b", 1, 1)}
        <div><input type="hidden" name="b-0-id" value="7">{locked_book("b-0-")}</div></div></form>""",
        BOOKS,
    )
    kept = {"pages": 732, "kind": "f", "bought": "1922-02-02T10:30:00", "lent": True}
    for title in ("Ulysses", "Dubliners"):
        form = live.page.evaluate("clientforms.form('f').cleanedData()")
        [row] = live.formset("b", "cleanedData()")
        assert form == {"title": title} | kept | {"bought": form["bought"]}
        assert row == form | {"id": row["id"]}
        assert form["bought"].startswith(kept["bought"])
        live.type("title", "Dubliners")
        live.type("b-0-title", "Dubliners")
    assert live.formset("b", "validate()") is True
    assert live.form("f", "hasChanged()") is True
    live.type("title", "Ulysses")
    assert live.form("f", "hasChanged()") is False
    assert live.form_data("f") == {"title": ["Ulysses"]}

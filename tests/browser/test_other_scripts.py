"""Controls outside the container, and rows that other scripts put in and take out."""

import re

from playwright.sync_api import expect

from tests.browser.live_page import ROOT

POINTS = """
from django.utils.html import format_html

class Point(forms.Form):
    x = forms.IntegerField()
    y = forms.IntegerField(required=False)
    colours = forms.MultipleChoiceField(
        choices=[("r", "Red"), ("g", "Green")], widget=forms.CheckboxSelectMultiple, required=False
    )

PointFormSet = forms.formset_factory(Point, extra=2)

class Captcha(forms.Widget):
    def render(self, name, value, attrs=None, renderer=None):  # no control
        return format_html('<div id="{}"></div>', attrs["id"])

    def value_from_datadict(self, data, files, name):
        return data.get("h-captcha-response")

class Human(forms.Form):
    name = forms.CharField()
    check = forms.CharField(widget=Captcha)

    def clean_check(self):
        if self.cleaned_data["check"] != "token":
            raise forms.ValidationError("Try again.")
        return self.cleaned_data["check"]
"""

OUTSIDE = """
<input type="hidden" name="points-TOTAL_FORMS" value="2" form="f">
<form id="f">
<input type="hidden" name="points-INITIAL_FORMS" value="0">
<input type="hidden" name="points-MIN_NUM_FORMS" value="0">
<input type="hidden" name="points-MAX_NUM_FORMS" value="1000">
<div data-formset="case.PointFormSet" data-prefix="points">
  <div data-formset-row><label for="id_points-0-x">X</label>
    <input type="number" name="points-0-x" id="id_points-0-x"></div>
  <div data-formset-row><label for="id_points-1-x">X</label>
    <input type="number" name="points-1-x" id="id_points-1-x"></div>
</div></form>
<p><label for="id_points-1-y">Y of the second</label>
  <input name="points-1-y" id="id_points-1-y" form="f" value="7"></p>
<p><input type="checkbox" name="points-1-colours" value="r" form="f" checked>
   <input type="checkbox" name="points-1-colours" value="g" form="f"></p>
<input name="points-0-y" form="elsewhere" value="not mine"><form id="elsewhere"></form>
<form id="g" data-form="case.Point" data-prefix="one"><div><input name="one-x" value="1"></div></form>
<p><input name="one-y" id="id_one-y" form="g"></p>
<button form="g">Send</button>
<form id="h" method="dialog"><div data-form="case.Human" data-prefix="human"></div></form>"""


def test_controls_that_name_the_form_belong_to_it_wherever_they_stand(author):
    live = author(OUTSIDE, POINTS)
    expect(live.rows("points")).to_have_count(2)
    assert live.form_data("f") == live.formset("points", "postData()")
    assert live.formset("points", "postData()")["points-1-y"] == ["7"]
    live.type("points-1-y", "much")
    live.expect_errors("points-1-y", "Enter a whole number.")
    expect(live.page.locator("p .errorlist")).to_have_count(1)
    expect(live.control("points-1-y")).to_have_attribute("aria-invalid", "true")
    live.page.check('[name="points-1-colours"][value="g"]')
    assert live.formset("points", "postData()")["points-1-colours"] == ["r", "g"]
    live.formset("points", "updateData([{}, {y: 9, colours: ['g']}])")
    live.expect_errors("points-1-y")
    expect(live.control("points-1-y")).to_have_value("9")
    assert live.form_data("f") == live.formset("points", "postData()")

    # The row gets another number, and its controls outside with it; the stranger keeps its name.
    live.button("points", "remove", row=0).click()
    expect(live.page.locator("#id_points-0-y")).to_have_value("9")
    expect(live.page.get_by_label("Y of the second")).to_have_value("9")
    assert live.form_data("f") == live.formset("points", "postData()")
    assert live.form_data("f")["points-0-colours"] == ["g"]
    assert live.form_data("elsewhere") == {"points-0-y": ["not mine"]}
    live.button("points", "remove", row=0).click()
    assert live.form_data("f") == live.formset("points", "postData()")
    assert live.page.locator("#id_points-0-y").count() == 0
    live.formset("points", "undo()")
    assert live.formset("points", "postData()")["points-0-y"] == ["9"]
    assert live.form_data("f") == live.formset("points", "postData()")

    # One form by itself.
    live.type("one-y", "many")
    live.expect_errors("one-y", "Enter a whole number.")
    live.page.get_by_role("button", name="Send").click()
    errors = live.page.locator("[data-clientforms-errors]")
    expect(errors).to_be_focused()
    errors.get_by_role("link").click()
    assert live.focused() == "one-y"
    live.type("one-y", "3")
    live.expect_errors("one-y")
    assert live.form_data("g") == live.form("one", "postData()")

    # A control that a script adds to a form, and fills in without an event, as captchas have it.
    live.type("human-name", "Ada")
    live.page.evaluate("clientforms.form('human').validate()")
    error = live.page.locator("#h .errorlist + #id_human-check, #id_human-check + .errorlist")
    expect(error).to_have_count(1)
    live.page.evaluate(
        """() => {
            const control = document.createElement("textarea");
            control.name = "h-captcha-response";
            document.querySelector("#h [data-key]").append(control);
        }"""
    )
    live.page.evaluate("clientforms.form('human').validate()")
    expect(live.page.locator("#h .errorlist")).to_have_text("This field is required.")
    fill = "token => { document.querySelector('[name=h-captcha-response]').value = token }"
    live.page.evaluate(fill, "bot")
    live.page.evaluate("clientforms.form('human').validate()")
    expect(live.page.locator("#h .errorlist")).to_have_text("Try again.")
    live.page.evaluate(fill, "token")
    assert live.form("human", "isValid()") is True
    assert live.form("human", "cleanedData()") == {"name": "Ada", "check": "token"}
    assert live.form_data("h") == live.form("human", "postData()")


STOCK = """<form id="f"><div data-formset="case.StopFormSet" data-prefix="stops" data-initial="there">
</div></form><script type="application/json" id="there">[{"name": "One"}]</script>
<template id="empty"><div class="theirs"><label for="id_stops-__prefix__-name">Name</label>
<input name="stops-__prefix__-name" id="id_stops-__prefix__-name">
<input type="radio" name="stops-__prefix__-kind" value="a" id="id_stops-__prefix__-kind_0">
<input type="radio" name="stops-__prefix__-kind" value="b" id="id_stops-__prefix__-kind_1"></div></template>
<script>
const rows = () => document.querySelector("[data-formset-rows]");
function addRow(name, kind, before = null) {          // as Django's admin and countless others do
    const total = document.querySelector('[name="stops-TOTAL_FORMS"]');
    const html = document.getElementById("empty").innerHTML.replace(/__prefix__/g, total.value);
    const holder = document.createElement("div");
    holder.innerHTML = html;
    const row = holder.firstElementChild;
    row.querySelector('[name$="-name"]').value = name;
    if (kind) row.querySelector(`[value="${kind}"]`).checked = true;
    rows().insertBefore(row, before);
    total.value = Number(total.value) + 1;
}
window.heard = [];
for (const name of ["formset:added", "formset:removed"])
    document.addEventListener(name, event => window.heard.push(name));
</script>"""
STOPS = """
class Stop(forms.Form):
    name = forms.CharField()
    kind = forms.ChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, required=False
    )

class BaseStopFormSet(forms.BaseFormSet):
    def clean(self):
        names = [form.cleaned_data.get("name") for form in self.forms if form.cleaned_data.get("name")]
        if len(names) > len(set(names)):
            raise forms.ValidationError("Names must differ.")

StopFormSet = forms.formset_factory(
    Stop, formset=BaseStopFormSet, extra=1, can_delete=True, can_delete_extra=False, max_num=5
)

from clientforms.browser import bindings, live_handles, runtime
runtime.window.handles = runtime.proxy(lambda: runtime.plain_to_js(live_handles()))
runtime.window.unbind = runtime.proxy(lambda: [each.unbind() for each in bindings()] and None)
"""


def names(live):
    posted = live.form_data("f")
    assert posted == live.formset("stops", "postData()")
    count = int(posted["stops-TOTAL_FORMS"][0])
    assert live.rows("stops").count() == count
    return [posted[f"stops-{index}-name"][0] for index in range(count)]


def kinds(live):
    posted = live.form_data("f")
    return [posted.get(f"stops-{i}-kind", [""])[0] for i in range(live.rows("stops").count())]


def test_rows_of_other_scripts_become_forms(author):
    live = author(STOCK, STOPS)
    live.type("stops-1-name", "Two")
    live.page.evaluate("addRow('Two', 'b')")
    assert names(live) == ["One", "Two", "Two"]
    assert live.formset("stops", "nonFormErrors()") == ["Names must differ."]
    live.type("stops-2-name", "")
    live.expect_errors("stops-2-name", "This field is required.")
    live.type("stops-2-name", "Three")
    assert live.page.evaluate("window.heard") == ["formset:added"]

    # In between, in the same task as a call: numbers and ticks fit all the same.
    live.page.evaluate(
        "() => { addRow('New', 'a', rows().children[1]); clientforms.formset('stops').addAnother() }"
    )
    assert names(live) == ["One", "New", "Two", "Three", ""]
    assert kinds(live) == ["", "a", "", "b", ""]
    expect(live.page.locator(".theirs").nth(1).locator("label").first).to_have_attribute(
        "for", "id_stops-1-name"
    )
    expect(live.button("stops", "add")).to_be_hidden()
    live.button("stops", "remove", row=2).click()
    assert names(live) == ["One", "New", "Three", ""]
    live.formset("stops", "undo()")
    assert names(live) == ["One", "New", "Two", "Three", ""]
    live.page.evaluate("addRow('Too many')")
    assert names(live) == ["One", "New", "Two", "Three", "", "Too many"]
    assert live.formset("stops", "isValid()") is True, "without validate_max Django takes it too"

    # Out again: an extra row goes, one with initial data is marked for deletion.
    live.page.evaluate("rows().children[3].remove()")
    assert names(live) == ["One", "New", "Two", "", "Too many"]
    live.page.evaluate("rows().children[0].remove()")
    expect(live.rows("stops").first).to_have_attribute("data-formset-deleted", "")
    assert names(live) == ["One", "New", "Two", "", "Too many"]
    assert live.form_data("f")["stops-0-DELETE"] == ["on"]
    live.formset("stops", "undo()")
    live.formset("stops", "undo()")
    assert names(live) == ["One", "New", "Two", "Three", "", "Too many"]
    assert live.form_data("f")["stops-3-kind"] == ["b"]

    # Another element in the place of one: the row goes on, with its errors.
    live.type("stops-1-name", "")
    live.page.evaluate(
        """() => {
            const old = rows().children[1], copy = old.cloneNode(true);
            copy.querySelector('[name$="-name"]').value = "Cloned";
            old.replaceWith(copy);
        }"""
    )
    assert names(live)[:3] == ["One", "Cloned", "Two"]
    live.type("stops-1-name", "")
    live.expect_errors("stops-1-name", "This field is required.")

    # Nobody watches after unbind().
    live.page.evaluate("window.unbind()")
    assert live.page.evaluate("window.handles()") == {"proxies": 5, "listeners": 5}  # main.py's
    live.page.evaluate("rows().children[1].remove()")
    expect(live.rows("stops")).to_have_count(5)


def events():
    """The names of all events that docs/reference/javascript.md has, and of those that only our own scripts hear of."""
    reference = (ROOT / "docs" / "reference" / "javascript.md").read_text("utf-8")
    documented = set(re.findall(r"`((?:formset|clientforms):[a-z-]+)`", reference))
    sources = [*(ROOT / "static").glob("*.js"), *(ROOT / "app" / "clientforms").rglob("*.py")]
    heard = r'(?:listen\([\w.]+, |addEventListener\()"((?:formset|clientforms|py):[a-z-]+)"'
    return documented.union(*(re.findall(heard, each.read_text("utf-8")) for each in sources))


FIRE = """names => {
    const details = [undefined, null, {}, "text", 7, new Map(), { formsetName: "points" }, { formsetName: "others" },
        { formsetName: null }, { cleanedData: null }, { cleanedData: new Map() }, { cleanedData: { points: [] } }];
    const targets = [document, document.body, window, ...document.forms,
        ...document.querySelectorAll("[data-formset], [data-formset-row], [data-result], [data-inspect], input")];
    for (const name of names)
        for (const detail of details)
            for (const target of targets) {
                target.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
                target.dispatchEvent(new Event(name, { bubbles: true }));
            }
}"""


def test_events_that_others_fire_raise_nothing_and_hand_out_nothing(author):
    """Wherever they are fired, and whatever is in them; no form of the page is valid."""
    python = f"""{POINTS}
from clientforms.browser.outcome.on_valid import carry_out
from clientforms.browser.page.django_settings import when_configured
when_configured(carry_out)
"""
    html = """<form id="f" data-on-valid="download" data-draft="f">
    <div data-formset="case.PointFormSet" data-prefix="points"></div><button>Send</button></form>
    <div data-result="f" hidden></div>
    <form id="k" data-on-valid="keep"><div data-formset="case.PointFormSet" data-prefix="kept"></div></form>
    <div data-result="k" hidden></div>
    <aside data-inspect="points"><pre data-json="post"></pre><pre data-json="cleaned"></pre></aside>"""
    live = author(html, python)
    names = events()
    assert {
        "formset:added",
        "formset:valid",
        "clientforms:ready",
        "clientforms:draft-gone",
    } <= names
    for prefix in ("points", "kept"):
        live.type(f"{prefix}-0-y", "7")
    live.page.evaluate(FIRE, sorted(names))
    live.button("points", "add").click()
    assert live.form_data("f") == live.formset("points", "postData()")
    expect(live.rows("points")).to_have_count(3)
    for place in ("[data-result=f]", "[data-result=k]", "#f [data-outcome]"):
        expect(live.page.locator(place)).to_be_hidden()
    expect(live.page.get_by_role("button", name="Edit")).to_have_count(0)

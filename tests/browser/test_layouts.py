"""Servers' markup of every layout in every state: taken over, changed, and what it would post then."""

from __future__ import annotations

import os
import random

from tests.browser.layouts import LAYOUTS, container, formset_of, states
from tests.browser.oracle import classes, posted_formset

FORMS = """
class Stop(forms.Form):
    name = forms.CharField(max_length=10)
    kind = forms.ChoiceField(
        choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, required=False
    )
    stay = forms.BooleanField(required=False)
    token = forms.CharField(required=False, widget=forms.HiddenInput)

    def clean_name(self):
        if self.cleaned_data["name"] == "bad":
            raise forms.ValidationError("Bad.")
        return self.cleaned_data["name"]

    def clean(self):
        if self.cleaned_data.get("stay") and not self.cleaned_data.get("kind"):
            raise forms.ValidationError("What kind?")

StopFormSet = forms.formset_factory(Stop, extra=2, can_delete=True, can_order=True, max_num=9)
"""
StopFormSet = classes(FORMS)["StopFormSet"]

# What is done to each formset, and what the page says after each step.
STEPS = """async (prefix) => {
    const live = clientforms.formset(prefix);
    const box = document.querySelector(`[data-prefix="${prefix}"]`);
    const rows = () => Array.from(box.querySelectorAll("[data-formset-row]"));
    const said = [];
    const control = (index, name) => box.querySelector(`[name="${prefix}-${index}-${name}"]`);
    const look = (what) => {
        const posted = {};
        for (const [name, value] of new FormData(box.closest("form")))
            if (!name.includes("__prefix__")) (posted[name] ??= []).push(value);
        const ids = Array.from(box.querySelectorAll("[id]"), (each) => each.id);
        said.push({
            what, posted, engine: live.postData(), count: rows().length, total: live.totalFormCount(),
            errors: live.errors(), doubled: ids.filter((id, place) => ids.indexOf(id) !== place),
            // As a browser that reads the HTML would have it: what may not stand where it does moves.
            legal: new DOMParser().parseFromString(box.outerHTML, "text/html").body.innerHTML
                .replace(/<!--.*?-->/g, "") === box.outerHTML.replace(/<!--.*?-->/g, ""),
            prefixed: rows().some((row) => row.outerHTML.includes("__prefix__")),
            behind: behind(), adding: adding(),
        });
    };
    const behind = () => {
        const last = rows().at(-1);
        const each = Array.from(box.querySelectorAll("*")).find((one) => one.textContent === "Behind."
            && !one.children.length);
        return !each || !last || Boolean(last.compareDocumentPosition(each) & 4);
    };
    const adding = () => box.querySelectorAll('[data-formset-action="add"]').length;
    const type = (index, name, value) => {
        const field = control(index, name);
        if (field.type === "checkbox") field.checked = value; else field.value = value;
        for (const name of ["input", "change"])
            field.dispatchEvent(new Event(name, { bubbles: true }));
    };
    // A row's markup without what differs between rows: values, errors, what is said of its state.
    const skeleton = (row) => {
        const copy = row.cloneNode(true);
        for (const each of copy.querySelectorAll(".errorlist, [data-clientforms-hidden]")) each.remove();
        const of = (each) => `${each.tagName}.${each.className}[${[...each.children].map(of)}]`;
        return of(copy);
    };
    look("taken over");
    const first = live.totalFormCount();
    live.addAnother();
    const at = live.totalFormCount() - 1;
    type(at, "name", "__prefix__");
    look("added");
    const shapes = rows().map(skeleton);
    type(at, "stay", true);
    live.validate();
    look("wrong as a whole");
    type(at, "name", "bad");
    live.validate();
    look("wrong in a field");
    const near = control(at, "name").closest("td, dd, div, p, li, span");
    const beside = [...near.querySelectorAll(".errorlist"), near.previousElementSibling];
    const place = beside.some((each) => each?.textContent.includes("Bad."))
        || Boolean(control(at, "name").closest("div.form-row")?.querySelector(".errorlist"));
    live.addAnother();
    type(at + 1, "name", "Last");
    live.removeForm(at);
    look("removed");
    live.undo();
    look("undone");
    live.move(at + 1, at);
    look("moved");
    for (let index = live.totalFormCount() - 1; index >= live.initialFormCount(); index -= 1)
        live.removeForm(index);
    look("all gone");
    live.addAnother();
    type(live.totalFormCount() - 1, "name", "Anew");
    look("anew");
    return { said, shapes, place, first };
}"""


def test_every_layout_in_every_state(author):
    """Half of the pairs, which another run may draw otherwise: with CLIENTFORMS_EVERY_WAY all."""
    html, kinds = [], {}
    pairs = list(states())
    drawn = (
        pairs if "CLIENTFORMS_EVERY_WAY" in os.environ else random.sample(pairs, len(pairs) // 2)
    )
    for number, (layout, state) in enumerate(drawn):
        prefix = f"s{number}"
        kinds[prefix] = layout, state
        named = f' data-layout="{layout}"' if LAYOUTS[layout].by_django else ""
        formset = formset_of(StopFormSet, state, prefix)
        html.append(
            f'<form id="{prefix}"><div data-formset="case.StopFormSet" data-prefix="{prefix}"{named}>'
            f"{container(layout, state, formset)}</div></form>"
        )
    live = author("".join(html), FORMS)
    wrong = []
    for prefix, (layout, state) in kinds.items():
        told = live.page.evaluate(STEPS, prefix)
        wrong += [f"{layout}, {state}: {each}" for each in complaints(prefix, layout, state, told)]
    assert not wrong, "\n".join(wrong)


def complaints(prefix: str, layout: str, state: str, told: dict) -> list[str]:
    found = []
    if told["first"] != len(formset_of(StopFormSet, state, prefix).forms):
        found.append(f"{told['first']} rows were taken over")
    for each in told["said"]:
        when = each["what"]
        if each["posted"] != each["engine"]:
            found.append(f"{when}: the page posts {each['posted']}, not {each['engine']}")
        if not each["count"] == each["total"] == int(each["posted"][f"{prefix}-TOTAL_FORMS"][0]):
            found.append(f"{when}: {each['count']} rows, {each['total']} forms")
        if each["doubled"]:
            found.append(f"{when}: ids stand twice: {each['doubled']}")
        if not each["legal"]:
            found.append(f"{when}: something stands where HTML does not allow it")
        if each["prefixed"] and when == "taken over":
            found.append(f"{when}: __prefix__ is left in a row")
        if not each["behind"]:
            found.append(f"{when}: what stood behind the rows does not any more")
        if each["adding"] != 1:
            found.append(f"{when}: {each['adding']} buttons add")
        found += [f"{when}: {what}" for what in differences(prefix, state, each)]
    if len(set(told["shapes"][-2:])) > 1 and (LAYOUTS[layout].by_django or state in TEMPLATES):
        found.append(f"the new row is {told['shapes'][-1]}, its neighbour {told['shapes'][-2]}")
    if not told["place"]:
        found.append("an error does not stand at its field")
    return found


TEMPLATES = ("none", "template", "hidden-empty")


def differences(prefix: str, state: str, told: dict) -> list[str]:
    """Compare the page's verdict with that of a fresh Django formset about what would be posted."""
    initial = [form.initial for form in formset_of(StopFormSet, state, prefix).initial_forms]
    given = {"prefix": prefix, "initial": initial or None}
    fresh = posted_formset(StopFormSet, told["posted"], **given)
    said = [dict(each) for each in fresh.errors]
    return [] if said == told["errors"] else [f"Django says {said}, the page {told['errors']}"]

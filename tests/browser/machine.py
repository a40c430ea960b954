"""What people and scripts do to a formset in a page, at random, and Django's word on each step.

A seed names one sequence. After each step the page is compared with a fresh Django formset that is
built from what the browser would post. What a control cannot read, and patterns that stand in
attributes alone, are errors of the page beyond Django's.
"""

from __future__ import annotations

import json
import random
from time import monotonic
from typing import Any

from django.forms import BaseForm, BaseFormSet
from django.test import RequestFactory
from playwright.sync_api import Error, Page, Route

from clientforms.engine.data.to_json import to_plain
from tests.browser.live_page import LivePage
from tests.browser.oracle import classes, posted_formset

__all__ = ["HTML", "IN_THE_PAGE", "Difference", "Machine"]

FORMS = """
    from clientforms import ConditionalFieldsMixin

    CITIES = {"at": [("vie", "Vienna"), ("grz", "Graz")], "de": [("ber", "Berlin"), ("muc", "Munich")]}

    class Trip(ConditionalFieldsMixin, forms.Form):
        name = forms.CharField(max_length=8)
        notes = forms.CharField(max_length=6, required=False, widget=forms.Textarea)
        seats = forms.IntegerField(min_value=1, max_value=9, required=False)
        code = forms.CharField(required=False, widget=forms.TextInput({"pattern": "[A-Z]{2}"}))
        country = forms.ChoiceField(
            choices=[("", "-"), ("at", "Austria"), ("de", "Germany")], required=False)
        city = forms.ChoiceField(required=False)
        guide = forms.BooleanField(required=False)
        language = forms.CharField(max_length=4)
        meal = forms.ChoiceField(
            choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, required=False)

        show_if = {"language": "guide"}
        choices_for = {"city": lambda data: CITIES.get(data["country"], [])}

    class BaseTrips(forms.BaseFormSet):
        def clean(self):
            names = [form.cleaned_data.get("name") for form in self.forms
                     if hasattr(form, "cleaned_data") and not self._should_delete_form(form)]
            names = [name for name in names if name]
            if len(set(names)) < len(names):
                raise forms.ValidationError("Every name once.")

    TripFormSet = forms.formset_factory(
        Trip, formset=BaseTrips, extra=1, max_num=6, validate_max=True, can_delete=True, can_order=True)
"""
IN_THE_PAGE = f"""{FORMS}
    from clientforms.browser.page.containers import bind_page, bindings
    from pyscript import document, window
    from pyscript.ffi import create_proxy

    def take_over(html):
        for binding in bindings():
            binding.unbind()
        document.getElementById("trips").innerHTML = html
        for _ in bind_page():
            pass

    window.takeOver = create_proxy(take_over)
"""
HTML = """<form id="trips" action="/answer">
<div data-formset="case.TripFormSet" data-prefix="trips"></div></form>"""

SETTLED = 3.0  # seconds in which what a field shows has followed what was typed
TEXTS = [
    "",
    "A",
    "same",
    "AB",
    "ab",
    "1",
    "99",
    "one\ntwo",
    "a\nb",
    "__prefix__",
    "<b>&amp;",
    "vie",
]
KEYS = ["x", "1e", "-", "AB", "7"]

STATE = """() => {
    const form = document.getElementById("trips"), trips = clientforms.formset("trips");
    // What the page says first: it has to look at its controls for that.
    const [valid, errors, whole] = [trips.isValid(), trips.errors(), trips.nonFormErrors()];
    const [post, cleaned] = [trips.postData(), trips.cleanedData()];
    const posted = Object.create(null);
    for (const [name, value] of new FormData(form))
        (posted[name] ??= []).push(value.replace(/\\r\\n?|\\n/g, "\\r\\n"));
    const rows = [...form.querySelectorAll("[data-formset-row]")];
    const controls = rows.flatMap(row => [...row.querySelectorAll("input, select, textarea")]);
    return {
        valid, errors, whole, post, posted, cleaned, count: rows.length,
        order: rows.map(row => row.querySelector('[name$="-name"]').name.replace(/-name$/, "")),
        bad: controls.filter(each => each.willValidate && each.validity.badInput).map(each => each.name),
        broken: controls.filter(each => each.willValidate && each.validity.patternMismatch).map(each => each.name),
        shown: rows.flatMap(row => [...row.querySelectorAll(".errorlist li")]
            .map(each => [row.querySelector('[name$="-name"]').name.replace(/-name$/, ""), each.textContent])),
    };
}"""
GIVE = """([name, value, told]) => {
    const control = [...document.getElementsByName(name)].find(each => each.type !== "radio" || each.value === value)
        ?? document.getElementsByName(name)[0];
    if (["checkbox", "radio"].includes(control.type)) control.checked = !control.checked;
    else control.value = value;
    if (!told) return;
    control.dispatchEvent(new InputEvent("input", {bubbles: true}));
    control.dispatchEvent(new Event("change", {bubbles: true}));
}"""
NAMES = """() => [...new Set([...document.querySelectorAll("#trips [data-formset-row] :is(input, select, textarea)")]
    .filter(each => each.checkVisibility() && each.type !== "hidden").map(each => each.name))]"""
BUTTONS = """() => [...document.querySelectorAll("#trips [data-formset-action]")]
    .flatMap((each, place) => each.checkVisibility() && !each.disabled
        && each.getAttribute("aria-disabled") !== "true" ? [place] : [])"""
SUBMIT = """async () => {
    const form = document.getElementById("trips");
    const answer = await fetch(form.getAttribute("action"), {method: "POST", body: new FormData(form)});
    takeOver(await answer.text());
}"""


class Difference(AssertionError):
    """The page says something else than Django."""


class Machine:
    """One page with a formset; `run(seed)` carries out the sequence that the seed names."""

    def __init__(self, live: LivePage) -> None:
        self._live = live
        self._page: Page = live.page
        self._formset_class: type[BaseFormSet] = classes(FORMS)["TripFormSet"]
        self._initial: list[dict[str, Any]] = []
        self._random = random.Random()
        self._ordered_by_hand = False
        self.log: list[Any] = []
        self._page.route("**/answer*", self._answer)

    def run(self, seed: int, steps: int = 12, only: int | None = None) -> None:
        """Carry out a sequence. Raises Difference with its steps if the page is not as Django is."""
        self._random.seed(seed)
        self.log = []
        self._begin()
        operations = [
            *[self._give] * 4, *[self._type] * 3, *[self._press] * 4, *[self._hold] * 1,
            *[self._undo_by_key] * 2, *[self._call] * 3, self._disable, self._submit,
        ]  # fmt: skip
        for _ in range(steps if only is None else only):
            self._random.choice(operations)()
            self._compare(seed)

    def _begin(self) -> None:
        self._initial = []
        self._ordered_by_hand = False
        self._page.evaluate(SUBMIT.replace('form.getAttribute("action")', '"/answer?new"'))

    def _note(self, *what: Any) -> None:
        self.log.append(what)

    # What is done

    def _a_name(self) -> str | None:
        names = self._page.evaluate(NAMES)
        name: str | None = self._random.choice(names) if names else None
        return name

    def _order_is_told(self, name: str) -> None:
        """Who numbers rows by hand says another order than the page shows."""
        self._ordered_by_hand |= name.endswith("-ORDER")

    def _give(self) -> None:
        """A script gives a control its value, and tells of it or not."""
        name, told = self._a_name(), self._random.random() < 0.5
        value = self._random.choice(self._values(name or ""))
        self._note("give", name, value, told)
        if name:
            self._order_is_told(name)
            self._page.evaluate(GIVE, [name, value, told])

    def _values(self, name: str) -> list[str]:
        match name.rpartition("-")[2]:
            case "country":
                return ["", "at", "de"]
            case "city":
                return ["vie", "grz", "ber", "muc"]
            case "meal":
                return ["a", "b"]
            case "ORDER":
                return ["", "1", "2", "3"]
        return TEXTS

    def _type(self) -> None:
        """Somebody types, which alone can give a control what it does not understand."""
        name = self._a_name()
        if name is None:
            return
        keys, leaves = self._random.choice(KEYS), self._random.random() < 0.7
        self._note("type", name, keys, leaves)
        self._order_is_told(name)
        self._page.evaluate("name => document.getElementsByName(name)[0].focus()", name)
        self._page.keyboard.type(keys)
        if leaves:
            self._page.evaluate("document.activeElement.blur()")

    def _press(self) -> None:
        """Somebody presses a button of a row or of the formset."""
        if (button := self._a_button()) is None:
            return
        self._page.evaluate(
            "place => document.querySelectorAll('#trips [data-formset-action]')[place].click()",
            button,
        )

    def _a_button(self) -> int | None:
        places = self._page.evaluate(BUTTONS)
        if not places:
            return None
        place: int = self._random.choice(places)
        action = self._page.evaluate(
            "place => { const each = document.querySelectorAll('#trips [data-formset-action]')[place];"
            " return [each.dataset.formsetAction, each.getAttribute('aria-label')]; }",
            place,
        )
        self._note("press", *action)
        return place

    def _hold(self) -> None:
        """Somebody holds a button, and something falls due meanwhile."""
        if (place := self._a_button()) is None:
            return
        button = self._page.locator("#trips [data-formset-action]").nth(place)
        try:
            button.scroll_into_view_if_needed(timeout=3000)
            box = button.bounding_box()
        except Error:
            return
        if not box:
            return
        self._note("hold")
        self._page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        self._page.mouse.down()
        self._page.evaluate("clientforms.formset('trips').validate()")
        self._page.mouse.up()

    def _undo_by_key(self) -> None:
        self._note("Ctrl+Z")
        self._page.keyboard.press("Control+z")

    def _call(self) -> None:
        """A script calls the formset."""
        count = self._page.evaluate("clientforms.formset('trips').totalFormCount()")
        index, other = (self._random.randrange(max(count, 1)) for _ in range(2))
        text = json.dumps(self._random.choice(TEXTS))
        calls = ["undo()", "redo()", "validate()", "reset()"]
        if count:
            calls += [f"move({index}, {other})", f"updateData([{{name: {text}}}])"]
            calls += [f"setData([{{name: {text}, country: 'de', city: 'muc'}}, {{name: 'B'}}])"]
        call = self._random.choice(calls)
        self._note("call", call)
        self._page.evaluate(f"clientforms.formset('trips').{call}")

    def _disable(self) -> None:
        """A script disables a control, or enables it again."""
        name = self._a_name()
        self._note("disable", name)
        if name and name.rpartition("-")[2] not in ("name", "DELETE", "language", "ORDER"):
            self._page.evaluate(
                "name => document.getElementsByName(name).forEach("
                "each => each.disabled = !each.disabled)",
                name,
            )

    def _submit(self) -> None:
        """The form is sent as a plain one, and the page takes over what the server answers."""
        self._note("submit")
        self._page.evaluate(SUBMIT)

    # The server

    def _answer(self, route: Route) -> None:
        """A stock view: what is valid is saved and shown anew, what is not comes back with errors."""
        request = route.request
        if request.url.endswith("?new"):
            formset = self._formset_class(prefix="trips", initial=self._initial)
        else:
            sent = RequestFactory().generic(
                "POST", "/answer", request.post_data_buffer or b"", request.headers["content-type"]
            )
            formset = self._formset_class(data=sent.POST, prefix="trips", initial=self._initial)
            if formset.is_valid():
                kept = [form.cleaned_data for form in formset.ordered_forms]
                names = self._formset_class.form.base_fields
                self._initial = [{name: each.get(name) for name in names} for each in kept if each]
                formset = self._formset_class(prefix="trips", initial=self._initial)
        html = f'<div data-formset="case.TripFormSet" data-prefix="trips">{formset}</div>'
        route.fulfill(body=html, content_type="text/html; charset=utf-8")

    # What is compared

    def _compare(self, seed: int) -> None:
        page = self._page.evaluate(STATE)
        django = posted_formset(
            self._formset_class, page["posted"], prefix="trips", initial=self._initial
        )
        forms = {form.prefix: form for form in django.forms}
        valid = django.is_valid()
        expected = [
            self._errors(form) for form in django.forms if not self._is_deleted(django, form)
        ]
        own = [each for each in forms.values() if not self._is_deleted(django, each)]
        for names, is_bad in ((page["bad"], True), (page["broken"], False)):
            for prefix, _, field in (each.rpartition("-") for each in names):
                form = forms.get(prefix)
                if form is None or form not in own:
                    continue
                if not is_bad and form.empty_permitted and not form.has_changed():
                    continue
                place = own.index(form)
                if is_bad or field not in expected[place]:
                    expected[place][field] = ["?"]  # the page's own words
                valid = False
        found = [
            {
                name: ["?"] if expected[place].get(name) == ["?"] else texts
                for name, texts in each.items()
            }
            for place, each in enumerate(page["errors"])
        ] if len(page["errors"]) == len(expected) else page["errors"]  # fmt: skip
        self._same(seed, "postData()", page["post"], page["posted"])
        self._same(seed, "TOTAL_FORMS", page["posted"]["trips-TOTAL_FORMS"], [str(page["count"])])
        self._same(seed, "errors()", found, expected)
        self._same(seed, "nonFormErrors()", page["whole"], list(django.non_form_errors()))
        self._same(seed, "isValid()", page["valid"], valid)
        if valid:
            cleaned = to_plain(django.cleaned_data)
            for name in [*page["bad"], *page["broken"]]:  # in rows that are deleted: nobody minds
                for place, form in enumerate(django.forms):
                    prefix, _, field = name.rpartition("-")
                    if form.prefix == prefix:
                        cleaned[place].pop(field, None)
            self._same(seed, "cleanedData()", page["cleaned"], cleaned)
            ordered = [form.prefix for form in django.ordered_forms]
            shown = [each for each in page["order"] if each in ordered]
            self._same(seed, "order", shown, shown if self._ordered_by_hand else ordered)
        self._same(seed, "errors shown", self._stray(page), [])

    def _stray(self, page: dict[str, Any]) -> list[Any]:
        """Return the errors that rows show and do not have, once no pause in typing is waited for."""
        until = monotonic() + SETTLED
        while True:
            texts = {text for errors in page["errors"] for each in errors.values() for text in each}
            stray = [each for each in page["shown"] if each[1] not in texts]
            if not stray or monotonic() > until:
                return stray
            page = self._page.evaluate(STATE)

    @staticmethod
    def _errors(form: BaseForm) -> dict[str, list[str]]:
        return {name: list(texts) for name, texts in form.errors.items()}

    @staticmethod
    def _is_deleted(formset: BaseFormSet, form: BaseForm) -> bool:
        return bool(formset._should_delete_form(form))

    def _same(self, seed: int, what: str, page: Any, django: Any) -> None:
        if page != django:
            steps = "\n".join(f"  {number}. {each}" for number, each in enumerate(self.log, 1))
            raise Difference(f"seed {seed}: {what}\n page:   {page}\n django: {django}\n{steps}")

"""The page that the laws' machine works on: a formset of trips in a form, and what is asked of it there.

The form is sent into a frame of the page, so that the page can take over the server's answer and goes on.
"""

from __future__ import annotations

from tests.browser.live_page import case

__all__ = [
    "BEGIN",
    "BUTTONS",
    "FORMS",
    "GIVE",
    "HELD",
    "HOLD",
    "HTML",
    "IN_THE_PAGE",
    "MEANWHILE",
    "NAMES",
    "PRESSES",
    "STATE",
    "TOGGLE",
    "answer",
    "whole_page",
]

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
        remark = forms.CharField(max_length=4)
        meal = forms.ChoiceField(
            choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect, required=False)
        day = forms.DateField(required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
        hour = forms.TimeField(required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))
        moment = forms.DateTimeField(
            required=False, widget=forms.DateTimeInput({"type": "datetime-local"}, "%Y-%m-%dT%H:%M"))
        month = forms.RegexField(
            "^[0-9]{4}-[01][0-9]$", required=False, widget=forms.TextInput({"type": "month"}))
        week = forms.CharField(max_length=8, required=False, widget=forms.TextInput({"type": "week"}))

        show_if = {"language": "guide"}
        enable_if = {"remark": lambda data: (data["seats"] or 0) > 1}
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

    def take_over(answer):
        for binding in bindings():
            binding.unbind()
        document.getElementById("place").replaceChildren(answer)
        for _ in bind_page():
            pass

    window.takeOver = create_proxy(take_over)
"""
PAGE = """<form id="trips" action="/answer" method="post" target="answer">
<fieldset id="all"><div id="place">{formset}</div></fieldset>
<button id="save">Save</button>
<button id="unchecked" formnovalidate name="how" value="as it&#10;is">Save as it is</button>
<button type="button" id="plain">Plain</button></form>
<iframe name="answer" hidden></iframe>
<script>
    const inLines = text => text.replace(/\\r\\n?|\\n/g, "\\r\\n");
    const entriesOf = data => {
        const entries = {};
        for (const [name, value] of data) (entries[name] ??= []).push(inLines(value));
        return entries;
    };
    window.clicks = []; window.answers = 0; window.pressedAt = null;
    addEventListener("click", ({target}) => clicks.push(target), true);
    // Where a button was as it was pressed, if the pointer met it.
    addEventListener("pointerdown", ({target}) => {
        if (window.held) pressedAt = held[0].contains(target) ? held[1]() : null;
    }, true);
    // The last to hear of a submit: whether it goes on, and with what.
    addEventListener("submit", event => {
        if (event.defaultPrevented) return;
        const sent = entriesOf(new FormData(event.target, event.submitter));
        sessionStorage.setItem("sent", JSON.stringify(sent));
    });
    const frame = document.querySelector("iframe");
    frame.addEventListener("load", () => {
        const answer = frame.contentDocument;
        if (!answer.querySelector("[data-formset]")) return;
        const fragment = document.createDocumentFragment();
        fragment.append(...answer.body.childNodes);
        takeOver(fragment);
        answers++;
    });
</script>"""


def answer(formset: str) -> str:
    """Return the page that has this HTML for its formset once a server rendered `formset`."""
    return (
        f'<div data-formset="case.TripFormSet" data-prefix="trips" data-delay="60">{formset}</div>'
    )


def whole_page(formset: str) -> str:
    """Return the page with `formset`, as a server sends it."""
    return case(PAGE.replace("{formset}", answer(formset)), IN_THE_PAGE)


HTML = PAGE.replace("{formset}", answer(""))

BEGIN = """async () => {
    const html = await (await fetch("/answer?new")).text();
    const template = document.createElement("template");
    template.innerHTML = html;
    document.getElementById("all").disabled = false;
    takeOver(template.content);
}"""
STATE = """() => {
    const form = document.getElementById("trips"), trips = clientforms.formset("trips");
    // What the page says first: it has to look at its controls for that.
    const [valid, errors, whole] = [trips.isValid(), trips.errors(), trips.nonFormErrors()];
    const [post, cleaned, changed] = [trips.postData(), trips.cleanedData(), trips.hasChanged()];
    const posted = entriesOf(new FormData(form));
    const rows = [...form.querySelectorAll("[data-formset-row]")];
    const prefixOf = row => row.querySelector('[name$="-name"]').name.replace(/-name$/, "");
    const controls = rows.flatMap(row => [...row.querySelectorAll("input, select, textarea")]);
    return {
        valid, errors, whole, post, posted, cleaned, changed, count: rows.length,
        order: rows.map(prefixOf),
        disabled: document.getElementById("all").disabled,
        bad: controls.filter(each => each.willValidate && each.validity.badInput).map(each => each.name),
        broken: controls.filter(each => each.willValidate && each.validity.patternMismatch).map(each => each.name),
        shown: rows.flatMap(row => [...row.querySelectorAll(".errorlist li")]
            .map(each => [prefixOf(row), each.textContent])),
        fields: Object.fromEntries(controls.filter(each => each.type !== "hidden").map(each =>
            [each.name, [each.checkVisibility(), !each.disabled, Boolean(each.byScript)]])),
        byScript: controls.filter(each => each.byScript || each.closest("fieldset:not(#all)")?.byScript)
            .map(each => each.name),
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
HELD = """name => [...document.getElementsByName(name)]
    .map(each => [each.value, each.checked, each.validity.badInput])"""
# A script disables a control or what its field has around it, or enables it again.
TOGGLE = """([name, whole]) => {
    const controls = [...document.getElementsByName(name)];
    for (const each of new Set(whole ? controls.map(each => each.closest("fieldset")) : controls)) {
        each.disabled = !each.disabled;
        each.byScript = true;
    }
}"""
# The names of what can be seen, or of all that stands in rows.
NAMES = """all => [...new Set([...document.querySelectorAll("#trips [data-formset-row] :is(input, select, textarea)")]
    .filter(each => each.type !== "hidden" && (all || each.checkVisibility())).map(each => each.name))]"""
PRESSES = "#trips :is([data-formset-action]:not([data-formset-action=drag]), button[id])"
BUTTONS = f"""selector => [...document.querySelectorAll("{PRESSES}")].flatMap((each, place) =>
    each.matches(selector) && each.checkVisibility() && !each.matches(":disabled")
        && each.getAttribute("aria-disabled") !== "true"
        ? [[place, each.id || each.dataset.formsetAction, each.getAttribute("aria-label")]] : [])"""
# Where a button is once nothing moves any more, the middle of it first; nothing if something covers it.
HOLD = f"""async place => {{
    const button = document.querySelectorAll("{PRESSES}")[place];
    button.scrollIntoView({{block: "center", behavior: "instant"}});
    const where = () => {{
        const {{x, y, width, height}} = button.getBoundingClientRect();
        return [x + width / 2, y + height / 2, x, y, width, height];
    }};
    for (let before = ""; before !== String(where());) {{
        before = String(where());
        for (let frame = 0; frame < 2; frame++) await new Promise(requestAnimationFrame);
    }}
    window.clicks = [];
    window.held = [button, where];
    return button.contains(document.elementFromPoint(...where())) ? where() : null;
}}"""
# Says where a held button was as it was pressed, and where it is after a while. The page's own pauses are
# shorter.
MEANWHILE = """async () => {
    await new Promise(resolve => setTimeout(resolve, 100)); // nothing tells of what does not come
    return [pressedAt, held[1]()];
}"""

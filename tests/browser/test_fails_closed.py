"""A submit goes on only if the form was found valid, and once; a Python that died is said."""

from itertools import cycle, product
from pathlib import Path
from textwrap import dedent
from urllib.parse import parse_qs

import pytest
from playwright.sync_api import expect

from tests.browser.live_page import LivePage
from tests.browser.test_early import Boot
from tests.support import exceptions

# What is typed says what is raised, and where.
FORMS = Path(exceptions.__file__).read_text("utf-8") + dedent("""
    import asyncio
    from clientforms import AsyncValidationMixin, ConditionalFieldsMixin

    RAISED = every_exception()

    def spring(place, value):
        armed, _, kind = str(value or "").partition(":")
        if armed == place:
            if kind == "RecursionError":
                return spring(place, value)
            raise RAISED[kind]

    class LoudInput(forms.TextInput):
        def value_from_datadict(self, data, files, name):
            value = super().value_from_datadict(data, files, name)
            spring("value_from_datadict", value)
            return value

    class LoudField(forms.CharField):
        def to_python(self, value):
            spring("to_python", value)
            return super().to_python(value)

        def has_changed(self, initial, data):
            spring("has_changed", data)
            return super().has_changed(initial, data)

    def validate(value):
        spring("validator", value)

    def ask(values):
        spring("show_if", values["name"])
        return True

    class DataForm(ConditionalFieldsMixin, forms.Form):
        name = LoudField(max_length=60, widget=LoudInput, validators=[validate])
        data = forms.JSONField(required=False, widget=forms.Textarea)
        show_if = {"data": ask}

        def clean_name(self):
            spring("clean_name", self.cleaned_data["name"])
            return self.cleaned_data["name"]

        def clean(self):
            spring("clean", self.cleaned_data.get("name"))

    class RowForm(forms.Form):
        title = LoudField(required=False)

    class BaseRowFormSet(forms.BaseFormSet):
        def clean(self):
            for form in self.forms:
                spring("formset.clean", form["title"].value())

    RowFormSet = forms.formset_factory(RowForm, formset=BaseRowFormSet, extra=1)

    class SlowForm(AsyncValidationMixin, forms.Form):
        slow = forms.CharField()

        async def clean_slow(self):
            await asyncio.sleep(0.2)
            return self.cleaned_data["slow"]
""")
PAGE = """
    <form id="data" action="/received" method="post">
      <div data-form="case.DataForm"></div>
      <div data-formset="case.RowFormSet" data-prefix="rows"></div>
      <button name="how" value="save">Save</button>
    </form>
    <form id="slow" action="/received" method="post">
      <div data-form="case.SlowForm"></div>
      <button>Send</button>
    </form>
"""
CONTROLS = {
    **dict.fromkeys(
        ("clean_name", "clean", "validator", "to_python", "value_from_datadict", "show_if"), "name"
    ),
    **dict.fromkeys(("has_changed", "formset.clean"), "rows-0-title"),
}
RAISED = [
    name
    for name, error in exceptions.every_exception().items()
    if not isinstance(error, exceptions.LEFT_TO_SERVER)
]
DEADLY = "[" * 30_000 + "]" * 30_000


@pytest.fixture
def sent(page):
    """The bodies that arrived. The server has no answer to show, so the page stays."""
    received = []

    def receive(route):
        received.append(route.request.post_data)
        route.fulfill(status=204)

    page.route("**/received", receive)
    return received


@pytest.fixture
def live(page, server):
    return LivePage(page, server).open_case(PAGE, FORMS)


def test_what_a_developers_code_raises_stops_the_submit_and_is_said(live, sent, complaints):
    complaints.expect("it is so|RecursionError")
    save = live.page.get_by_role("button", name="Save")
    said = live.page.locator("#data .clientforms-error:not([hidden])")
    place_of = zip(RAISED, cycle(CONTROLS), strict=False)
    for name, place in place_of:
        live.control("name").fill("Ada")
        control = live.control(CONTROLS[place])
        control.fill(f"{place}:{name}")
        save.click()
        expect(said.filter(has_text=f" raised {name}").first, f"{place}: {name}").to_be_visible()
        control.fill("")
    assert sent == []
    live.control("name").fill("Ada")
    with live.page.expect_request("**/received"):
        save.click()
    assert len(sent) == 1


def test_what_scripts_set_without_an_event_is_judged_and_sent(live, sent):
    set_all = """values => {
        for (const [name, value] of Object.entries(values)) document.querySelector(`[name=${name}]`).value = value;
    }"""
    save = live.page.get_by_role("button", name="Save")
    live.page.evaluate(set_all, {"name": "x" * 61, "rows-0-title": "silent"})
    save.click()
    live.expect_errors("name", "Ensure this value has at most 60 characters (it has 61).")
    assert sent == []
    live.page.evaluate(set_all, {"name": "Ada", "data": '{\n"a": 1\r}'})
    with live.page.expect_request("**/received"):
        save.click()
    told = live.form("data", "postData()") | live.formset("rows", "postData()")
    assert parse_qs(sent[0], keep_blank_values=True) == told | {"how": ["save"]}
    assert told["data"] == ['{\r\n"a": 1\r\n}']
    assert told["rows-0-title"] == ["silent"]


def test_a_python_that_dies_of_the_submit_stops_it_and_the_plain_form_can_be_sent(
    live, sent, complaints
):
    complaints.expect("fatal|RangeError|Maximum call stack|Traceback|.")
    live.control("name").fill("Ada")
    live.page.evaluate("text => document.querySelector('[name=data]').value = text", DEADLY)
    live.control("data").dispatch_event("input")
    live.page.get_by_role("button", name="Save").click()
    box = live.page.locator("[data-clientforms-died]")
    expect(box).to_contain_text("What you typed is still here.")
    expect(live.control("name")).to_have_value("Ada")
    expect(live.button("rows", "add")).to_be_disabled()
    live.page.get_by_role("button", name="Send", exact=True).click()
    assert sent == [], "nor is another form sent, for nobody can validate it"
    live.page.get_by_role("button", name="Save").click()
    with live.page.expect_request("**/received"):
        box.get_by_role("button", name="Send anyway").click()
    assert len(sent) == 1
    assert "name=Ada" in sent[0]
    assert "how=save" in sent[0]


def arrived(page, sent, count):
    """Wait for what is on its way."""
    for _ in range(200):
        if len(sent) >= count:
            break
        page.wait_for_timeout(20)
    assert len(sent) == count


def test_a_form_is_sent_once(live, sent):
    page = live.page
    live.control("name").fill("Ada")
    page.get_by_role("button", name="Save").dblclick()
    for _ in range(3):
        page.get_by_role("button", name="Save").click()
    live.control("name").press("Enter")
    page.evaluate("data.requestSubmit(); data.requestSubmit()")
    arrived(page, sent, 1)
    live.control("name").fill("Grace")  # another form than the one that was sent
    live.control("name").focus()
    for _ in range(5):
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    arrived(page, sent, 2)
    live.control("name").fill("Joan")  # and another; who comes back from a cache: test_values.py
    page.evaluate(
        "data.addEventListener('submit', (event) => event.preventDefault(), {once: true})"
    )
    page.evaluate("data.requestSubmit()")
    arrived(page, sent, 2)
    page.evaluate("data.requestSubmit()")  # the one before was the author's, who kept it
    page.evaluate("data.requestSubmit()")
    arrived(page, sent, 3)
    live.control("slow").fill("rule")
    with page.expect_request("**/received"):
        page.get_by_role("button", name="Send", exact=True).dblclick()
        page.evaluate("slow.requestSubmit()")
    page.evaluate("slow.requestSubmit()")
    arrived(page, sent, 4)


SUBMITS = (
    "<button {}>x</button>",
    '<button type="submit" {}>x</button>',
    '<input type="submit" value="x" {}>',
    '<input type="image" src="static/favicon.svg" alt="x" width="9" {}>',
)
ADD, REMOVE, OWN = (
    'data-formset-action="add"',
    'data-formset-action="remove"',
    'name="own" value="1"',
)
# Which buttons stand where: before and in the container, in its row, behind it, and outside of the form. The
# row of a server is marked or not.
PLACES = {
    "before": ("{add}", "", "", "", "marked"),
    "after": ("", "", "", "{add}", "marked"),
    "row": ("", "{remove}", "", "", "marked"),
    "unmarked row": ("", "{remove}", "", "", ""),
    "outside": ("", "", "{add}", "", "marked"),
    "own": ("", "{own}", "", "", "marked"),
    "own, unmarked": ("", "{own}", "", "", ""),
}
COUNTS = {"TOTAL_FORMS": 1, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 9}


def buttoned(name, button, place, save):
    """The form `name` whose rows, or the user, have a button that Enter must not press."""
    before, inside, outside, after, mark = (
        each.format(
            add=button.format(f'{ADD} form="{name}"'),
            remove=button.format(REMOVE),
            own=button.format(OWN),
        )
        for each in place
    )
    counts = "".join(
        f'<input type="hidden" name="{name}-{each}" value="{value}">'
        for each, value in COUNTS.items()
    )
    row = f"""<div {mark and "data-formset-row"}><input name="{name}-0-title">{inside}</div>"""
    return f"""{outside}<form id="{name}" action="/received" method="post">{before}
        <div data-formset="case.RowFormSet" data-prefix="{name}">{counts}{row}</div>{after}{save}</form>"""


def test_enter_submits_whatever_buttons_there_are(page, server):
    """A row's button is never the one that Enter presses, live or not yet, and does what it did when clicked."""
    cases = list(product(SUBMITS, PLACES))
    saves = [each.format('name="save" value="1"') for each in SUBMITS]
    html = [
        buttoned(f"f{number}", button, PLACES[place], saves[number % len(saves)])
        for number, (button, place) in enumerate(cases)
    ]
    alone = buttoned("alone", SUBMITS[0], PLACES["own"], "") + buttoned(
        "image", SUBMITS[-1], PLACES["row"], ""
    )
    python = "**/pyodide.js"
    boot = Boot(page, [python])
    live = LivePage(page, server)
    live.open_case("".join(html) + alone, FORMS, wait=False)
    page.wait_for_function("document.readyState === 'complete'")
    page.evaluate(
        """() => {
            window.submitted = [];
            document.addEventListener("submit", (event) => {
                submitted.push([event.target.id, event.submitter?.name ?? null]);
                event.preventDefault();
            });
        }"""
    )
    wanted = [[f"f{number}", "save"] for number in range(len(cases))] + [
        ["alone", None],
        ["image", None],
    ]

    def enter():
        for name, _ in wanted:
            live.control(f"{name}-0-title").fill("Ada")
            live.control(f"{name}-0-title").press("Enter")

    enter()
    assert page.evaluate("submitted") == []
    boot.go_on(python)
    live.wait_until_ready()
    assert page.evaluate("submitted.splice(0)") == wanted, (
        "what was pressed before Python was there"
    )
    enter()
    assert page.evaluate("submitted.splice(0)") == wanted
    assert {live.formset(name, "totalFormCount()") for name, _ in wanted} == {1}

    for number, (_, place) in enumerate(cases):
        if PLACES[place][1] == "{own}":
            page.locator(f"#f{number} [name=own]").click()
            assert page.evaluate("submitted.splice(0)") == [[f"f{number}", "own"]]
    # Buttons and pictures that come later, by a script, hide nothing either.
    page.evaluate(
        """html => document.querySelector("#f0 [data-formset-row]").insertAdjacentHTML("beforebegin", html)""",
        SUBMITS[0].format(ADD) + '<img name="querySelectorAll"><img name="activeElement">',
    )
    live.control("f0-0-title").press("Enter")
    assert page.evaluate("submitted") == [["f0", "save"]]
    assert live.formset("f0", "totalFormCount()") == 1

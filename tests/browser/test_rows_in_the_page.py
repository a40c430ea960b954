"""Rows as the server will see them: each row's own choices, and what is taken over from markup."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from playwright.sync_api import expect

from tests.browser.drafts import answer, reload
from tests.browser.live_page import UNEDITED
from tests.browser.oracle import assert_agrees, classes

TRIPS = """
    from clientforms import ConditionalFieldsMixin

    CITIES = {"at": [("vie", "Vienna"), ("grz", "Graz")], "de": [("ber", "Berlin"), ("muc", "Munich")]}

    class TripForm(ConditionalFieldsMixin, forms.Form):
        country = forms.ChoiceField(choices=[("at", "Austria"), ("de", "Germany")])
        city = forms.ChoiceField()

        choices_for = {"city": lambda data: CITIES.get(data["country"], [])}

    TripFormSet = forms.formset_factory(TripForm, extra=0, can_delete=True)
"""
TRIPS_PAGE = """
<form id="trips" data-clientforms>
  <div data-formset="case.TripFormSet" data-prefix="trips" data-initial="stored"></div>
  <button>Save</button>
</form>
<script type="application/json" id="stored">
  [{"country": "at", "city": "grz"}, {"country": "de", "city": "muc"}]
</script>
"""
STORED = [{"country": "at", "city": "grz"}, {"country": "de", "city": "muc"}]


def cities(live) -> list[list[str]]:
    """What each row's city is, and what it could be."""
    return live.page.evaluate(
        """() => [...document.querySelectorAll('[name$="-city"]')].map(
            ({value, options}) => [value, ...[...options].map(each => each.value)])"""
    )


def test_each_row_has_its_own_choices_and_keeps_its_value(author):
    made = classes(TRIPS)["TripFormSet"]
    live = author(TRIPS_PAGE, TRIPS)
    graz, munich = ["grz", "vie", "grz"], ["muc", "ber", "muc"]
    agrees = lambda: assert_agrees(live, "trips", made, initial=STORED)  # noqa: E731
    assert cities(live) == [graz, munich]
    assert not agrees().has_changed()
    live.page.evaluate("rows => clientforms.formset('trips').setData(rows)", STORED)
    assert cities(live) == [graz, munich]
    live.formset("trips", "duplicate(1)")
    assert cities(live) == [graz, munich, munich]
    live.formset("trips", "duplicate(0)")
    assert cities(live) == [graz, munich, graz, munich]
    assert agrees().is_valid()
    live.control("trips-0-country").select_option("de")
    # What was chosen stays, and is an error.
    expect(live.control("trips-0-city").locator("option")).to_have_text(
        ["Berlin", "Munich", "Graz"]
    )
    assert cities(live)[0][0] == "grz"
    assert not agrees().is_valid()
    assert cities(live)[1:] == [munich, graz, munich]
    live.formset("trips", "undo()")
    assert cities(live) == [graz, munich, graz, munich]
    live.formset("trips", "reset()")
    assert cities(live) == [graz, munich]
    assert not agrees().has_changed()


TITLES = """
    class TitleForm(forms.Form):
        name = forms.CharField(max_length=20, required=False)

    TitleFormSet = forms.formset_factory(
        TitleForm, extra=1, min_num=1, max_num=5, can_delete=True, can_order=True
    )
    PlainFormSet = forms.formset_factory(TitleForm, extra=2)

"""
TITLES_PAGE = """
<form id="titles" data-clientforms>
  <div data-formset="case.TitleFormSet" data-prefix="titles" data-initial="stored"></div>
  <button>Save</button>
</form>
<form id="plain" data-clientforms>
  <div data-formset="case.PlainFormSet" data-prefix="plain">
    <input type="hidden" name="plain-TOTAL_FORMS" value="3">
    <input type="hidden" name="plain-INITIAL_FORMS" value="1">
    <div data-formset-rows>
      {rows}
    </div>
  </div>
</form>
<script type="application/json" id="stored">[{{"name": "a"}}, {{"name": "b"}}, {{"name": "c"}}]</script>
"""
PLAIN_ROW = """<div data-formset-row><input name="plain-{i}-name" value="{name}">
<button type="button" data-formset-action="move-up">Up</button>
<button type="button" data-formset-action="move-down">Down</button></div>"""
ABC = [{"name": name} for name in "abc"]


def barred(live, prefix: str) -> list[str]:
    """For each row, which of its buttons to move say that they do nothing."""
    return live.page.evaluate(
        """prefix => [...document.querySelectorAll(
            `[data-prefix="${prefix}"] [data-formset-row]`)].map(row => ["up", "down"].filter(way =>
                row.querySelector(`[data-formset-action="move-${way}"]`)?.ariaDisabled).join(" "))""",
        prefix,
    )


def shown(live) -> list[str]:
    """The names as the page shows them."""
    return live.page.evaluate(
        """() => [...document.querySelectorAll('[name^="titles-"][name$="-name"]')].map(
            ({value}) => value)"""
    )


def test_the_order_that_is_shown_is_the_servers_and_its_ends_are_known(author):
    made = classes(TITLES)["TitleFormSet"]
    rows = "".join(PLAIN_ROW.format(i=i, name=name) for i, name in enumerate("xyz"))
    live = author(TITLES_PAGE.format(rows=rows), TITLES)

    def agree(*names):
        assert shown(live) == list(names)
        django = assert_agrees(live, "titles", made, initial=ABC)
        found = [form.cleaned_data["name"] for form in django.ordered_forms]
        assert found == [name for name in names if name]
        middle = [""] * (len(names) - 2)
        assert barred(live, "titles") == ["up", *middle, "down"]

    agree("a", "b", "c", "")
    for _ in range(4):  # once more than there is room
        live.button("titles", "move-up", row=shown(live).index("")).press("Enter")
    agree("", "a", "b", "c")
    focused = "document.activeElement.dataset.formsetAction"
    assert live.page.evaluate(focused) == "move-up"
    live.type("titles-3-name", "x", leave=False)
    agree("x", "a", "b", "c")  # before any pause, so that a submit would carry it
    live.formset("titles", "undo()")
    agree("", "a", "b", "c")
    live.type("titles-3-name", "y")
    live.formset("titles", "duplicate(3)")
    agree("y", "y", "a", "b", "c")
    live.formset("titles", "removeForm(4)")
    live.formset("titles", "move(0, 3)")
    agree("a", "b", "c", "y")
    rows = '[{"name": "a", "ORDER": 2}, {"name": "b", "ORDER": 3}, {"name": "c", "ORDER": 1}]'
    live.formset("titles", f"setData({rows})")
    agree("c", "a", "b")

    # Without can_order, rows with initial data stay first, and so the author's own buttons say.
    assert barred(live, "plain") == ["up down", "up", "down"]
    live.formset("plain", "addAnother()")
    assert barred(live, "plain")[:3] == ["up down", "up", ""]


BOOKS = """
    from clientforms.browser import configure
    configure()
    from django.db import models

    class Author(models.Model):
        name = models.CharField(max_length=40)

        class Meta:
            app_label = "library"

    class Book(models.Model):
        author = models.ForeignKey(Author, models.CASCADE)
        title = models.CharField(max_length=30)

        class Meta:
            app_label = "library"

    BookFormSet = forms.inlineformset_factory(Author, Book, fields=["title"], extra=1)
"""


def ask_server(what: str, posted: dict[str, list[str]] | None = None) -> str:
    script = Path(__file__).with_name("book_server.py")
    run = subprocess.run(
        [sys.executable, script, what],
        input=json.dumps(posted or {}),
        capture_output=True,
        text=True,
        check=True,
    )
    return run.stdout


def test_an_update_views_inline_rows_are_taken_over_deleted_ones_too(author):
    html = ask_server("render")
    live = author(
        f'<form id="b" data-clientforms><div data-formset="case.BookFormSet" data-prefix="b">{html}</div></form>',
        BOOKS,
    )
    assert live.formset("b", "isValid()") is True
    rows = live.rows("b")
    deleted = "[...document.querySelectorAll('[data-formset-row]')].map(row => row.hasAttribute('data-formset-deleted'))"
    assert live.page.evaluate(deleted) == [False, True, False, False]
    for row, is_deleted in enumerate([False, True, False]):
        expect(live.button("b", "restore", row)).to_be_visible(visible=is_deleted)
        expect(live.button("b", "remove", row)).to_be_visible(visible=not is_deleted)
    assert live.page.locator("[data-clientforms-announcer]").all_text_contents() in ([], [""])
    live.type("b-0-title", "Uno")
    live.button("b", "remove", row=2).click()
    live.button("b", "restore", row=1).click()
    live.button("b", "add").click()
    live.type("b-4-title", "Five")
    assert live.page.evaluate(deleted) == [False, False, True, False, False]
    expect(rows.locator(".errorlist")).to_have_count(0)
    assert live.formset("b", "validate()") is True
    posted = live.form_data("b")
    assert posted == live.formset("b", "postData()")
    said = json.loads(ask_server("post", posted))
    assert said["valid"], said
    assert said["stored"] == [["Ann", "Uno"], ["Ann", "Two"], ["Ann", "Five"]]


STATES = """
    from clientforms import ConditionalFieldsMixin

    class OrderForm(ConditionalFieldsMixin, forms.Form):
        way = forms.ChoiceField(choices=[("shop", "Shop"), ("post", "Post")])
        address = forms.CharField(required=False)
        note = forms.CharField(required=False, initial="-")
        slot = forms.ChoiceField(required=False)
        never = forms.CharField(required=False)

        show_if = {"address": lambda data: data["way"] == "post", "never": lambda data: False}
        enable_if = {"note": lambda data: data["way"] == "post"}
        choices_for = {"slot": lambda data: [("", "-"), (data["way"], data["way"] or "")]}

    def way():
        return "post"

    class CalledForm(OrderForm):
        way = forms.ChoiceField(choices=[("shop", "Shop"), ("post", "Post")], initial=way)

    class DeclaredForm(OrderForm):
        way = forms.ChoiceField(choices=[("shop", "Shop"), ("post", "Post")], initial="post")

    OrderFormSet = forms.formset_factory(OrderForm, extra=0, can_delete=True)
    CalledFormSet = forms.formset_factory(CalledForm, extra=1)
    DeclaredFormSet = forms.formset_factory(DeclaredForm, extra=1)
"""


def states_page() -> str:
    """Forms of one kind whose first rows have their values from everywhere."""
    made = classes(STATES)
    rows = [{"way": "post", "slot": "post"}, {"way": "shop"}]
    stored = made["OrderFormSet"](initial=rows, prefix="stored")
    bound = made["OrderFormSet"]({f"bound-{n}": v for n, v in {
        "TOTAL_FORMS": "2", "INITIAL_FORMS": "0", "0-way": "post", "0-slot": "post", "0-address": "Here", "1-way": "shop",
    }.items()}, prefix="bound")  # fmt: skip
    form = made["OrderForm"](initial=rows[0], prefix="form")
    sets = [
        ("OrderFormSet", "data", 'data-initial="rows"', ""),
        ("CalledFormSet", "called", "", ""),
        ("DeclaredFormSet", "declared", "", ""),
        ("OrderFormSet", "stored", "", stored),
        ("OrderFormSet", "bound", "", bound),
    ]
    html = "".join(
        f'<form id="{prefix}" data-clientforms><div data-formset="case.{name}" data-prefix="{prefix}" {more}>{inside}</div></form>'
        for name, prefix, more, inside in sets
    )
    return f"""{html}
<form data-form="case.OrderForm" data-prefix="form" id="form">{form}</form>
<script type="application/json" id="rows">{json.dumps(rows)}</script>
"""


WAYS = """() => Object.fromEntries([...document.querySelectorAll('[name$="way"]')].map(control => {
    const beside = name => document.getElementsByName(control.name.replace(/way$/, name))[0];
    return [control.name, [control.value, beside("address").checkVisibility(), beside("address").disabled,
        beside("note").disabled, beside("never").checkVisibility(),
        beside("slot").value, [...beside("slot").options].map(each => each.value)]];
}))"""


def test_conditions_hold_from_the_first_moment_wherever_values_come_from(author, page):
    page.add_init_script(
        """document.addEventListener("clientforms:ready", () => {
            window.first = (WAYS)();
            window.typed = document.getElementsByName("bound-0-address")[0].value;
        }); document.addEventListener("DOMContentLoaded", () => {
            document.getElementsByName("bound-0-address")[0].value = "Typed early";
        });""".replace("WAYS", WAYS)
    )
    live = author(states_page(), STATES)
    posted = [True, False, False, False]
    shop = ["shop", False, True, True, False, "", ["", "shop"]]
    rows = {"way": ["post", *posted, "post", ["", "post"]], "shop": shop}
    called = ["post", *posted, "", ["", "post"]]
    expected = {
        "data-0-way": rows["way"],
        "data-1-way": shop,
        "called-0-way": called,
        "declared-0-way": called,
        "stored-0-way": rows["way"],
        "stored-1-way": shop,
        "bound-0-way": rows["way"],
        "bound-1-way": shop,
        "form-way": rows["way"],
    }
    assert page.evaluate("window.first") == expected
    assert page.evaluate("window.typed") == "Typed early"
    assert live.form_data("bound")["bound-0-address"] == ["Typed early"]
    for prefix in ("data", "called", "declared", "stored", "bound"):
        assert live.form_data(prefix) == live.formset(prefix, "postData()")
    live = author(states_page(), STATES, prerendered=True)
    assert page.evaluate("window.first") == expected


SHIFTS = """
    import asyncio

    from clientforms import AsyncValidationMixin, ConditionalFieldsMixin

    class ShiftForm(AsyncValidationMixin, ConditionalFieldsMixin, forms.Form):
        name = forms.CharField(max_length=9)
        kind = forms.ChoiceField(choices=[("", "-"), ("a", "A"), ("b", "B")], required=False)
        more = forms.CharField(required=False)
        less = forms.CharField(required=False)
        pick = forms.ChoiceField(required=False)

        show_if = {"more": lambda data: data["kind"] == "b"}
        enable_if = {"less": lambda data: data["kind"] != "b"}
        require_if = {"pick": lambda data: data["kind"] == "b"}
        choices_for = {"pick": lambda data: [("", "-"), *((data["kind"] + n,) * 2 for n in "12" if data["kind"])]}

        async def clean_name(self):
            if self.cleaned_data["name"] == "slow":
                await asyncio.sleep(3600)
            return self.cleaned_data["name"]

    ShiftFormSet = forms.formset_factory(
        ShiftForm, extra=1, min_num=1, max_num=4, can_delete=True, can_order=True
    )
"""
FULL = {"name": "Ann", "kind": "b", "more": "m", "pick": "b2"}
DATA = {
    "blank": [{}],
    "one": [FULL],
    "full": [FULL, {"name": "Ben", "kind": "a", "less": "l"}, {"name": "Cy"}, {"name": "Di"}],
    "waiting": [{"name": "slow"}, {"name": "Ben", "kind": "b"}],
    "wrong": [{"name": "much too long", "kind": "b"}, {}],
    "sorted": [{"name": "Ann", "ORDER": 2}, {"name": "Ben", "ORDER": 1, "kind": "a"}],
}
SETTLED = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))))"
LOOK = """prefix => {
    const container = document.querySelector(`[data-prefix="${prefix}"]`);
    const plain = text => text.replaceAll(prefix, "p");
    return [...container.querySelectorAll("*")].filter(each => !each.closest("[data-formset-removed], [data-formset-handle]")).map(each => [
        each.tagName, each.value === undefined ? null : plain(String(each.value)), each.checked ?? null, each.disabled ?? null,
        each.children.length ? "" : plain(each.textContent),
        ...[...each.attributes].filter(({name, value}) => !["selected", "checked", "value", "data-key"].includes(name) && !(name === "class" && !value))
            .map(({name, value}) => plain(`${name}=${value}`)).sort()].join(" | "));
}"""


def look(live, prefix: str) -> list[str]:
    """What a formset's container shows and says, with the same prefix for all."""
    live.page.evaluate(SETTLED)  # the verdict on the whole comes in a task of its own
    return live.page.evaluate(LOOK, prefix)


def differences(one: list[str], other: list[str]) -> list[tuple[str, str]]:
    pairs = zip(one, other, strict=False)
    return [
        *((a, b) for a, b in pairs if a != b),
        *([("rows", "")] if len(one) != len(other) else []),
    ]


def test_whatever_was_before_the_page_shows_what_is_there(author):
    container = '<div data-formset="case.ShiftFormSet" data-prefix="{0}"></div>'
    names = ["used", "fresh", *DATA, *(f"reset{name}" for name in DATA)]
    drafts = [f"draft{name}" for name in DATA if name != "blank"]
    live = author(
        "".join(f"<form id={each}>{container.format(each)}</form>" for each in names)
        + "".join(
            f"<form id={each} data-draft={each}>{container.format(each)}</form>" for each in drafts
        ),
        SHIFTS,
    )

    def call(prefix: str, what: str, data: object = None) -> None:
        live.page.evaluate(
            "([prefix, what, data]) => clientforms.formset(prefix)[what](...(data === null ? [] : [data]))",
            [prefix, what, data],
        )

    for name, data in DATA.items():
        call(name, "setData", data)
        call(f"reset{name}", "reset", data)
    fresh = {name: look(live, name) for name in names if name != "used"}
    found: list[object] = []

    def expect_look(name: str, way: str) -> None:
        if news := differences(look(live, "used"), fresh[name]):
            found.append((way, news[:3]))
        assert live.form_data("used") == live.formset("used", "postData()"), way

    before = "fresh"
    call("used", "reset", [])
    expect_look("fresh", "reset")
    for name, data in DATA.items():
        call("used", "setData", data)
        expect_look(name, f"setData({name}) after {before}")
        if before != "fresh":
            call("used", "undo")
            expect_look(before, f"undo of {name}")
            call("used", "redo")
            expect_look(name, f"redo of {name}")
        for action in ("addAnother", "validate"):
            if action != "addAnother" or name != "full":
                call("used", action)
        call("used", "reset", data)
        expect_look(f"reset{name}", f"reset to {name}")
        call("used", "reset", [])
        expect_look("fresh", f"reset after {name}")
        call("used", "setData", data)
        before = name

    for name in drafts:
        data = name.removeprefix("draft")
        call(name, "setData", DATA[data])
        call(data, "validate")
        fresh[name] = look(live, data)
    reload(live)
    for name in drafts:
        answer(live.page.locator(f"#{name}"), "Restore")
        call(name, "undo")
        found += [("undone draft", each) for each in differences(look(live, name), fresh["fresh"])]
        call(name, "redo")
        call(name, "validate")
        # What comes of a draft, somebody has typed; what a script sets, nobody.
        live.page.evaluate(f"({UNEDITED})(document.body, ['clientforms-touched'])")
        found += [(name, each) for each in differences(look(live, name), fresh[name])]
        assert live.form_data(name) == live.formset(name, "postData()"), name

    assert found == []

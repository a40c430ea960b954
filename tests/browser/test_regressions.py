"""Faults that random sequences in a page found (`tests/browser/machine.py`), each as short as it gets."""

from playwright.sync_api import expect

from tests.browser.oracle import assert_agrees, classes
from tests.browser.trips import FORMS, HTML, IN_THE_PAGE

LEFT_OUT = {
    "disabled": "control.disabled = true",
    "chosen what it does not have": "control.value = 'vie'",
}


def test_what_no_event_told_of_is_shown_and_posted_as_it_is(author):
    live = author(HTML, IN_THE_PAGE)
    trips = classes(FORMS)["TripFormSet"]
    live.type("trips-0-name", "x")
    live.type("trips-0-code", "-")
    live.expect_errors("trips-0-code", "Enter a valid value.")
    live.page.evaluate("document.getElementsByName('trips-0-code')[0].disabled = true")
    assert live.formset("trips", "isValid()") is True
    live.expect_errors("trips-0-code")

    for how in LEFT_OUT.values():
        live.page.evaluate(
            "clientforms.formset('trips').setData([{name: 'x', country: 'de', city: 'muc'}])"
        )
        live.page.evaluate(
            f"(() => {{ const control = document.getElementsByName('trips-0-city')[0]; {how}; }})()"
        )
        assert_agrees(live, "trips", trips)
        assert "trips-0-city" not in live.form_data("trips")
        live.page.evaluate("document.getElementsByName('trips-0-city')[0].disabled = false")

    # Where somebody typed what is no number, Python writes one.
    live.page.evaluate("clientforms.formset('trips').setData([{country: 'at'}, {}])")
    live.formset("trips", "move(0, 1)")
    live.page.focus('[name="trips-0-ORDER"]')
    live.page.keyboard.type("-")
    live.page.evaluate("clientforms.formset('trips').updateData([{name: 'too long a name'}])")
    assert_agrees(live, "trips", trips)


def test_a_button_whose_row_went_while_it_was_held_does_nothing(author):
    """Python raised, for it looked for the row among those that are there."""
    live = author(HTML, IN_THE_PAGE)
    mouse = live.page.mouse
    for action in ("remove", "restore", "duplicate", "move-up", "move-down"):
        live.formset("trips", "setData([{name: 'one'}, {name: 'two'}, {name: 'three'}])")
        live.rows("trips").nth(1).evaluate(
            """(row, action) => row.insertAdjacentHTML("afterbegin",
                `<button type="button" id="gone" data-formset-action="${action}">Gone</button>`)""",
            action,
        )
        live.page.locator("#gone").hover()
        mouse.down()
        live.formset("trips", "removeForm(1)")
        mouse.up()
        expect(live.rows("trips")).to_have_count(2)
        names = [live.control(f"trips-{number}-name").input_value() for number in range(2)]
        assert names == ["one", "three"], action


EVERY_KIND = """
    from clientforms import ConditionalFieldsMixin

    KINDS = {
        "text": forms.CharField(), "area": forms.CharField(widget=forms.Textarea), "tick": forms.BooleanField(),
        "one": forms.ChoiceField(choices=[("a", "A"), ("b", "B")]),
        "many": forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")]),
        "radio": forms.ChoiceField(choices=[("a", "A"), ("b", "B")], widget=forms.RadioSelect),
        "file": forms.FileField(), "clearable": forms.FileField(initial=type("Stored", (), {"url": "/x", "name": "x"})()),
        "date": forms.DateField(), "parts": forms.SplitDateTimeField(), "secret": forms.CharField(widget=forms.PasswordInput),
    }
    given = forms.BooleanField(required=False)
    AllForm = type("AllForm", (ConditionalFieldsMixin, forms.Form), {
        "given": given, **KINDS, "enable_if": dict.fromkeys(KINDS, "given")})
    AllFormSet = forms.formset_factory(AllForm, extra=1, can_delete=True)
"""


def test_a_condition_holds_for_every_kind_of_field_against_a_script(author):
    """A file input that a script enabled was posted, with its file or as an empty one."""
    live = author(
        '<form id="f"><div data-formset="case.AllFormSet" data-prefix="all"></div></form>',
        EVERY_KIND,
    )
    controls = live.page.locator("[data-formset-row] :is(input, select, textarea):disabled")
    count = controls.count()
    assert count > 12
    fill = """(controls, held) => {
        for (const control of controls) {
            const { type, options } = control;
            if (type === "file") {
                const chosen = new DataTransfer();
                if (held) chosen.items.add(new File(["x"], "x.txt"));
                control.files = chosen.files;
            } else if (type === "checkbox" || type === "radio") control.checked = held;
            else if (options) options[0].selected = held;
            else control.value = held && type !== "date" ? "text" : "";
        }
    }"""
    enable = "controls => { for (const control of controls) control.disabled = false; }"
    every = live.page.locator(
        "[data-formset-row] :is(input, select, textarea):not([type=hidden], [name$=given], [name$=DELETE])"
    )
    for held in (False, True, True, False):
        every.evaluate_all(fill, held)
        every.evaluate_all(enable)
        assert live.formset("all", "isValid()") is True
        posted = live.formset("all", "postData()")
        assert live.form_data("f") == posted
        if held:  # else some post nothing as they are
            expect(controls).to_have_count(count)
    live.control("all-0-given").check()
    expect(controls).to_have_count(0)
    posted = live.form_data("f")
    assert {"all-0-file", "all-0-clearable"} == posted.keys() - live.formset(
        "all", "postData()"
    ).keys()


def test_a_condition_holds_against_a_script_that_enables_its_field(author):
    """What `postData()` left out was posted."""
    live = author(HTML, IN_THE_PAGE)
    trips = classes(FORMS)["TripFormSet"]
    live.type("trips-0-name", "x")
    for field in ("language", "remark"):
        control = live.control(f"trips-0-{field}")
        for held in ("", "text"):
            control.evaluate("(control, held) => { control.value = held; }", held)
            control.evaluate("control => { control.disabled = false; }")
            assert live.formset("trips", "isValid()") is True
            expect(control).to_be_disabled()
            assert_agrees(live, "trips", trips)
    control.evaluate("control => { control.disabled = false; }")
    live.formset("trips", "updateData([{seats: 2, guide: true}])")
    for field in ("language", "remark"):
        expect(live.control(f"trips-0-{field}")).to_be_enabled()
    assert_agrees(live, "trips", trips)


def test_after_a_part_of_a_date_the_keys_are_the_browsers(author):
    """Ctrl+Z took the row away that it was typed into, since no event told of it."""
    live = author(HTML, IN_THE_PAGE)
    keyboard = live.page.keyboard
    for field in ("day", "hour", "moment", "month", "week"):
        for key in ("1", "ArrowUp"):
            live.button("trips", "add").click()
            control = live.control(f"trips-1-{field}")
            control.focus()
            keyboard.press(key)
            assert control.evaluate("control => control.validity.badInput") is True, field
            keyboard.press("Control+z")
            assert live.rows("trips").count() == 2, (field, key)
            keyboard.press("Tab")
            live.formset("trips", "reset()")
            live.button("trips", "add").click()
            control.focus()
            keyboard.press("ArrowRight")
            keyboard.press("Control+z")
            assert live.rows("trips").count() == 1, (field, key)

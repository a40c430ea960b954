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

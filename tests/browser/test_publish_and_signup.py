"""Two formsets in one form, and a plain form."""

import json

from playwright.sync_api import expect


def publish(live):
    live.page.get_by_role("button", name="Publish").click()


def test_both_formsets_are_validated_together(live):
    live.type("posts-0-title", "A title")
    live.type("posts-0-posted_date", "2026-01-02")
    publish(live)
    live.expect_errors("writers-0-name", "This field is required.")
    assert live.first_error() == "writers-0-name"
    expect(live.page.locator('[data-result="publish-form"]')).to_be_hidden()


def test_the_cleaned_data_of_both_is_shown(live):
    live.type("posts-0-title", "A title")
    live.type("posts-0-posted_date", "2026-01-02")
    live.type("writers-0-name", "Nora")
    publish(live)
    result = live.page.locator('[data-result="publish-form"] pre')
    expect(result).to_be_visible()
    cleaned = json.loads(result.text_content())
    assert cleaned["posts"][0] == {"title": "A title", "posted_date": "2026-01-02"}
    assert cleaned["writers"][0] == {"name": "Nora", "email": ""}


def test_the_names_of_both_go_into_one_post(live):
    live.button("writers", "add").click()
    posted = live.form_data("publish-form")
    assert posted["posts-TOTAL_FORMS"] == ["2"]
    assert posted["writers-TOTAL_FORMS"] == ["3"]
    assert posted == live.formset("posts", "postData()") | live.formset("writers", "postData()")


def fill_signup(live, **changes):
    values = {
        "username": "nora",
        "email": "nora@example.org",
        "password": "long enough",
        "password_again": "long enough",
    } | changes
    for name, value in values.items():
        live.type(name, value)


def test_passwords_that_differ_are_told_at_the_second(live):
    fill_signup(live, password_again="different")
    live.expect_errors("password_again", "The two passwords are not the same.")
    live.type("password", "different")
    live.expect_errors("password_again")


def test_the_checkbox_and_the_radios(live):
    terms = live.control("terms")
    terms.check()
    terms.uncheck()
    live.expect_errors("terms", "This field is required.")
    terms.check()
    live.expect_errors("terms")
    live.page.get_by_label("Team").check()
    assert live.form("signup", "postData()")["plan"] == ["team"]
    assert live.form_data("signup") == live.form("signup", "postData()")


def test_a_name_that_is_taken(live):
    live.type("username", "admin")
    live.expect_errors("username", "admin is taken.")


def test_a_valid_sign_up_shows_its_cleaned_data(live):
    fill_signup(live)
    live.control("terms").check()
    live.page.get_by_role("button", name="Sign up").click()
    expect(live.page.locator('[data-result="signup"]')).to_contain_text('"username": "nora"')


def test_enter_submits_and_the_first_error_gets_the_focus(live):
    live.control("username").press("Enter")
    live.expect_errors("username", "This field is required.")
    live.expect_errors("terms", "This field is required.")
    assert live.first_error() == "username"

"""`window.clientforms` and the events: what an author's own script meets."""

import re

from playwright.sync_api import expect

VALID = {
    "title": "Ulysses",
    "slug": "ulysses",
    "email": "james@example.org",
    "pub_date": "1922-02-02",
    "category": "fiction",
}
DUPLICATE = "Articles in a set must have distinct titles."


def listen(live, *names):
    """Collect the events of these names that reach the document."""
    live.page.evaluate(
        """names => {
            window.seen = [];
            for (const name of names)
                document.addEventListener(name, event => window.seen.push({
                    name,
                    detail: event.detail,
                    isRow: event.target.matches("[data-formset-row]"),
                    total: document.querySelector('[name="articles-TOTAL_FORMS"]').value,
                    posted: new FormData(document.getElementById("articles-form")).get(
                        "articles-TOTAL_FORMS"),
                    agrees: JSON.stringify(clientforms.formset("articles").postData()["articles-TOTAL_FORMS"]),
                }));
        }""",
        list(names),
    )


def seen(live):
    return live.page.evaluate("window.seen")


def test_ready_is_a_promise(live):
    assert live.page.evaluate("clientforms.ready.then(() => 'ready')") == "ready"


def test_set_data_takes_a_list_and_answers_whether_it_is_valid(live):
    assert live.formset("articles", f"setData([{VALID}])") is True
    expect(live.rows("articles")).to_have_count(1)
    expect(live.control("articles-0-category")).to_have_value("fiction")
    assert live.formset("articles", "cleanedData()")[0]["pub_date"] == "1922-02-02"
    assert live.form_data("articles-form") == live.formset("articles", "postData()")


def test_set_data_shows_every_error_and_adds_rows(live):
    assert live.formset("articles", "setData([{title: 'A'}, {title: 'A'}, {}, {}])") is False
    expect(live.rows("articles")).to_have_count(4)
    live.expect_errors("articles-1-slug", "This field is required.")
    expect(live.non_form_errors("articles")).to_have_text([DUPLICATE])
    assert live.formset("articles", "nonFormErrors()") == [DUPLICATE]
    assert live.formset("articles", "totalErrorCount()") == 9


def test_set_data_takes_prefixed_names(live):
    post = {f"articles-0-{name}": value for name, value in VALID.items()}
    post |= {"articles-TOTAL_FORMS": "1", "articles-INITIAL_FORMS": "0"}
    assert live.formset("articles", f"setData({post})") is True
    expect(live.control("articles-0-title")).to_have_value("Ulysses")


def test_update_data_leaves_the_rest_and_shows_only_its_errors(live):
    live.type("articles-0-title", "Kept")
    assert live.formset("articles", "updateData({'articles-0-email': 'nonsense'})") is False
    expect(live.control("articles-0-title")).to_have_value("Kept")
    live.expect_errors("articles-0-email", "Enter a valid email address.")
    assert live.errors("articles-0-slug").count() == 0


def test_form_set_data(live):
    data = "{username: 'nora', email: 'n@example.org', password: 'long enough',"
    data += " password_again: 'long enough', plan: 'school', terms: true}"
    assert live.form("signup", f"setData({data})") is True
    expect(live.control("terms")).to_be_checked()
    expect(live.page.get_by_label("School")).to_be_checked()
    assert live.form_data("signup") == live.form("signup", "postData()")


def test_null_and_undefined_are_no_value(live):
    row = VALID | {"title": "Kept"}
    live.formset("articles", f"setData([{row}])")
    assert live.formset("articles", "updateData([{slug: null, ORDER: undefined}])") is False
    expect(live.control("articles-0-slug")).to_have_value("")
    assert live.formset("articles", "cleanedData()") is None
    live.formset("articles", "addError(null, 'Said of the whole.')")
    expect(live.non_form_errors("articles")).to_have_text(["Said of the whole."])


def test_counts_and_changes(live):
    assert live.formset("articles", "totalFormCount()") == 3
    assert live.formset("articles", "initialFormCount()") == 0
    assert live.formset("articles", "hasChanged()") is False
    assert live.formset("articles", "addAnother()") == 3
    live.formset("articles", "removeForm(0)")
    live.type("articles-0-title", "x")
    assert live.formset("articles", "hasChanged()") is True
    assert live.formset("articles", "totalFormCount()") == 3


def test_reset_and_the_forms_own_reset(live):
    live.formset("articles", "setData([{}])")
    live.formset("articles", "reset()")
    expect(live.rows("articles")).to_have_count(3)
    expect(live.page.locator(".errorlist")).to_have_count(0)
    live.type("articles-1-title", "x")
    live.button("articles", "add").click()
    live.page.evaluate("document.getElementById('articles-form').reset()")
    expect(live.rows("articles")).to_have_count(3)
    assert live.form_data("articles-form") == live.formset("articles", "postData()")
    assert live.formset("articles", "hasChanged()") is False


def test_reset_with_new_initial_rows_marks_removals(live):
    live.formset("articles", f"reset([{VALID}, {VALID | {'title': 'Two'}}])")
    expect(live.control("articles-INITIAL_FORMS")).to_have_value("2")
    live.button("articles", "remove", row=0).click()
    expect(live.rows("articles")).to_have_count(4)
    expect(live.rows("articles").nth(0)).to_have_attribute("data-formset-deleted", "")
    assert live.form_data("articles-form")["articles-0-DELETE"] == ["on"]
    live.button("articles", "restore", row=0).click()
    assert "articles-0-DELETE" not in live.form_data("articles-form")
    assert live.form_data("articles-form") == live.formset("articles", "postData()")


def test_add_error_stays_until_the_field_changes(live):
    live.formset("articles", f"setData([{VALID}])")
    live.formset("articles", "addError('articles-0-slug', 'Taken on the server.')")
    live.expect_errors("articles-0-slug", "Taken on the server.")
    assert live.formset("articles", "isValid()") is False
    live.type("articles-0-slug", "free")
    live.expect_errors("articles-0-slug")
    assert live.formset("articles", "isValid()") is True


def test_added_and_removed_fire_on_the_row_and_bubble(live):
    listen(live, "formset:added", "formset:removed")
    live.button("articles", "add").click()
    live.button("articles", "remove", row=1).click()
    events = seen(live)
    assert [event["name"] for event in events] == ["formset:added", "formset:removed"]
    assert all(event["isRow"] for event in events)
    assert all(event["detail"]["formsetName"] == "articles" for event in events)
    assert [event["total"] for event in events] == ["4", "3"]
    assert all(event["posted"] == event["total"] for event in events)


def test_change_invalid_and_valid_fire(live):
    listen(live, "formset:change", "formset:invalid", "formset:valid")
    live.control("articles-0-title").fill("x")
    assert [event["name"] for event in seen(live)] == ["formset:change"]
    live.formset("articles", "validate()")
    live.formset("articles", f"setData([{VALID}])")
    names = [event["name"] for event in seen(live)]
    assert names == ["formset:change", "formset:invalid", "formset:valid", "formset:change"]
    assert seen(live)[2]["detail"]["cleanedData"][0]["slug"] == "ulysses"


BAD_ARGUMENTS = [
    ("clientforms.formset('articles').removeForm(99)", "there is no form 99. Its forms are 0 to 2"),
    ("clientforms.formset('articles').setData([{titel: 'x'}])", "there is no field 'titel'"),
    ("clientforms.formset('articles').removeForm()", "removeForm(): missing a required argument"),
    ("clientforms.formset('articles').setData('x')", "a list of one object per form"),
    ("clientforms.formset('articles').setData([{title: {}}])", "takes text, a number"),
    ("clientforms.formset('articles').updateData({'books-0-title': 1})", "not a name of this formset"),
    ("clientforms.form('signup').setData({emial: 'x'})", "there is no field 'emial'"),
]  # fmt: skip


def test_bad_arguments_are_told_in_the_page_on_the_console_and_thrown(live, complaints):
    for expression, message in BAD_ARGUMENTS:
        complaints.expect(f"clientforms: .*{re.escape(message)}")
        assert message in live.caught(expression)
        expect(live.page.locator(".clientforms-error", has_text=message)).to_have_count(1)
        assert live.formset("posts", "addAnother()") == 2
        live.formset("posts", "removeForm(2)")


def test_rows_and_fields_for_scripts(live, complaints):
    complaints.expect("reset\\(\\) takes {keepTyped: true}")
    live.formset("articles", f"setData([{VALID}])")
    assert live.formset("articles", "addAnother([{title: 'B'}, {title: 'C'}])") == 1
    assert live.formset("articles", "insert(1, {title: 'A', category: 'fiction'})") == 1
    expect(live.rows("articles")).to_have_count(4)
    expect(live.control("articles-1-title")).to_have_value("A")
    expect(live.control("articles-1-category")).to_have_value("fiction")
    assert live.form_data("articles-form") == live.formset("articles", "postData()")
    live.formset("articles", "swap(1, 3)")
    shown = live.rows("articles").locator("input[name$=-title]")
    assert [shown.nth(place).input_value() for place in (1, 2, 3)] == ["C", "B", "A"]
    live.formset("articles", "undo()")
    live.formset("articles", "removeForm([1, 3])")
    expect(live.rows("articles")).to_have_count(2)
    expect(live.control("articles-1-title")).to_have_value("B")
    live.formset("articles", "undo()")
    expect(live.rows("articles")).to_have_count(4)

    assert live.formset("articles", "validateField('articles-1-slug')") is False
    live.expect_errors("articles-1-slug", "This field is required.")
    live.type("articles-1-title", "Typed")
    live.formset("articles", "resetField('articles-1-title')")
    expect(live.control("articles-1-title")).to_have_value("")
    live.type("username", "nora")
    live.form("signup", "reset({email: 'n@example.org'}, {keepTyped: true})")
    expect(live.control("username")).to_have_value("nora")
    expect(live.control("email")).to_have_value("n@example.org")
    assert "keepTyped" in live.caught("clientforms.form('signup').reset({}, {keep: 1})")


def test_an_unknown_name_is_thrown_with_those_that_there_are(live):
    message = live.caught("clientforms.formset('artikles')")
    assert "no formset called 'artikles'" in message
    assert "articles, posts, writers" in message


def test_adding_past_the_maximum_is_refused(live, complaints):
    complaints.expect("max_num is 6")
    for _ in range(3):
        live.formset("articles", "addAnother()")
    live.type("articles-5-title", "Safe")
    message = live.caught("clientforms.formset('articles').addAnother()")
    assert "Please submit at most 6 forms." in message
    expect(live.control("articles-5-title")).to_have_value("Safe")


def test_an_empty_list_is_a_list(live):
    """Pyodide takes an empty array for false, and `null` too."""
    live.formset("articles", "reset([{title: 'One'}])")
    live.formset("articles", "reset(null)")
    assert live.formset("articles", "initialFormCount()") == 1
    live.formset("articles", "reset([])")
    assert live.formset("articles", "initialFormCount()") == 0

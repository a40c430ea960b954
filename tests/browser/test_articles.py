"""The articles: one formset, by mouse and by keyboard."""

from playwright.sync_api import expect

REQUIRED = "This field is required."
DUPLICATE = "Articles in a set must have distinct titles."


def names_of(live, index):
    return (
        live.rows("articles")
        .nth(index)
        .locator("[name]")
        .evaluate_all("controls => controls.map(control => control.name)")
    )


def test_starts_with_djangos_rows_and_no_errors(live):
    expect(live.rows("articles")).to_have_count(3)
    expect(live.page.locator(".errorlist")).to_have_count(0)
    assert live.form_data("articles-form") == live.formset("articles", "postData()")


def test_add_another_puts_a_blank_row_and_the_focus_there(live):
    live.button("articles", "add").click()
    expect(live.rows("articles")).to_have_count(4)
    assert live.focused() == "articles-3-title"
    expect(live.control("articles-TOTAL_FORMS")).to_have_value("4")
    expect(live.page.locator("[data-clientforms-announcer]")).to_have_text("Article 4 added.")


def test_removing_the_middle_row_then_adding_keeps_everything_in_place(live):
    for index, title in enumerate(["First", "Middle", "Last"]):
        live.type(f"articles-{index}-title", title)
    live.type("articles-2-email", "nonsense")
    live.expect_errors("articles-2-email", "Enter a valid email address.")
    live.button("articles", "remove", row=1).click()
    expect(live.rows("articles")).to_have_count(2)
    assert live.focused() == "articles-1-title"
    live.button("articles", "add").click()

    for index in range(3):
        assert all(f"articles-{index}-" in name for name in names_of(live, index))
    expect(live.control("articles-TOTAL_FORMS")).to_have_value("3")
    expect(live.control("articles-0-title")).to_have_value("First")
    expect(live.control("articles-1-title")).to_have_value("Last")
    expect(live.control("articles-2-title")).to_have_value("")
    live.expect_errors("articles-1-email", "Enter a valid email address.")
    expect(live.control("articles-1-email")).to_have_attribute(
        "aria-describedby", "id_articles-1-email_error"
    )
    assert live.rows("articles").nth(2).locator(".errorlist").count() == 0
    assert live.form_data("articles-form") == live.formset("articles", "postData()")


def test_errors_come_after_a_pause_in_typing_and_go_again(live):
    slug = live.control("articles-0-slug")
    slug.press_sequentially("no good")
    live.expect_errors("articles-0-slug", "Use letters, digits, hyphens and underscores.")
    expect(slug).to_have_attribute("aria-invalid", "true")
    expect(slug).to_have_attribute(
        "aria-describedby", "id_articles-0-slug_helptext id_articles-0-slug_error"
    )
    slug.fill("good")
    live.expect_errors("articles-0-slug")
    expect(slug).not_to_have_attribute("aria-invalid", "true")
    expect(slug).to_have_attribute("aria-describedby", "id_articles-0-slug_helptext")
    expect(slug).to_be_focused()


def test_no_error_comes_while_the_typing_goes_on(live):
    """`auto` waits for 369 ms of quiet: between keystrokes 50 ms apart nothing is shown."""
    seen = live.page.evaluate(
        """async () => {
            const input = document.querySelector('[name="articles-0-email"]');
            input.focus();
            for (const letter of "nonsense") {
                input.value += letter;
                input.dispatchEvent(new InputEvent("input", {bubbles: true}));
                await new Promise(done => setTimeout(done, 50));
            }
            return document.querySelectorAll(".errorlist").length;
        }"""
    )
    assert seen == 0
    live.expect_errors("articles-0-email", "Enter a valid email address.")


def test_leaving_a_field_shows_its_error_at_once(live):
    live.control("articles-0-email").press_sequentially("nonsense")
    live.page.keyboard.press("Tab")
    assert live.errors("articles-0-email").count() == 1


def test_tabbing_through_untouched_fields_shows_nothing(live):
    live.control("articles-0-title").focus()
    for _ in range(5):
        live.page.keyboard.press("Tab")
    assert live.page.locator(".errorlist").count() == 0


def test_a_select_is_checked_at_once(live):
    select = live.control("articles-0-category")
    select.select_option("fiction")
    select.select_option("")
    assert live.errors("articles-0-category").all_text_contents() == [REQUIRED]


def test_duplicate_titles_are_told_and_taken_back(live):
    live.type("articles-0-title", "Same")
    live.type("articles-1-title", "Same")
    expect(live.non_form_errors("articles")).to_have_text([DUPLICATE])
    live.type("articles-1-title", "Other")
    expect(live.non_form_errors("articles")).to_have_count(0)


def test_removing_one_of_two_duplicates_takes_the_error_back(live):
    live.type("articles-1-title", "Same")
    live.type("articles-2-title", "Same")
    expect(live.non_form_errors("articles")).to_have_text([DUPLICATE])
    live.button("articles", "remove", row=1).click()
    expect(live.non_form_errors("articles")).to_have_count(0)


def test_at_the_maximum_the_add_button_goes_and_says_why(live):
    add = live.button("articles", "add")
    for _ in range(3):
        add.click()
    expect(live.rows("articles")).to_have_count(6)
    expect(add).to_be_hidden()
    expect(live.page.locator('[data-prefix="articles"] [data-formset-limit]')).to_have_text(
        "Please submit at most 6 forms."
    )
    live.button("articles", "remove", row=5).click()
    expect(add).to_be_visible()


def test_at_the_minimum_the_remove_button_goes(live):
    for _ in range(2):
        live.button("articles", "remove", row=0).click()
    expect(live.rows("articles")).to_have_count(1)
    expect(live.button("articles", "remove", row=0)).to_be_hidden()
    reason = live.rows("articles").locator("[data-formset-kept]")
    expect(reason).to_have_text("Please submit at least 1 form.")
    live.button("articles", "add").click()
    expect(reason.nth(0)).to_be_hidden()
    expect(live.button("articles", "remove", row=0)).to_be_visible()


def test_an_invalid_submit_shows_all_errors_and_goes_to_the_first(live):
    live.page.get_by_role("button", name="Check and save").click()
    live.expect_errors("articles-0-title", REQUIRED)
    live.expect_errors("articles-0-category", REQUIRED)
    assert live.errors("articles-1-title").count() == 0
    assert live.first_error() == "articles-0-title"


def test_a_valid_submit_shows_the_cleaned_data(live):
    live.fill_article(0, title="Ulysses")
    live.page.get_by_role("button", name="Check and save").click()
    result = live.page.locator('[data-result="articles-form"]')
    expect(result).to_be_visible()
    expect(result).to_contain_text('"pub_date": "1922-02-02"')
    live.type("articles-0-title", "Changed")
    expect(result).to_be_hidden()


def test_everything_works_by_keyboard_alone(live):
    page = live.page
    live.control("articles-2-title").focus()
    page.keyboard.type("Typed")
    while live.page.evaluate("document.activeElement.dataset.formsetAction") != "add":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(live.rows("articles")).to_have_count(4)
    page.keyboard.type("New")
    expect(live.control("articles-3-title")).to_have_value("New")
    while live.page.evaluate("document.activeElement.dataset.formsetAction") != "remove":
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(live.rows("articles")).to_have_count(3)
    assert live.focused() == "articles-2-title"


def test_a_click_on_a_button_counts_although_leaving_the_field_shows_an_error(live):
    """The error list moves the button between press and release; the click must not get lost."""
    live.control("articles-2-pub_date").press_sequentially("nonsense")
    live.button("articles", "add").click()
    expect(live.rows("articles")).to_have_count(4)
    live.expect_errors("articles-2-pub_date", "Enter a valid date.")


def test_typing_ten_characters_a_second_loses_neither_a_character_nor_the_caret(live):
    """In the middle of a word, while the error beside it comes and goes four times."""
    slug = live.control("articles-0-slug")
    slug.fill("startend")
    slug.evaluate("control => control.setSelectionRange(5, 5)")
    caret = 5
    wrong = "Use letters, digits, hyphens and underscores."
    for keys, messages in (
        (["a", "b", " ", "c"], [wrong]),
        (["Backspace", "Backspace", "d"], []),
        (["e", "!", "f", "g"], [wrong]),
        (["Backspace", "Backspace", "Backspace", "-", "h"], []),
    ):
        for key in keys:
            live.page.keyboard.press(key, delay=100)
            caret += -1 if key == "Backspace" else 1
            selection = slug.evaluate("control => [control.selectionStart, control.selectionEnd]")
            assert selection == [caret, caret]
        live.expect_errors("articles-0-slug", *messages)
        assert slug.evaluate("control => control.selectionStart") == caret
    expect(slug).to_have_value("startabde-hend")
    expect(slug).to_be_focused()


def test_the_inspector_shows_what_django_sees(live):
    live.type("articles-0-title", "Seen")
    panel = live.page.locator('[data-inspect="articles"]')
    expect(panel.locator('[data-json="post"]')).to_contain_text('"Seen"')
    expect(panel.locator('[data-json="errors"]')).to_contain_text(REQUIRED)
    panel.get_by_role("radio", name="Python source").press("Space")
    expect(panel.locator("[data-source]")).to_contain_text("class ArticleForm(forms.Form):")
    expect(panel.locator('[data-json="post"]')).to_be_hidden()


class TestUndo:
    def test_a_removed_row_comes_back_with_what_was_typed_and_shown(self, live):
        live.type("articles-1-title", "Kept")
        live.type("articles-1-email", "nonsense")
        live.button("articles", "remove", row=1).click()
        offer = live.page.locator('[data-prefix="articles"] [data-formset-removed]')
        expect(offer).to_be_visible()
        offer.get_by_role("button", name="Undo").click()
        expect(live.rows("articles")).to_have_count(3)
        expect(live.control("articles-1-title")).to_have_value("Kept")
        live.expect_errors("articles-1-email", "Enter a valid email address.")
        assert live.focused() == "articles-1-title"
        expect(offer).to_have_count(0)
        assert live.form_data("articles-form") == live.formset("articles", "postData()")
        live.type("articles-1-email", "mended@example.org")
        live.expect_errors("articles-1-email")

    def test_the_offer_stays_while_the_typing_goes_on(self, live):
        live.button("articles", "remove", row=1).click()
        live.control("articles-0-title").press_sequentially("x")
        live.button("articles", "undo").click()
        expect(live.rows("articles")).to_have_count(3)
        expect(live.control("articles-0-title")).to_have_value("x")

    def test_ctrl_z_outside_text_takes_steps_back_and_again(self, live):
        live.type("articles-0-title", "Typed")
        live.button("articles", "add").click()
        live.control("articles-0-category").focus()
        live.page.keyboard.press("Control+z")
        expect(live.rows("articles")).to_have_count(3)
        live.page.keyboard.press("Control+z")
        expect(live.control("articles-0-title")).to_have_value("")
        live.page.keyboard.press("Control+y")
        live.page.keyboard.press("Control+Shift+z")
        expect(live.control("articles-0-title")).to_have_value("Typed")
        expect(live.rows("articles")).to_have_count(4)

    def test_ctrl_z_in_text_is_the_browsers(self, live):
        live.button("articles", "add").click()
        live.control("articles-0-title").press_sequentially("ab")
        live.page.keyboard.press("Control+z")
        expect(live.rows("articles")).to_have_count(4)
        assert live.control("articles-0-title").input_value() != "ab"


def test_insert_and_duplicate_from_a_script(live):
    live.fill_article(0, title="First")
    assert live.formset("articles", "duplicate(0)") == 1
    expect(live.control("articles-1-title")).to_have_value("First")
    expect(live.control("articles-1-category")).to_have_value("fiction")
    assert live.formset("articles", "insert(0)") == 0
    expect(live.control("articles-0-title")).to_have_value("")
    expect(live.control("articles-2-slug")).to_have_value("slug-0")
    expect(live.non_form_errors("articles")).to_have_text([DUPLICATE])
    for index in range(5):
        assert all(f"articles-{index}-" in name for name in names_of(live, index))
    assert live.form_data("articles-form") == live.formset("articles", "postData()")
    live.formset("articles", "undo()")
    live.formset("articles", "undo()")
    expect(live.control("articles-0-title")).to_have_value("First")
    expect(live.rows("articles")).to_have_count(3)
    expect(live.non_form_errors("articles")).to_have_count(0)


class TestMoving:
    def titles(self, live):
        return (
            live.rows("articles")
            .locator('[name$="-title"]')
            .evaluate_all("controls => controls.map(control => control.value)")
        )

    def fill(self, live):
        rows = "[{title: 'A', email: 'nonsense'}, {title: 'B'}, {title: 'C'}]"
        live.formset("articles", f"updateData({rows})")

    def agrees(self, live):
        return live.form_data("articles-form") == live.formset("articles", "postData()")

    def test_a_row_moves_by_its_buttons_and_everything_moves_along(self, live):
        self.fill(live)
        live.button("articles", "move-down", row=0).click()
        assert self.titles(live) == ["B", "A", "C"]
        assert all("articles-1-" in name for name in names_of(live, 1))
        live.expect_errors("articles-1-email", "Enter a valid email address.")
        expect(live.control("articles-1-ORDER")).to_have_value("2")
        assert self.agrees(live)
        focused = "document.activeElement.getAttribute('aria-label')"
        assert live.page.evaluate(focused) == "Move down Article 2"
        live.page.keyboard.press("Enter")
        assert self.titles(live) == ["B", "C", "A"]
        live.button("articles", "move-up", row=2).click()
        assert self.titles(live) == ["B", "A", "C"]
        assert live.page.evaluate(focused) == "Move up Article 2"
        assert self.agrees(live)

    def test_a_row_moves_by_keyboard_and_keeps_focus_and_caret(self, live):
        self.fill(live)
        title = live.control("articles-2-title")
        title.fill("abcd")
        title.evaluate("control => control.setSelectionRange(2, 2)")
        live.page.keyboard.press("Alt+ArrowUp")
        assert self.titles(live) == ["A", "abcd", "B"]
        assert live.focused() == "articles-1-title"
        assert live.page.evaluate("document.activeElement.selectionStart") == 2
        live.page.keyboard.press("Alt+ArrowUp")
        live.page.keyboard.press("Alt+ArrowUp")
        assert self.titles(live) == ["abcd", "A", "B"]
        announcer = live.page.locator("[data-clientforms-announcer]")
        expect(announcer).to_have_text("Already first.")
        assert self.agrees(live)

    def test_initial_rows_keep_their_names(self, live):
        day = "pub_date: '1922-02-02', email: 'a@example.org', category: 'news'"
        rows = f"[{{title: 'One', slug: 'one', {day}}}, {{title: 'Two', slug: 'two', {day}}}]"
        live.formset("articles", f"reset({rows})")
        live.formset("articles", "move(0, 1)")
        assert self.titles(live) == ["Two", "One", "", ""]
        assert all("articles-1-" in name for name in names_of(live, 0))
        expect(live.control("articles-1-ORDER")).to_have_value("1")
        expect(live.control("articles-2-ORDER")).to_have_value("")
        assert self.agrees(live)
        live.formset("articles", "undo()")
        assert self.titles(live) == ["One", "Two", "", ""]
        assert self.agrees(live)

    def test_moved_fires_on_the_row(self, live):
        live.page.evaluate(
            """() => document.addEventListener("formset:moved", event => {
                window.moved = [event.detail, event.target.querySelector("[name]").value];
            })"""
        )
        self.fill(live)
        live.formset("articles", "move(2, 0)")
        detail, title = live.page.evaluate("window.moved")
        assert detail == {"formsetName": "articles", "position": 0, "oldPosition": 2}
        assert title == "C"

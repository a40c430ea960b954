"""Formsets inside the rows of a formset: rendered, taken over, edited at both levels."""

import pytest
from playwright.sync_api import expect

SLUG = "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."
FORMS = """
    from django.core.exceptions import ValidationError

    class PageForm(forms.Form):
        text = forms.SlugField()

    class BasePageFormSet(forms.BaseFormSet):
        def clean(self):
            texts = [form.cleaned_data.get("text") for form in self.forms if form.has_changed()]
            if len(texts) != len(set(texts)):
                raise ValidationError("Pages must differ.")

    PageFormSet = forms.formset_factory(
        PageForm, formset=BasePageFormSet, extra=1, max_num=3, can_order=True
    )

    class BookForm(forms.Form):
        title = forms.CharField()

    class BaseBookFormSet(forms.BaseFormSet):
        def add_fields(self, form, index):
            super().add_fields(form, index)
            form.pages = PageFormSet(
                data=form.data if form.is_bound else None, prefix=f"{form.prefix}-pages"
            )

    BookFormSet = forms.formset_factory(
        BookForm, formset=BaseBookFormSet, extra=2, can_delete=True, can_order=True
    )
"""
EMPTY = """<form id="f"><div data-formset="case.BookFormSet" data-prefix="books"
  data-layout="{layout}"></div><button>Save</button></form>"""


@pytest.mark.parametrize("layout", ["div", "table"])
def test_rows_come_and_go_at_both_levels(author, layout):
    live = author(EMPTY.format(layout=layout), FORMS)
    inner = live.page.get_by_role("group", name="Pages")
    expect(inner).to_have_count(2)
    expect(rows(live, "books")).to_have_count(2)
    live.type("books-0-title", "One")
    live.type("books-1-title", "Two")
    live.type("books-1-pages-0-text", "first")
    add(live, "books-1-pages").click()
    expect(live.control("books-1-pages-1-text")).to_be_focused()
    live.type("books-1-pages-1-text", "first")
    expect(inner.nth(1).locator(".errorlist.nonform li")).to_have_text("Pages must differ.")
    live.type("books-1-pages-1-text", "second")
    expect(inner.nth(1).locator(".errorlist.nonform")).to_have_count(0)
    same_as_engine(live)

    live.control("books-1-pages-1-text").press("Alt+ArrowUp")
    assert live.form_data("f")["books-1-pages-0-text"] == ["second"]
    live.formset("books", "removeForm(0)")
    expect(live.control("books-0-pages-0-text")).to_have_value("second")
    same_as_engine(live)
    live.type("books-0-pages-0-text", "no good")
    live.expect_errors(
        "books-0-pages-0-text",
        SLUG,
    )
    live.formset("books", "undo()")
    live.formset("books", "undo()")
    expect(rows(live, "books")).to_have_count(2)
    expect(live.control("books-0-title")).to_have_value("One")
    same_as_engine(live)

    add(live, "books-1-pages").click()
    expect(add(live, "books-1-pages")).to_be_hidden()
    expect(add(live, "books")).to_be_visible()
    expect(add(live, "books-0-pages")).to_be_visible()
    remove = live.page.locator(
        '[data-prefix="books-1-pages"] [data-formset-row] [data-formset-action="remove"]'
    )
    remove.nth(2).click()
    expect(remove).to_have_count(2)
    expect(rows(live, "books")).to_have_count(2)
    same_as_engine(live)


def test_an_invalid_submit_goes_to_the_error_inside_and_a_valid_one_hands_over_all(author):
    live = author(EMPTY.format(layout="div"), FORMS)
    live.page.evaluate(
        """() => document.addEventListener("clientforms:submit",
            event => { window.sent = event.detail.cleanedData.books; })"""
    )
    live.type("books-0-title", "One")
    live.control("books-0-pages-0-text").fill("no good")
    live.page.get_by_role("button", name="Save").click()
    assert live.first_error() == "books-0-pages-0-text"
    live.control("books-0-pages-0-text").fill("short")
    live.page.get_by_role("button", name="Save").click()
    live.page.wait_for_function("window.sent")
    sent = live.page.evaluate("window.sent")
    assert sent[0]["title"] == "One"
    assert sent[0]["pages"][0]["text"] == "short"
    assert live.formset("books-0-pages", "totalFormCount()") == 1


def test_markup_of_both_levels_is_taken_over(author):
    html = author(
        '<form id="f"></form>',
        FORMS
        + """
    from clientforms.browser import configure, runtime
    configure()
    data = {
        "books-TOTAL_FORMS": "1", "books-INITIAL_FORMS": "0", "books-0-title": "",
        "books-0-ORDER": "1",
        "books-0-pages-TOTAL_FORMS": "2", "books-0-pages-INITIAL_FORMS": "0",
        "books-0-pages-0-text": "short", "books-0-pages-1-text": "no good",
    }
    served = BookFormSet(data, prefix="books")
    served.is_valid()
    inner = served.forms[0].pages
    runtime.window.html = (
        f"{served.management_form}{served.forms[0]}{inner.management_form}{inner.forms[0]}"
        f"{inner.forms[1]}"
    )
    """,
    ).page.evaluate("window.html")
    live = author(
        f'<form id="f"><div data-formset="case.BookFormSet" data-prefix="books">{html}</div></form>',
        FORMS,
    )
    expect(rows(live, "books")).to_have_count(1)
    expect(rows(live, "books-0-pages")).to_have_count(2)
    live.expect_errors("books-0-title", "This field is required.")
    live.expect_errors("books-0-pages-1-text", SLUG)
    same_as_engine(live)
    live.type("books-0-pages-1-text", "fine")
    live.expect_errors("books-0-pages-1-text")
    live.formset("books-0-pages", "removeForm(0)")
    assert live.form_data("f")["books-0-pages-0-text"] == ["fine"]
    same_as_engine(live)


def rows(live, prefix):
    return live.page.locator(f'[data-prefix="{prefix}"] > [data-formset-rows] > [data-formset-row]')


def add(live, prefix):
    return live.page.locator(
        f'[data-prefix="{prefix}"] > [data-formset-actions] [data-formset-action="add"]'
    )


def same_as_engine(live):
    assert live.form_data("f") == live.formset("books", "postData()")

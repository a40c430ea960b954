"""Generic edit views and functions: the double step, their hooks, and where they lead."""

import pytest

BOOK = {
    "title": "Typhoon",
    "slug": "typhoon",
    "author": "2",
    "published": "1902-01-01",
    "pages": 120,
    "genres": ["2", "3"],
}


def test_a_new_form_is_not_bound(visitor):
    visitor.visit("/books/add/")
    assert visitor.title == "New book"
    assert visitor.errors() == []
    assert visitor.value("pages") == "100"


def test_a_valid_form_creates_and_leads_to_the_absolute_url(visitor):
    visitor.visit("/books/")
    visitor.follow("Add a book")
    visitor.submit(BOOK)
    assert (visitor.path, visitor.status) == ("/books/typhoon/", 200)
    assert visitor.line("h1") == "Typhoon"
    assert visitor.lines("#genres li") == ["Novel", "Sea"]
    assert visitor.line("#published") == "Jan. 1, 1902"


def test_an_invalid_form_keeps_what_was_typed(visitor):
    visitor.visit("/books/add/")
    visitor.submit({**BOOK, "published": "some day", "pages": "-3", "title": ""})
    assert (visitor.path, visitor.status) == ("/books/add/", 200)
    assert visitor.errors() == [
        "This field is required.",
        "Enter a valid date.",
        "Ensure this value is greater than or equal to 0.",
    ]
    assert visitor.value("published") == "some day"
    assert visitor.has('[name="published"][aria-invalid="true"]')
    visitor.submit({"published": "1902-01-01", "pages": 5, "title": "Typhoon"})
    assert visitor.path == "/books/typhoon/"


def test_an_update_starts_with_what_is_stored(visitor):
    visitor.visit("/books/emma/change/")
    assert (visitor.value("title"), visitor.value("author")) == ("Emma", "1")
    assert visitor.value("published") == "1815-12-23"
    visitor.submit({"title": "Emma Woodhouse", "pages": 500})
    assert visitor.path == "/books/number/1/changed/?slug=emma"  # success_url with {id} and {slug}
    assert visitor.lines() == ["Emma Woodhouse", "emma", "500"]
    assert visitor.messages() == [["success", "Emma Woodhouse is changed."]]


def test_an_invalid_update_changes_nothing(visitor):
    visitor.visit("/books/emma/change/")
    visitor.submit({"title": "EMMA"})
    assert visitor.errors() == ["Do not shout."]
    visitor.visit("/books/emma/")
    assert visitor.line("h1") == "Emma"


def test_an_update_leads_to_the_absolute_url_if_no_other_is_said(visitor):
    visitor.visit("/books/authors/3/change/")
    visitor.submit({"name": "Mary Wollstonecraft Shelley"})
    assert visitor.path == "/books/authors/3/"
    assert visitor.line("h1") == "Mary Wollstonecraft Shelley"


def test_deleting_asks_first(visitor):
    visitor.visit("/books/typee/")
    visitor.follow("Remove")
    assert visitor.line("h1") == "Delete Typee?"
    visitor.press("Yes")
    assert visitor.path == "/books/"
    assert visitor.messages() == [["warning", "Typee is gone."]]
    visitor.visit("/books/typee/")
    assert visitor.status == 404


def test_what_is_protected_is_not_deleted(visitor):
    visitor.visit("/books/authors/1/remove/")
    visitor.press("Yes")
    assert visitor.errors() == ["3 books are by Jane Austen."]
    visitor.visit("/books/authors/1/")
    assert visitor.status == 200


def test_a_form_view_shows_its_initial_values_and_thanks(visitor):
    visitor.visit("/books/wish/")
    assert (visitor.value("count"), visitor.value("why")) == ("3", "I like it")
    visitor.submit({"title": "Ulysses", "email": "nobody"})
    assert visitor.errors() == ["Enter a valid email address."]
    visitor.submit({"email": "a@example.org", "why": "two\nlines"})
    assert visitor.path == "/books/wished/"
    assert visitor.lines() == [
        "title: Ulysses",
        "email: a@example.org",
        "count: 3",
        "why: two lines",
    ]


def test_the_double_step_in_a_function(visitor):
    visitor.visit("/books/wish/function/")
    assert visitor.line("h1") == "By GET"
    visitor.submit({"title": "A title that is too long for this", "email": "a@example.org"})
    assert visitor.line("h1") == "By POST"
    assert "at most 20 characters (it has 33)" in visitor.errors()[0]
    visitor.submit({"title": "Short"})
    assert visitor.path == "/books/"


def test_initial_values_from_the_address(visitor):
    visitor.visit("/books/loans/add/?reader=Émile")
    assert visitor.value("reader") == "Émile"


def test_the_view_passes_arguments_to_its_form(visitor):
    visitor.visit("/books/loans/add/")
    assert visitor.lines('[name="book"] option')[1:] == ["Germinal", "Moby-Dick"]
    visitor.submit({"book": "4", "reader": "Dora", "day": "2024-05-05"})
    assert visitor.errors() == ["Nobody lends to oneself."]


def test_form_valid_is_overridden(visitor):
    visitor.visit("/books/loans/add/")
    visitor.submit({"book": "4", "reader": "dora d", "day": "2024-05-05"})
    assert visitor.path == "/books/"
    assert visitor.messages() == [["success", "Lent to Dora D."]]
    visitor.visit("/books/traces/")
    assert visitor.lines() == ["lent Moby-Dick to Dora D"]


def test_form_invalid_is_overridden(visitor):
    visitor.visit("/books/loans/add/")
    visitor.submit({"reader": "Eve", "day": "2024-02-30"})
    assert visitor.status == 422
    assert visitor.messages() == [["error", "Nothing is lent."]]
    assert visitor.errors() == ["This field is required.", "Enter a valid date."]
    assert visitor.value("reader") == "Eve"


@pytest.mark.parametrize(
    ("button", "path"),
    [("Save", "/books/authors/5/"), ("Save and add another", "/books/authors/add/")],
)
def test_the_pressed_button_says_where_to_go(visitor, button, path):
    visitor.visit("/books/authors/add/")
    visitor.submit({"name": "Ada Lovelace"}, button=button)
    assert visitor.path == path


def test_unique_values_and_constraints_have_messages(visitor):
    visitor.visit("/books/add/")
    visitor.submit({**BOOK, "title": "moby-dick", "slug": "typee", "pages": 0})
    assert visitor.errors() == [
        "This author has a book of this title.",
        "A book has a page at least.",
        "Book with this Slug already exists.",
    ]


def test_many_to_many_values_are_stored_with_save_m2m(visitor):
    visitor.visit("/books/frankenstein/genres/")
    assert visitor.lines('[name="genres"] option:checked') == ["Horror", "Novel"]
    visitor.submit({"genres": ["1", "3"]})
    assert visitor.lines() == ["['Horror', 'Novel'] then ['Horror', 'Sea']"]


def test_two_forms_with_prefixes(visitor):
    visitor.visit("/books/two-forms/")
    visitor.submit({"first-title": "One", "first-email": "a@example.org"})
    assert visitor.errors() == ["This field is required."] * 2
    visitor.submit({"second-title": "Two", "second-email": "b@example.org"})
    assert visitor.lines() == ["One", "Two"]


def test_a_control_of_each_kind(visitor):
    visitor.visit("/books/typed/")
    visitor.submit({"days": ["2"]})
    assert len(visitor.errors()) == 8
    visitor.submit(
        {
            "date_month": "2",
            "date_day": "29",
            "date_year": "2024",
            "when_0": "2024-02-29",
            "when_1": "12:30",
            "colour": "g",
            "sizes": ["s", "l"],
            "days": ["1", "3"],
            "agreed": True,
            "maybe": "false",
            "length": "1.50",
            "pause": "1 02:03:04",
            "key": "12345678-1234-5678-1234-567812345678",
            "data": '{"a": [1, null, "ä"]}',
        }
    )
    assert visitor.lines() == [
        "agreed: True",
        "colour: 'g'",
        "data: {'a': [1, None, 'ä']}",
        "date: datetime.date(2024, 2, 29)",
        "days: ['1', '3']",
        "key: UUID('12345678-1234-5678-1234-567812345678')",
        "length: Decimal('1.50')",
        "maybe: False",
        "pause: datetime.timedelta(days=1, seconds=7384)",
        "secret: 'hidden treasure'",
        "sizes: ['s', 'l']",
        "when: datetime.datetime(2024, 2, 29, 12, 30, tzinfo=zoneinfo.ZoneInfo(key='UTC'))",
    ]

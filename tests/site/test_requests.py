"""What requests carry, and what all kinds of answers show."""

import json

import pytest

CHOOSE = """(body) => {
    const chosen = new DataTransfer();
    chosen.items.add(new File(["a"], "list.txt"));
    body.querySelector('[name="file"]').files = chosen.files;
}"""


def test_a_query_of_several_values(visitor):
    visitor.visit("/desk/query/?a=1&a=2&b=%C3%A4+%2B&c=")
    assert visitor.lines()[:3] == ["a: ['1', '2']", "b: ['ä +']", "c: ['']"]
    visitor.follow("Again")
    assert visitor.lines()[0] == "word: ['Käse & Brot', 'a=b', '50 %', '+']"


def test_a_form_of_get_sends_what_browsers_send(visitor):
    visitor.visit("/desk/query/")
    visitor.press("Ask")
    assert visitor.path == "/desk/query/?one=1&one=2&on=on&how=%C3%BC"
    assert visitor.lines()[:3] == ["one: ['1', '2']", "on: ['on']", "how: ['ü']"]


def test_a_form_of_post_sends_what_browsers_send(visitor):
    visitor.visit("/desk/post/")
    visitor.press("Second")
    assert visitor.lines() == [
        "application/x-www-form-urlencoded",
        "area: ['one\\r\\ntwo']",
        "button: ['second']",
        "choice: ['b']",
        "file: ['']",
        "on: ['on']",
        "outside: ['out']",
        "several: ['1', '2']",
        "word: ['ä € 𝄞']",
    ]


def test_only_the_name_of_a_file_is_sent_in_such_a_form(visitor):
    visitor.visit("/desk/post/")
    visitor.evaluate(CHOOSE)
    visitor.press("Second")
    assert "file: ['list.txt']" in visitor.lines()


def test_enter_presses_the_first_button(visitor):
    visitor.visit("/desk/post/")
    visitor.answered(lambda: visitor.find('[name="word"]').press("Enter"))
    assert "button: ['first']" in visitor.lines()


def test_a_button_with_an_address_of_its_own(visitor):
    visitor.visit("/desk/post/")
    visitor.press("Elsewhere")
    assert visitor.path == "/desk/csrf/exempt/"
    assert visitor.lines() == ["POST", "ä € 𝄞"]


def test_the_request_knows_where_it_is(visitor):
    visitor.visit("/desk/meta/?a=b%20c")
    assert visitor.lines() == [
        "GET",
        "/desk/meta/",
        "a=b%20c",
        "10 to 18",
        "meta",
        "desk/meta/",
        "None",
        "True",
        "True",
    ]


def test_a_method_that_is_not_allowed(visitor):
    visitor.visit("/desk/only-get/")
    visitor.press("Post")
    assert visitor.status == 405


@pytest.mark.parametrize("path", ["/desk/only-post/", "/desk/listed/"])
def test_get_is_not_allowed(visitor, path):
    visitor.visit(path)
    assert visitor.status == 405


@pytest.mark.parametrize("code", [201, 410, 418, 503])
def test_other_statuses_are_shown(visitor, code):
    visitor.visit(f"/desk/status/{code}/")
    assert (visitor.status, visitor.lines()) == (code, [str(code)])


def test_an_unknown_address(visitor):
    visitor.visit("/nowhere/at/all/")
    assert visitor.status == 404
    assert (visitor.title, visitor.line("h1")) == ("Not found", "There is no such shelf")
    assert visitor.line("#path") == "/nowhere/at/all/"


@pytest.mark.parametrize(
    ("name", "heading"),
    [
        ("400", "We do not understand"),
        ("403", "Staff only"),
        ("404", "There is no such shelf"),
        ("500", "A shelf has collapsed"),
        ("503", "The middleware caught it"),
    ],
)
def test_what_a_view_raises_has_a_page(visitor, name, heading):
    visitor.visit(f"/desk/raise/{name}/")
    assert (visitor.status, visitor.line("h1")) == (int(name), heading)
    visitor.visit("/")
    assert (visitor.status, visitor.line("h1")) == (200, "Welcome")


def test_json(visitor):
    visitor.visit("/desk/json/")
    said = {"words": ["Käse", "<b>"], "price": "1.50", "when": "2024-02-29T12:30:00Z"}
    assert json.loads(visitor.line("pre")) == said


def test_plain_text_is_no_markup(visitor):
    visitor.visit("/desk/text/")
    assert visitor.text == "<b>not bold</b>\nsecond line"


def test_an_async_view(visitor):
    visitor.visit("/desk/async/")
    assert visitor.line("p") == "Said by AnonymousUser"


def test_a_streamed_page_is_read_to_its_end(visitor):
    visitor.visit("/desk/files/streamed-page/")
    assert visitor.lines("#parts li")[-1] == "299"
    assert visitor.title == "Streamed"


def test_what_has_not_changed_is_shown_again(visitor):
    for _ in range(2):
        visitor.visit("/desk/fresh/")
        assert visitor.lines() == ["made True"]


def test_cookies(visitor):
    visitor.visit("/desk/cookies/")
    visitor.press("Bake")
    assert visitor.lines() == ["plain: sugar", "hidden: honey", "elsewhere: None", "signed: syrup"]
    visitor.press("Eat")
    assert visitor.lines()[:2] == ["plain: None", "hidden: honey"]


def test_caches(visitor):
    for time in ("1", "2"):
        visitor.visit("/desk/cache/")
        assert visitor.lines() == [time, "default", "{'a': 1, 'b': [2]}", "None", "1"]


def test_a_cached_view_runs_once(visitor):
    for _ in range(2):
        visitor.visit("/desk/cached/")
        assert visitor.line("#stamp") == "1"
    visitor.visit("/desk/cached/?other")
    assert visitor.line("#stamp") == "2"


def test_a_cached_part_of_a_template(visitor):
    for shelf, count in (("a", "1"), ("b", "2"), ("a", "1")):
        visitor.visit(f"/desk/cached-part/?shelf={shelf}")
        assert visitor.line("#part") == count


def test_another_language(visitor):
    visitor.visit("/desk/formats/")
    english = ["March 5, 2024", "1234567.5", "January", "This field is required.", "en", "Days"]
    assert visitor.lines() == english
    visitor.submit({"language": "de"}, form="#language")
    german = [
        "5. März 2024",
        "1234567,5",
        "Januar",
        "Dieses Feld ist zwingend erforderlich.",
        "de",
    ]
    assert visitor.lines()[:5] == german
    visitor.visit("/books/wish/function/")
    visitor.submit({"title": "", "email": "nobody"})
    assert visitor.errors() == [
        "Dieses Feld ist zwingend erforderlich.",
        "Bitte gültige E-Mail-Adresse eingeben.",
    ]


def test_another_time_zone(visitor):
    visitor.visit("/desk/times/")
    assert visitor.lines()[:2] == ["UTC", "2024-07-01 22:30"]
    visitor.submit({"zone": "Europe/Berlin"})
    assert visitor.lines() == [
        "Europe/Berlin",
        "2024-07-02 00:30",
        "2024-07-01 22:30",
        "2024-07-02 07:30",
    ]


def test_a_site_has_clientforms_words_in_each_of_its_languages(page_visitor):
    page_visitor.start_afresh()
    page_visitor.visit("/desk/formats/")
    page_visitor.submit({"language": "de"}, form="#language")
    page_visitor.visit("/desk/page-words/")
    assert page_visitor.lines() == ["Nach oben", "Speichern"]
    # So are hyphens, quotation marks, and the voice that reads it.
    assert page_visitor.page.locator(page_visitor.selector).get_attribute("lang") == "de"

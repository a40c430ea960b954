"""Lists, details, searches and pages of either, in templates with tags of the project."""


def test_a_list_has_the_order_of_the_model(visitor):
    visitor.visit("/books/")
    assert visitor.lines("#books a") == ["Emma", "Frankenstein", "Germinal", "Moby-Dick"]
    assert visitor.title == "Books"


def test_a_list_has_pages(visitor):
    visitor.visit("/books/")
    assert visitor.line("#pages") == "Page 1 of 3 Next"
    visitor.follow("Next")
    assert visitor.path == "/books/?page=2"
    assert visitor.lines("#books a") == [
        "Nana",
        "Persuasion",
        "Sense and Sensibility",
        "The Last Man",
    ]
    visitor.follow("Previous")
    assert visitor.path == "/books/?page=1"


def test_the_last_page_has_a_name(visitor):
    visitor.visit("/books/?page=last")
    assert visitor.lines("#books a") == ["Typee"]


def test_a_page_that_is_none_is_not_found(visitor):
    visitor.visit("/books/?page=4")
    assert visitor.status == 404
    assert "Invalid page (4)" in visitor.line("#why")


def test_a_query_sets_the_order(visitor):
    visitor.visit("/books/?by=pages")
    assert visitor.lines("#books a")[:2] == ["Moby-Dick", "Germinal"]
    visitor.follow("Next")
    assert visitor.path == "/books/?by=pages&page=2"


def test_a_search_form_writes_the_address(visitor):
    visitor.visit("/books/")
    visitor.submit({"q": "man"}, form="#search")
    assert visitor.path == "/books/?q=man"
    assert visitor.lines("#books a") == ["The Last Man"]
    assert visitor.value("q") == "man"
    visitor.submit({"q": "Käse & Brot"}, form="#search")
    assert visitor.path == "/books/?q=K%C3%A4se+%26+Brot"
    assert visitor.lines("#books li") == ["Nothing found"]
    assert visitor.value("q") == "Käse & Brot"


def test_a_list_of_what_the_address_names(visitor):
    visitor.visit("/books/genre/sea/")
    assert visitor.line("h1") == "Genre: Sea"
    assert visitor.lines("#books a") == ["Moby-Dick", "Typee"]


def test_an_empty_list_is_not_found_if_it_may_not_be_empty(visitor):
    visitor.visit("/books/emma/genres/")
    visitor.submit({"genres": []})
    visitor.visit("/books/persuasion/genres/")
    visitor.submit({"genres": ["1"]})
    for slug in ("sense-and-sensibility", "moby-dick", "frankenstein", "germinal"):
        visitor.visit(f"/books/{slug}/genres/")
        visitor.submit({"genres": []})
    visitor.visit("/books/genre/novel/")
    assert visitor.status == 404
    assert "Empty list" in visitor.line("#why")


def test_a_detail_by_its_slug(visitor):
    visitor.visit("/books/")
    visitor.follow("Moby-Dick")
    assert visitor.path == "/books/moby-dick/"
    assert visitor.title == "Moby-Dick"
    assert visitor.lines("#genres li") == ["Novel", "Sea"]


def test_a_detail_by_its_number_of_a_custom_queryset(visitor):
    visitor.visit("/books/number/4/")
    assert visitor.line("h1") == "Moby-Dick"
    visitor.visit("/books/number/1/")
    assert visitor.status == 404
    assert visitor.line("#why") == "No book found matching the query"


def test_what_is_missing_is_not_found(visitor):
    visitor.visit("/books/ulysses/")
    assert visitor.status == 404
    assert visitor.line("h1") == "There is no such shelf"
    visitor.follow("Town library")
    assert visitor.status == 200
    assert visitor.line("h1") == "Welcome"


def test_an_object_with_pages_of_what_belongs_to_it(visitor):
    visitor.visit("/books/authors/1/books/")
    assert visitor.line("h1") == "Books by Jane Austen"
    assert visitor.lines("#books li") == ["Emma", "Persuasion"]
    visitor.follow("Next")
    assert visitor.path == "/books/authors/1/books/?page=2"
    assert visitor.lines("#books li") == ["Sense and Sensibility"]


def test_a_detail_with_a_form(visitor):
    visitor.visit("/books/authors/2/")
    visitor.submit({"text": "Long", "stars": 6})
    assert visitor.errors() == ["Ensure this value is less than or equal to 5."]
    assert visitor.line("h1") == "Herman Melville"
    visitor.submit({"stars": 5})
    assert visitor.path == "/books/authors/2/"
    assert visitor.lines("#reviews li") == ["5: Long"]


def test_tags_and_filters_of_the_project(visitor):
    visitor.visit("/books/emma/")
    assert visitor.line("#author") == "Jane Austen (JA)"
    assert visitor.line("#hours b") == "10 to 18"
    assert visitor.line("#quoted") == "~EMMA~"
    visitor.follow("Jane Austen")
    assert visitor.lines(".shelf li") == ["Emma", "Persuasion", "Sense and Sensibility"]


def test_markup_is_escaped(visitor):
    visitor.visit("/desk/markup/")
    assert visitor.line("#escaped") == "<b>bold?</b> & co"
    assert not visitor.has("#escaped b")
    assert visitor.line("#safe i") == "<u>"
    assert visitor.line("#off b") == "bold?"
    assert visitor.line("#stripped") == "bold? & co"
    assert visitor.line("#included") == "<b>bo…"
    assert visitor.line("#data") == r'"\u003Cb\u003Ebold?\u003C/b\u003E \u0026 co"'


def test_static_files_style_the_page(visitor):
    visitor.visit("/desk/assets/")
    assert visitor.style("h1", "fontVariantCaps") == "small-caps"


def test_back_and_forward(visitor):
    visitor.visit("/")
    visitor.follow("Books")
    visitor.follow("Next")
    visitor.back()
    assert visitor.path == "/books/"
    assert visitor.lines("#books a")[0] == "Emma"
    visitor.back()
    assert visitor.line("h1") == "Welcome"
    visitor.forward()
    visitor.forward()
    assert visitor.path == "/books/?page=2"
    assert visitor.lines("#books a")[0] == "Nana"


def test_a_reload_shows_the_same_address(visitor):
    visitor.visit("/books/?q=e&page=2")
    before = visitor.lines("#books a")
    visitor.reload()
    assert visitor.path == "/books/?q=e&page=2"
    assert visitor.lines("#books a") == before
    assert before == ["Sense and Sensibility", "The Last Man", "Typee"]


def test_a_link_to_a_place_in_a_page(visitor):
    visitor.visit("/")
    visitor.follow("Half way down")
    assert visitor.line("h2") == "Second"
    assert visitor.path == "/desk/middle/"
    visitor.wait_until_scrolled()

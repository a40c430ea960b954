"""Model formsets and inline formsets."""


def test_a_model_formset_changes_adds_and_deletes(visitor):
    visitor.visit("/books/authors/")
    assert visitor.value("authors-TOTAL_FORMS") == "5"
    visitor.submit({"authors-0-name": "Jane", "authors-4-name": "Kate Chopin"})
    assert visitor.messages() == [["info", "1 new, 1 changed, 0 deleted"]]
    assert visitor.value("authors-0-name") == "Jane"
    assert visitor.value("authors-4-name") == "Kate Chopin"
    visitor.submit({"authors-4-DELETE": True})
    assert visitor.messages() == [["info", "0 new, 0 changed, 1 deleted"]]
    assert visitor.value("authors-INITIAL_FORMS") == "4"


def test_an_invalid_model_formset_stores_nothing(visitor):
    visitor.visit("/books/authors/")
    visitor.submit({"authors-0-name": "Jane", "authors-1-name": "", "authors-4-born": "1850-02-08"})
    assert visitor.errors() == ["This field is required."] * 2
    assert visitor.value("authors-4-born") == "1850-02-08"
    visitor.visit("/books/authors/")
    assert visitor.value("authors-0-name") == "Jane Austen"


def test_values_have_to_differ_between_the_forms(visitor):
    visitor.visit("/books/authors/")
    visitor.submit({"authors-0-name": "Jane", "authors-4-name": "Jane"})
    assert visitor.errors() == [
        "Please correct the duplicate data for name.",
        "Please correct the duplicate values below.",
    ]


def test_an_inline_formset_stores_what_belongs_to_its_parent(visitor):
    visitor.visit("/books/emma/pages/")
    first = {"scans-0-number": 2, "scans-0-text": "two"}
    visitor.submit({**first, "scans-1-number": 1, "scans-1-text": "one"})
    assert (visitor.path, visitor.value("scans-INITIAL_FORMS")) == ("/books/emma/pages/", "2")
    assert visitor.value("scans-0-text") == "one"
    visitor.submit({"scans-0-DELETE": True, "scans-1-text": "second"})
    visitor.visit("/books/emma/")
    assert visitor.lines("#scans li") == ["second"]


def test_inline_forms_are_unique_together_with_the_parent(visitor):
    visitor.visit("/books/emma/pages/")
    visitor.submit({"scans-0-number": 1, "scans-1-number": 1})
    assert visitor.errors() == [
        "Please correct the duplicate data for number.",
        "Please correct the duplicate values below.",
    ]
    visitor.submit({"scans-1-number": 2})
    visitor.submit({"scans-2-number": 2})
    assert visitor.errors() == ["Page with this Book and Number already exists."]


def test_forms_are_ordered(visitor):
    visitor.visit("/books/emma/pages/")
    visitor.submit(
        {"scans-0-number": 1, "scans-0-text": "a", "scans-1-number": 2, "scans-1-text": "b"}
    )
    visitor.visit("/books/emma/pages/order/")
    visitor.submit({"scans-0-ORDER": 9, "scans-1-ORDER": 3})
    assert visitor.lines() == ["b", "a"]


def test_a_parent_and_its_inlines_are_stored_at_once(visitor):
    visitor.visit("/books/all-at-once/")
    book = {"title": "New", "slug": "new", "author": "1", "published": "2020-01-01", "pages": 9}
    visitor.submit(
        {**book, "scans-0-number": 1, "scans-0-text": "first", "scans-1-text": "no number"}
    )
    assert visitor.errors() == ["This field is required."]
    visitor.submit({"scans-1-number": 2})
    assert visitor.path == "/books/new/"
    assert visitor.lines("#scans li") == ["first", "no number"]


def test_a_management_form_that_is_wrong_is_said(visitor):
    visitor.visit("/books/authors/")
    visitor.submit({"authors-TOTAL_FORMS": "many"})
    said = "ManagementForm data is missing or has been tampered with. Missing fields: authors-TOTAL_FORMS."
    assert visitor.errors()[0].startswith(said)

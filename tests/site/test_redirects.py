"""Redirects: chains, kinds and places."""


def test_a_chain(visitor):
    visitor.visit("/desk/hop/4/")
    assert (visitor.path, visitor.status) == ("/desk/arrived/", 200)
    assert visitor.lines() == ["GET /desk/arrived/"]


def test_a_post_becomes_a_get(visitor):
    visitor.visit("/desk/redirects/")
    visitor.press("Hop")
    assert visitor.lines() == ["GET /desk/arrived/"]


def test_303(visitor):
    visitor.visit("/desk/redirects/")
    visitor.press("See other")
    assert visitor.lines() == ["GET /desk/arrived/?by=303"]


def test_307_keeps_the_method(visitor):
    visitor.visit("/desk/redirects/")
    visitor.press("Same method")
    assert visitor.lines() == ["POST /desk/arrived/"]


def test_a_permanent_one(visitor):
    visitor.visit("/desk/permanent/")
    assert visitor.path == "/desk/arrived/?by=permanent"


def test_a_redirect_view_with_a_pattern_and_the_query(visitor):
    visitor.visit("/books/old/emma/?from=before")
    assert visitor.path == "/books/emma/?from=before"
    assert visitor.line("h1") == "Emma"


def test_a_relative_place(visitor):
    visitor.visit("/desk/redirects/")
    visitor.press("Relative")
    assert visitor.path == "/desk/arrived/?by=relative"


def test_a_place_within_the_page(visitor):
    visitor.visit("/desk/redirects/")
    visitor.press("Fragment")
    assert visitor.path == "/desk/middle/"
    visitor.wait_until_scrolled()


def test_a_slash_is_appended(visitor):
    visitor.visit("/desk/slash?a=1")
    assert visitor.path == "/desk/slash/?a=1"


def test_back_after_a_redirect_leads_to_the_form(visitor):
    visitor.visit("/")
    visitor.visit("/desk/redirects/")
    visitor.press("Hop")
    visitor.back()
    assert visitor.path == "/desk/redirects/"
    assert visitor.line("h1") == "Redirects"

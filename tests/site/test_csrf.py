"""CSRF: a post without its token is refused."""

import pytest


def test_a_post_with_its_token_passes(visitor):
    visitor.visit("/desk/csrf/")
    visitor.press("With")
    assert (visitor.status, visitor.line("h1")) == (200, "Passed")
    assert visitor.lines() == ["with"]


@pytest.mark.parametrize("button", ["Without", "Wrong"])
def test_a_post_without_its_token_is_refused(visitor, button):
    visitor.visit("/desk/csrf/")
    visitor.press(button)
    assert (visitor.status, visitor.line("h1")) == (403, "Refused by CSRF")


def test_a_view_may_be_exempt(visitor):
    visitor.visit("/desk/csrf/")
    visitor.press("Exempt")
    assert visitor.lines() == ["POST", "exempt"]


def test_the_token_of_before_the_log_in_is_refused(visitor):
    visitor.visit("/desk/csrf/")
    token = visitor.value("csrfmiddlewaretoken")
    visitor.log_in("reader")
    visitor.visit("/desk/csrf/")
    visitor.submit({"csrfmiddlewaretoken": token}, form="#wrong")
    assert visitor.status == 403

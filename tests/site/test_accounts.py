"""Log-in, log-out and permissions."""

WRONG = "Please enter a correct username and password. Note that both fields may be case-sensitive."


def test_logging_in_and_out(visitor):
    visitor.visit("/")
    visitor.follow("Log in")
    visitor.submit({"username": "reader", "password": "wrong"})
    assert visitor.errors() == [WRONG]
    assert (visitor.value("username"), visitor.value("password")) == ("reader", "")
    visitor.submit({"password": "open sesame"})
    assert (visitor.path, visitor.line("#user")) == ("/", "reader")
    visitor.press("Log out")
    assert visitor.path == "/"
    assert not visitor.has("#user")


def test_a_view_that_wants_a_log_in_comes_after_it(visitor):
    visitor.visit("/accounts/profile/")
    assert visitor.path == "/accounts/login/?next=/accounts/profile/"
    visitor.submit({"username": "reader", "password": "open sesame"})
    assert visitor.path == "/accounts/profile/"
    assert visitor.line("h1") == "Hello, reader"
    assert visitor.line("#may") == "reads"


def test_an_address_of_another_site_is_not_gone_to(visitor):
    visitor.visit("/accounts/login/?next=https://example.org/")
    visitor.submit({"username": "reader", "password": "open sesame"})
    assert visitor.path == "/"


def test_a_permission_is_required(visitor):
    visitor.log_in("reader")
    visitor.visit("/accounts/lend/")
    assert (visitor.status, visitor.line("#why")) == (403, "Only librarians lend books.")
    visitor.visit("/accounts/lend/function/")
    assert visitor.path == "/accounts/login/?next=/accounts/lend/function/"


def test_a_group_gives_a_permission(visitor):
    visitor.log_in("librarian")
    visitor.visit("/accounts/lend/")
    assert visitor.line("#may") == "lends"
    visitor.visit("/accounts/lend/function/")
    assert visitor.lines() == ["librarian"]


def test_users_pass_a_test(visitor):
    visitor.visit("/accounts/staff/")
    assert visitor.path == "/accounts/login/?to=/accounts/staff/"
    visitor.log_in("librarian")
    visitor.visit("/accounts/staff/")
    assert visitor.lines() == ["librarian"]


def test_users_pass_the_test_of_a_view(visitor):
    visitor.log_in("librarian")
    visitor.visit("/accounts/named-head/")
    assert (visitor.status, visitor.line("h1")) == (403, "Staff only")
    visitor.log_in("head")
    visitor.visit("/accounts/named-head/")
    assert visitor.status == 200


def test_everybody_sees_their_own(visitor):
    visitor.log_in("reader")
    visitor.visit("/accounts/profile/")
    visitor.press("Take")
    assert visitor.lines("#books a") == ["Emma"]
    visitor.visit("/accounts/mine/1/")
    visitor.submit({"pages": 475})
    assert visitor.path == "/accounts/mine/"
    visitor.log_in("librarian")
    visitor.visit("/accounts/mine/1/")
    assert visitor.status == 404


def test_a_password_is_changed(visitor):
    visitor.log_in("reader")
    visitor.visit("/accounts/password/")
    new = {"new_password1": "12345", "new_password2": "12345"}
    visitor.submit({"old_password": "open sesame", **new})
    assert visitor.errors() == [
        "This password is too short. It must contain at least 8 characters.",
        "This password is too common.",
        "This password is entirely numeric.",
    ]
    new = {"new_password1": "close sesame", "new_password2": "close sesame"}
    visitor.submit({"old_password": "open sesame", **new})
    assert visitor.path == "/accounts/password/done/"
    assert visitor.line("#user") == "reader"  # whoever changes it stays logged in
    visitor.press("Log out")
    visitor.log_in("reader", "close sesame")


def test_somebody_signs_up(visitor):
    visitor.visit("/accounts/sign-up/")
    visitor.submit({"username": "reader", "password1": "a b c d e", "password2": "other"})
    assert visitor.errors() == [
        "A user with that username already exists.",
        "The two password fields didn’t match.",
    ]
    visitor.submit({"username": "new one", "password1": "a b c d e", "password2": "a b c d e"})
    assert "Enter a valid username." in visitor.errors()[0]
    visitor.submit({"username": "newcomer", "password1": "a b c d e", "password2": "a b c d e"})
    assert visitor.line("h1") == "Hello, newcomer"


def test_data_lasts_over_a_log_in(visitor):
    visitor.visit("/desk/session/count/")
    visitor.log_in("reader")
    visitor.visit("/desk/session/count/")
    assert visitor.lines() == ["2 times"]
    visitor.press("Log out")
    visitor.visit("/desk/session/count/")
    assert visitor.lines() == ["1 times"]

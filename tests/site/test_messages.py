"""Messages: every level, and when they are shown."""


def test_every_level(visitor):
    visitor.visit("/desk/messages/")
    visitor.press("Say all")
    assert visitor.path == "/desk/arrived/"
    assert visitor.messages() == [
        ["debug", "This is debug."],
        ["info", "This is info."],
        ["success", "This is success."],
        ["warning", "This is warning."],
        ["error", "This is error."],
        ["special", "Between"],
    ]
    assert visitor.style("#messages .error", "color") == "rgb(170, 0, 0)"


def test_a_message_is_shown_once(visitor):
    visitor.visit("/desk/messages/")
    visitor.press("Say all")
    visitor.visit("/desk/arrived/")
    assert visitor.messages() == []


def test_a_message_waits_for_a_page_that_shows_it(visitor):
    visitor.visit("/desk/messages/later/")
    assert visitor.line("p") == "Nothing"
    visitor.visit("/desk/messages/none/")
    visitor.follow("On")
    assert visitor.messages() == [["info", "Said earlier."]]

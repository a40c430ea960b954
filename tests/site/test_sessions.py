"""Sessions: counted, ended, and what is kept in them."""


def test_a_session_counts(visitor):
    for said in ("1 times", "2 times", "3 times"):
        visitor.visit("/desk/session/count/")
        assert visitor.lines() == [said]


def test_a_session_lasts_over_a_reload(visitor):
    visitor.visit("/desk/session/count/")
    visitor.reload()
    assert visitor.lines() == ["2 times"]


def test_a_session_is_flushed(visitor):
    visitor.visit("/desk/session/count/")
    visitor.visit("/desk/session/flush/")
    visitor.press("Flush")
    assert visitor.lines() == ["1 times"]


def test_a_session_ends(visitor):
    visitor.visit("/desk/session/count/")
    visitor.visit("/desk/session/expiry/")
    assert visitor.lines() == ["False", "1209600", "300", "True", "1440", "again: 1"]
    visitor.press("End")
    visitor.visit("/desk/session/count/")
    assert visitor.lines() == ["1 times"]


def test_a_session_gets_another_key_and_keeps_its_data(visitor):
    visitor.visit("/desk/session/cycle/")
    visitor.press("Cycle")
    assert visitor.lines() == ["kept", "True"]


def test_a_session_stores_what_changes_within_it(visitor):
    visitor.visit("/desk/session/store/")
    assert visitor.lines() == ["[0]", "None"]
    visitor.visit("/desk/session/store/")
    assert visitor.lines() == ["[0, 1]", "{'leaves': [0]}"]


def test_a_session_keeps_the_answers_of_several_steps(visitor):
    visitor.visit("/desk/wizard/3/")
    assert visitor.path == "/desk/wizard/1/"  # the first step comes first
    visitor.submit({"name": "Ada"})
    assert visitor.line("h1") == "Step 2"
    visitor.submit({"size": 99})
    assert visitor.errors() == ["Ensure this value is less than or equal to 50."]
    visitor.follow("Back")
    assert visitor.value("name") == "Ada"
    visitor.submit({"name": "Bob"})
    visitor.submit({"size": 42})
    visitor.submit({"is_sure": True})
    assert visitor.line("h1") == "Done"
    assert visitor.lines() == ["is_sure: True", "name: Bob", "size: 42"]

"""Transactions: what is stored of what goes wrong."""

import pytest

START = ["Ada: 100.00 EUR", "Bob: 50.00 EUR", "House: 1000.00 EUR", "in all: 1150"]


def press(visitor, text):
    visitor.visit("/bank/")
    assert visitor.lines() == START
    visitor.press(text)


def test_a_transfer(visitor):
    visitor.visit("/bank/transfer/")
    visitor.submit({"giver": "1", "taker": "2", "amount": "40.50"})
    assert visitor.path == "/bank/"
    assert visitor.lines()[:2] == ["Ada: 59.50 EUR", "Bob: 90.50 EUR"]


def test_a_transfer_that_the_database_refuses_is_undone(visitor):
    visitor.visit("/bank/transfer/")
    visitor.submit({"giver": "1", "taker": "2", "amount": "100.01"})
    assert visitor.errors() == ["There is not enough."]
    visitor.visit("/bank/")
    assert visitor.lines() == START


def test_an_exception_undoes_the_block(visitor):
    press(visitor, "Rolled back")
    assert visitor.lines() == START


def test_an_inner_block_is_undone_alone(visitor):
    press(visitor, "Nested")
    assert visitor.lines() == [
        "Ada: 90.00 EUR",
        *START[1:3],
        "Bob and House did not pay",
        "in all: 1140",
    ]


def test_on_commit(visitor):
    press(visitor, "On commit")
    assert visitor.lines() == ["inside", "after the outer block", "at once"]


@pytest.mark.parametrize(
    ("button", "left"), [("Atomic view", "100.00"), ("Non-atomic view", "90.00")]
)
def test_a_view_that_raises_in_a_transaction(visitor, button, left):
    press(visitor, button)
    assert (visitor.status, visitor.line("h1")) == (500, "A shelf has collapsed")
    visitor.visit("/bank/")
    assert visitor.lines()[0] == f"Ada: {left} EUR"


def test_select_for_update(visitor):
    press(visitor, "Locked")
    assert visitor.lines() == [
        "in a block: True",
        "Ada: 50.00 EUR",
        "Bob: 100.00 EUR",
        START[2],
    ]


def test_a_constraint_of_the_model(visitor):
    press(visitor, "Debt")
    said = ["An account must not be in debt.", "CHECK constraint failed: no_debts"]
    assert visitor.lines() == [*said, START[0]]


def test_savepoints_by_hand(visitor):
    press(visitor, "By hand")
    assert visitor.lines()[0] == "Ada: 95.00 EUR"

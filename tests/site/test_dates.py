"""Every date view, over loans of 2024 and 2025."""

from datetime import UTC, datetime, timedelta


def test_the_archive_lists_the_latest_and_the_years(visitor):
    visitor.visit("/loans/")
    assert visitor.lines("#dates li") == ["2025-01-01", "2024-01-01"]
    assert visitor.lines("#loans li")[0] == "Persuasion to Ann, 2025-01-01"
    assert len(visitor.lines("#loans li")) == 6


def test_a_year_lists_its_months(visitor):
    visitor.visit("/loans/2024/")
    assert visitor.lines("#dates li") == ["2024-01-01", "2024-02-01", "2024-12-01"]
    assert len(visitor.lines("#loans li")) == 5
    assert (visitor.line("#before"), visitor.line("#after")) == ("", "2025-01-01")


def test_a_year_without_any_is_not_found(visitor):
    visitor.visit("/loans/2020/")
    assert visitor.status == 404
    assert visitor.line("#why") == "No loans available"


def test_a_month_lists_its_days(visitor):
    visitor.visit("/loans/2024/1/")
    assert visitor.lines("#dates li") == ["2024-01-08", "2024-01-09"]
    assert (visitor.line("#before"), visitor.line("#after")) == ("", "2024-02-01")


def test_a_month_that_is_none_is_not_found(visitor):
    visitor.visit("/loans/2024/13/")
    assert visitor.status == 404
    assert "Invalid date string “2024__13__”" in visitor.line("#why")


def test_a_week(visitor):
    visitor.visit("/loans/2024/week/2/")
    assert visitor.line("h1") == "2024-01-08"
    assert len(visitor.lines("#loans li")) == 3
    assert visitor.line("#after") == "2024-02-26"


def test_a_day(visitor):
    visitor.visit("/loans/2024/jan/9/")
    assert visitor.line("h1") == "2024-01-09"
    assert visitor.lines("#loans li") == [
        "Moby-Dick to Ben, 2024-01-09",
        "Moby-Dick to Ann, 2024-01-09",
    ]
    assert (visitor.line("#before"), visitor.line("#after")) == ("2024-01-08", "2024-02-29")


def test_today(visitor):
    visitor.visit("/loans/today/")
    assert visitor.lines("#loans li") == []
    visitor.press("Lend today")
    assert visitor.path == "/loans/today/"
    (lent,) = visitor.lines("#loans li")
    day = datetime.strptime(lent.removeprefix("Emma to Zoe, "), "%Y-%m-%d").replace(tzinfo=UTC)
    assert timedelta(0) <= datetime.now(UTC) - day < timedelta(days=1, minutes=5)


def test_one_of_a_day(visitor):
    visitor.visit("/loans/2024/feb/29/4/")
    assert visitor.line("#loan") == "Frankenstein to Cleo"
    visitor.visit("/loans/2024/feb/28/4/")
    assert visitor.status == 404


def test_the_future_is_not_found(visitor):
    visitor.visit("/loans/2999/jan/1/4/")
    assert visitor.status == 404
    assert "Future loans not available" in visitor.line("#why")

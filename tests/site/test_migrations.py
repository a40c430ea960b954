"""Migrations: all are there, and an app's run back and forth within a view."""

MIGRATIONS = ["0001_initial", "0002_house", "0003_currency", "0004_bookings"]
COLUMNS = "['id', 'owner', 'balance', 'currency']"


def shown(count):
    return [f"[{'X' if n < count else ' '}] {name}" for n, name in enumerate(MIGRATIONS)]


def move(visitor, target):
    visitor.visit("/bank/migrations/to/")
    visitor.submit({"target": target})
    assert visitor.path == "/bank/migrations/"
    return visitor.lines()


def test_all_migrations_are_applied(visitor):
    visitor.visit("/bank/migrations/")
    said = visitor.lines()
    assert said[0] == "bank"
    assert said[1:5] == shown(4)
    assert said[5] == "library"
    assert all(line.startswith("[X]") for line in said[6:10])
    assert said[10:12] == ["['bank_account', 'bank_booking']", COLUMNS]


def test_the_models_have_all_their_migrations(visitor):
    visitor.visit("/bank/migrations/check/")
    assert visitor.lines() == ["No changes detected"]


def test_an_app_migrates_to_nothing_and_forward_again(visitor):
    said = move(visitor, "zero")
    assert said[1:5] == shown(0)
    assert said[10:] == ["[]", "[]", "[]"]
    visitor.visit("/bank/")
    assert visitor.status == 500  # there is no such table
    said = move(visitor, "0004")
    assert said[1:5] == shown(4)
    assert said[12] == "[('House', Decimal('1000.00'))]"  # by the migration of data


def test_a_step_back_and_forward_keeps_the_rows(visitor):
    said = move(visitor, "0002")
    assert said[1:5] == shown(2)
    assert said[10:12] == ["['bank_account']", "['id', 'owner', 'balance']"]
    assert "('Ada', Decimal('100.00'))" in said[12]
    said = move(visitor, "0004")
    assert said[11] == COLUMNS
    visitor.visit("/bank/")
    assert visitor.lines()[0] == "Ada: 100.00 EUR"


def test_the_sql_of_a_migration(visitor):
    visitor.visit("/bank/migrations/sql/")
    assert any('"currency" varchar(3)' in line for line in visitor.lines())

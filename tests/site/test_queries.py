"""The ORM over SQLite: what each kind of query finds."""


def test_aggregates(visitor):
    visitor.visit("/queries/aggregates/")
    assert visitor.lines() == [
        "pages__avg: 434.44444444444446",
        "pages__sum: 3910",
        "pk__count: 9",
        "price__max: 14",
        "spread: 124.845",
    ]


def test_annotations(visitor):
    visitor.visit("/queries/annotations/")
    assert visitor.lines() == [
        "Jane Austen: 3, 24.5",
        "Herman Melville: 2, 25",
        "Mary Shelley: 2, 18.5",
        "Émile Zola: 2, 22",
    ]


def test_groups(visitor):
    visitor.visit("/queries/grouped/")
    assert visitor.lines() == [
        "2024-01-01: 3",
        "2024-02-01: 1",
        "2024-12-01: 1",
        "2025-01-01: 1",
        "2024: 5",
        "2025: 1",
    ]


def test_subqueries(visitor):
    visitor.visit("/queries/subqueries/")
    assert visitor.lines()[0] == "Herman Melville: Moby-Dick, True"
    assert visitor.lines()[2] == "Mary Shelley: The Last Man, True"


def test_window_functions(visitor):
    visitor.visit("/queries/windows/")
    assert visitor.lines() == [
        "Emma: 1, 6, none",
        "The Last Man: 1, 7, none",
        "Germinal: 1, 8, none",
        "Moby-Dick: 1, 9, none",
    ]


def test_conditions(visitor):
    visitor.visit("/queries/conditions/")
    assert visitor.lines() == [
        "Emma, Moby-Dick, Persuasion, Sense and Sensibility",
        "Nana, Typee",
        "Emma, Frankenstein, Germinal, Moby-Dick, Sense and Sensibility",
    ]


def test_expressions(visitor):
    visitor.visit("/queries/expressions/")
    assert visitor.lines()[0] == (
        "SENSE AND SENSIBILITY by Jane Austen, short, 1.00, 1999-01-01, 21"
    )


def test_lookups(visitor):
    visitor.visit("/queries/lookups/")
    assert visitor.lines() == [
        "regex: Emma, Frankenstein",
        "iregex: The Last Man",
        "in: Germinal, Nana",
        "range: Emma, Frankenstein, Persuasion",
        "year: Germinal, Nana",
        "week: Ann, Ben, Ann",
        "isnull: Nana, Sense and Sensibility, The Last Man, Typee",
        "moment: Emma",
    ]


def test_queries_into_json(visitor):
    visitor.visit("/queries/json-queries/")
    assert visitor.lines() == [
        "path: ['Moby-Dick', 'Typee']",
        "key: ['Emma']",
        "list: ['Moby-Dick']",
        "null: []",
        "exact: ['Emma']",
        "Pacific",
        "Pacific",
    ]


def test_sets(visitor):
    visitor.visit("/queries/sets/")
    assert visitor.lines() == [
        "Emma, Frankenstein, Persuasion, Sense and Sensibility",
        "Persuasion",
        "Frankenstein",
    ]


def test_dates(visitor):
    visitor.visit("/queries/distinct-dates/")
    assert visitor.lines() == [
        "2024-01-01, 2024-02-01, 2024-12-01, 2025-01-01",
        "2024-01-08, 2024-01-09",
        "3",
        "2025-01-01",
    ]


def test_the_number_of_queries(visitor):
    visitor.visit("/queries/counted-queries/")
    assert visitor.lines() == ["6", "4", "(1, 1)"]


def test_raw_sql(visitor):
    visitor.visit("/queries/raw-sql/")
    assert visitor.lines() == ["[('Germinal',), ('Moby-Dick',)]", "Emma: 948", "sqlite"]


def test_fields_in_expressions(visitor):
    visitor.visit("/queries/field-expressions/")
    visitor.press("Do it")
    assert visitor.lines() == [
        "Emma: 375, 14.25",
        "Persuasion: 250, 10.50",
        "Sense and Sensibility: 410, 12.00",
    ]


def test_many_at_once(visitor):
    visitor.visit("/queries/in-bulk/")
    visitor.press("Do it")
    assert visitor.lines() == ["1200", "['Kind 000', 'Kind 1199']", "1203", "1200"]


def test_get_or_create(visitor):
    visitor.visit("/queries/get-or-create/")
    visitor.press("Do it")
    assert visitor.lines() == ["True, False, False", "True, 1850-02-08"]
    visitor.press("Do it")
    assert visitor.lines() == ["False, False, False", "True, 1850-02-08"]


def test_many_to_many(visitor):
    visitor.visit("/queries/many-to-many/")
    visitor.press("Do it")
    assert visitor.lines() == [
        "[<Genre: Horror>, <Genre: Novel>]",
        "[<Genre: Novel>]",
        "[<Genre: Horror>, <Genre: Sea>]",
        "3",
        "False",
        "post_add Nana: [1, 2]",
        "post_remove Nana: [1]",
        "post_remove Nana: [2]",
        "post_add Nana: [1, 3]",
        "post_add Nana: [4]",
        "post_clear Nana: []",
    ]


def test_generic_relations(visitor):
    visitor.visit("/queries/generic-relations/")
    visitor.press("Do it")
    assert visitor.lines() == ["4 stars for Emma", "5 stars for Jane Austen", "1", "Emma: 4.0"]


def test_signals(visitor):
    visitor.visit("/queries/signals/")
    visitor.press("Do it")
    assert visitor.lines() == [
        "lent Emma to Zoe",
        "returned Emma to Zoe",
        "deleted Emma to Zoe",
        "1",
    ]


def test_deleting_takes_what_points_at_it(visitor):
    visitor.visit("/queries/cascades/")
    visitor.press("Do it")
    assert visitor.lines() == [
        "6",
        "library.Book: 1",
        "library.Book_genres: 2",
        "library.Loan: 2",
        "library.Page: 1",
    ]
    visitor.visit("/books/moby-dick/")
    assert visitor.status == 404


def test_constraints_of_the_database(visitor):
    visitor.visit("/queries/integrity/")
    visitor.press("Do it")
    assert visitor.lines() == [
        "UNIQUE constraint failed: library_author.name",
        "CHECK constraint failed: pages_at_least_one",
        "NOT NULL constraint failed: library_loan.reader",
        "UNIQUE constraint failed: library_page.book_id, library_page.number",
        "IntegrityError",
        "4",
    ]


def test_does_not_exist(visitor):
    visitor.visit("/queries/missing/")
    assert visitor.status == 404
    assert visitor.line("#why") == "Book matching query does not exist."

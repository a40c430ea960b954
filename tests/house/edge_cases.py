"""The edge cases of dynamic formsets that the tests have to cover, and where they do.

A test class or function covers a case by naming it first in its docstring, as in `Django 5`. Cases
that other tests cover already are listed here with those tests.
"""

import ast
from pathlib import Path

__all__ = ["BROWSER", "CASES", "ELSEWHERE", "ENGINE", "covered_in", "is_there"]

TESTS = Path(__file__).resolve().parents[1]

CASES = {
    "Django 1": "A removed middle row leaves a gap that loses data",
    "Django 2": "A deleted initial row stays, with its number and DELETE",
    "Django 3": "formset.errors leaves out deleted forms",
    "Django 4": "A deleted row's errors do not count",
    "Django 5": "A blank extra row is no error, until something in it counts as typed",
    "Django 6": "A callable initial makes an untouched row changed",
    "Django 7": "Hidden initial values carry the prefix twice",
    "Django 8": "Initial data is found by position",
    "Django 9": "ORDER: blanks, ties, negatives, and who is left out",
    "Django 10": "The minimum, and who counts for it",
    "Django 11": "The maximum, and who counts for it",
    "Django 12": "The absolute maximum, and management forms that were tampered with",
    "Django 13": "Files cannot be rendered, put back or re-created",
    "Django 14": "No DELETE on extra rows",
    "Django 15": "Names and ids in the page, and what looks like them",
    "Django 16": "Forms that are made by their index",
    "Django 17": "Fields that are added by index",
    "Django 18": "Several controls, one value",
    "newforms 1": "Prefixes twice after remove and add",
    "newforms 2": "Adding past the maximum overwrites a row",
    "newforms 3": "A removed row's data comes back in a new one",
    "newforms 4": "Without keys the wrong row leaves the page",
    "newforms 5": "The formset's own rule is not asked again",
    "newforms 6": "Late answers land on the wrong row",
    "newforms 7": "Deleted and ordered forms are cached for ever",
    "newforms 8": "Validating before rendering loses initial values",
    "newforms 9": "Adding an error first throws; valid stays valid when emptied",
    "wish 1": "Undo and redo",
    "wish 2": "State follows the row, not the index",
    "wish 3": "Hundreds of rows without lag",
    "wish 4": "The focus after add and remove",
    "wish 5": "A spoken announcement after add and remove",
    "wish 6": "Insert at any position",
    "wish 7": "Duplicate a row",
    "wish 8": "Reorder by keyboard",
    "wish 9": "Drafts that survive a reload",
    "wish 10": "The server's own clean() live in the page",
}

IN_THE_PAGE_ALONE = {"wish 4", "wish 5", "wish 8"}
ENGINE = set(CASES) - IN_THE_PAGE_ALONE
"""Cases that the engine has to get right under CPython."""

NOT_IN_THE_PAGE = {"Django 3", "Django 4"}  # which errors count is the engine's alone
BROWSER = set(CASES) - NOT_IN_THE_PAGE

ELSEWHERE: dict[tuple[str, str], str] = {
    ("engine", "newforms 6"): (
        "engine/rules/test_async_checks.py::TestFormset::test_an_answer_follows_its_row_after_a_removal"
    ),
    ("engine", "wish 9"): (
        "engine/drafts/test_draft_data.py::test_everything_typed_comes_back_with_rows_deletions_and_order"
    ),
    ("browser", "Django 8"): (
        "browser/test_articles.py::TestMoving::test_initial_rows_keep_their_names"
    ),
    ("browser", "Django 13"): (
        "browser/test_files.py::test_files_follow_their_row_through_removing_moving_and_undoing"
    ),
    ("browser", "newforms 1"): (
        "browser/test_articles.py::"
        "test_removing_the_middle_row_then_adding_keeps_everything_in_place"
    ),
    ("browser", "newforms 5"): (
        "browser/test_articles.py::test_removing_one_of_two_duplicates_takes_the_error_back"
    ),
    ("browser", "newforms 6"): (
        "browser/test_async.py::test_pending_is_shown_and_answers_follow_their_row"
    ),
    ("browser", "wish 1"): (
        "browser/test_articles.py::TestUndo::"
        "test_a_removed_row_comes_back_with_what_was_typed_and_shown"
    ),
    ("browser", "wish 2"): (
        "browser/test_articles.py::TestMoving::"
        "test_a_row_moves_by_its_buttons_and_everything_moves_along"
    ),
    ("browser", "wish 4"): (
        "browser/test_articles.py::test_add_another_puts_a_blank_row_and_the_focus_there"
    ),
    ("browser", "wish 6"): "browser/test_articles.py::test_insert_and_duplicate_from_a_script",
    ("browser", "wish 7"): "browser/test_articles.py::test_insert_and_duplicate_from_a_script",
    ("browser", "wish 8"): (
        "browser/test_articles.py::TestMoving::"
        "test_a_row_moves_by_keyboard_and_keeps_focus_and_caret"
    ),
    ("browser", "wish 9"): (
        "browser/test_drafts.py::"
        "test_what_is_typed_is_offered_after_a_reload_and_restored_when_asked"
    ),
    ("browser", "wish 10"): (
        "browser/test_articles.py::test_duplicate_titles_are_told_and_taken_back"
    ),
}


def covered_in(folder: str) -> set[str]:
    """Return the cases that the tests in a folder under `tests/` name in their docstrings."""
    found = set()
    for module in (TESTS / folder).glob("test_*.py"):
        for node, path in definitions(ast.parse(module.read_text(encoding="utf-8"))):
            first = (ast.get_docstring(node) or "").partition("\n")[0].partition(":")[0]
            tests = isinstance(node, ast.FunctionDef) or any(
                isinstance(each, ast.FunctionDef) and each.name.startswith("test_")
                for each in node.body
            )
            if tests and path[-1].lower().startswith("test"):
                found |= {name.strip() for name in first.split(",")} & set(CASES)
    return found | {case for where, case in ELSEWHERE if where == folder}


def is_there(node_id: str) -> bool:
    """Return whether the test `folder/test_x.py::TestClass::test_y` is there."""
    path, *names = node_id.split("::")
    tree = ast.parse((TESTS / path).read_text(encoding="utf-8"))
    return tuple(names) in {path for _, path in definitions(tree)}


def definitions(node, path=()):
    """Yield each class and function with the names that lead to it."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.ClassDef | ast.FunctionDef):
            yield child, (*path, child.name)
            yield from definitions(child, (*path, child.name))

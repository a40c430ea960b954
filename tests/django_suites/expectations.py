"""What is known of Django's own tests in the page: those that cannot pass there, each with why."""

from __future__ import annotations

from django.utils.version import get_version_tuple

from tests.django_suites.source import django_version

__all__ = [
    "COMPARED", "COMPARED_FAILURES", "COMPARED_FLOOR", "DIFFERENCES", "FAILURES", "FLOORS",
    "REFUSED", "SHARES", "SKIPS",
]  # fmt: skip

_DEBUG = "view_tests.tests.test_debug.ExceptionReporterTests"

FAILURES: dict[str, str] = {
    "migrations.test_state.StateTests.test_real_apps_non_set": "expects that Django's `assert` fails, "
    "but the page's Django is compiled without assertions",
    f"{_DEBUG}.test_highlight_error_position": "expects that a traceback marks the place in the line, "
    "but the page's Python keeps no columns, which makes the snapshot smaller",
    f"{_DEBUG}.test_reporting_frames_for_cyclic_reference": "starts a thread",
}
"""Id of a test → why it fails in the page. One that passes after all has to be struck out."""

if get_version_tuple(django_version()) >= (6, 1):
    FAILURES[
        "migrations.test_loader.LoaderTests.test_loading_order_does_not_create_circular_dependency"
    ] = "starts a process"

_NO_STORE = "concerns sessions that are in a database or cache; under CPython it is skipped as well"

SKIPS: dict[str, str] = {
    "this test requires jinja2": "the page has Django's own template engine only",
    "jinja2 required": "the page has Django's own template engine only",
    "Pillow not installed": "no ImageField without Pillow, which is compiled C",
    "Pillow is required to test ImageField": "no ImageField without Pillow, which is compiled C",
    "No browsers specified.": "the test drives a browser with Selenium; here it runs in one",
    "no docutils installed.": "the admin's documentation of models and views takes docutils",
    "This test relies on the ability to run a program in an arbitrary time zone, but your operating "
    "system isn't able to do that.": "Emscripten's C library has one time zone, no tzset()",
    "frozendict requires Python 3.15+": "the page's Python is 3.14",
    "CookieSession is stored in the client and there is no way to query it.": _NO_STORE,
    "Cookie backend doesn't have an external store to create records in.": _NO_STORE,
    **dict.fromkeys(
        [
            "Database doesn't support feature(s): can_distinct_on_fields",
            "Database doesn't support feature(s): requires_explicit_null_ordering_when_grouping",
            "Database doesn't support feature(s): supports_comments",
            "Database doesn't support feature(s): supports_covering_indexes",
            "Database doesn't support feature(s): supports_slicing_ordering_in_compound",
            "Database doesn't support feature(s): supports_slicing_ordering_in_compound, "
            "allow_sliced_subqueries_with_in",
            "Database has feature(s) supports_explaining_query_execution",
            "Database has feature(s) supports_select_intersection",
            "MariaDB and MySQL >= 8.0.18 specific.",
            "MySQL specific",
            "MySQL-specific behaviors",
            "PostgreSQL specific",
            "This backend does not support TEXT format.",
        ],
        "the database is SQLite; under CPython it is skipped as well",
    ),
    "Database doesn't support feature(s): test_db_allows_multiple_connections": "SQLite in memory; "
    "under CPython it is skipped as well",
}
"""Reason that Django's suites give for a skip → why that holds in the page."""

FLOORS: dict[str, int] = {
    "admin_views": 430,
    "forms_tests": 790,
    "generic_views": 210,
    "inline_formsets": 13,
    "messages_tests": 105,
    "migrations": 770,
    "model_forms": 180,
    "model_formsets": 80,
    "pagination": 23,
    "queries": 470,
    "sessions_tests": 640,
    "transactions": 85,
    "view_tests": 185,
}
"""Suite → how many of its tests have to pass at least, so that "nothing ran" is a failure."""

SHARES: dict[str, int] = {"admin_views": 6, "migrations": 6, "view_tests": 3}
"""Suite → one in how many of its tests runs, because all of them take long.

`make suites` runs them all. Shares differ in size: half of it has to pass at least.
"""

COMPARED = ("forms_tests.tests.test_formsets", "inline_formsets", "model_formsets")
"""The tests that build formsets; they run once more, with ClientFormSet asked the same."""

COMPARED_FLOOR = 5000
"""How many answers have to be compared at least."""

_FORMSETS = "forms_tests.tests.test_formsets.FormsFormsetTestCase"

COMPARED_FAILURES: dict[str, str] = {
    f"{_FORMSETS}.test_formset_validation_count": "counts how often is_valid() and clean() run, "
    "and asking a second time makes them run again",
    f"{_FORMSETS}.test_custom_renderer": "has a Jinja2 renderer and renders nothing with it; "
    "ClientFormSet renders to know what blank controls post",
}
"""Id of a test → why it fails when ClientFormSet is asked as well."""

_NO_ERRORS = {
    f"{_FORMSETS}.test_repr_do_not_trigger_validation": "replaces full_clean() by a mock, so "
    "Django's formset has no errors at all, not even an empty list",
}
_MODELS = "model_formsets.tests.ModelFormsetTest"
_DELETION = "model_formsets.tests.DeletionTests.test_deletion_not_allowed_outside_formset_queryset"
_UNIQUE = "whether a value is unique in its table takes a database"
_OUTSIDE = "an object that is none of the rows takes a database"

DIFFERENCES: dict[str, dict[str, str]] = {
    "set": _NO_ERRORS,
    "typed": _NO_ERRORS,
    "taken over": {
        **_NO_ERRORS,
        f"{_FORMSETS}.test_formset_splitdatetimefield": "the initial value is a callable, and what "
        "a server's markup shows is taken for what it returned there: the row has not changed",
    },
    "without a database": {
        f"{_DELETION}": _UNIQUE,
        f"{_DELETION}_editable_pk": _UNIQUE,
        f"{_MODELS}.test_unique_together_validation": _UNIQUE,
        f"{_MODELS}.test_unique_together_with_inlineformset_factory": _UNIQUE,
        f"{_MODELS}.test_unique_validation": _UNIQUE,
        f"{_MODELS}.test_edit_only_object_outside_of_queryset": _OUTSIDE,
        f"{_MODELS}.test_prevent_change_outer_model_and_create_invalid_data": _OUTSIDE,
        f"{_MODELS}.test_commit_false": "chosen objects come in the order of their keys; their own "
        "order takes a database",
        f"{_MODELS}.test_model_inheritance": "the row's parent object is the row's instance itself, "
        "of the same key",
    },
}
"""How ClientFormSet got its data → id of a test → why it answers otherwise than Django."""

_TOO_MANY = "more forms than absolute_max: a POST may carry them, a page never has them"
_FACTORY = "model_formsets.tests.TestModelFormsetOverridesTroughFormMeta"

REFUSED: dict[str, str] = dict.fromkeys(
    [
        f"{_FORMSETS}.test_absolute_max",
        f"{_FORMSETS}.test_absolute_max_with_max_num",
        f"{_FORMSETS}.test_default_absolute_max",
        f"{_FORMSETS}.test_hard_limit_on_instantiated_forms",
        f"{_FACTORY}.test_inlineformset_factory_absolute_max",
        f"{_FACTORY}.test_inlineformset_factory_absolute_max_with_max_num",
        f"{_FACTORY}.test_modelformset_factory_absolute_max",
        f"{_FACTORY}.test_modelformset_factory_absolute_max_with_max_num",
    ],
    _TOO_MANY,
)
"""Id of a test → why ClientFormSet does not take its data."""

if get_version_tuple(django_version()) >= (6, 1):
    REFUSED["inline_formsets.tests.DeletionTests.test_add_form_uuid_pk"] = (
        "posts no management data, as its names have another formset's prefix; a page always has it"
    )
    DIFFERENCES["without a database"][
        "inline_formsets.tests.InlineFormsetConstraintsValidationTests"
        ".test_constraint_refs_inline_foreignkey_field"
    ] = "Django checks constraints by a query"

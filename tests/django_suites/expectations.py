"""What is known of Django's own tests in the page: those that cannot pass there, each with why."""

from __future__ import annotations

from django.utils.version import get_version_tuple

from tests.django_suites.source import django_version

__all__ = [
    "COMPARED", "COMPARED_FAILURES", "COMPARED_FLOOR", "DIFFERENCES", "FAILURES", "FLOORS",
    "REFUSED", "SKIPS",
]  # fmt: skip

FAILURES: dict[str, str] = {}
"""Id of a test → why it fails in the page. One that passes after all has to be struck out."""

SKIPS: dict[str, str] = {
    "this test requires jinja2": "the page has Django's own template engine only",
    "jinja2 required": "the page has Django's own template engine only",
    "Pillow not installed": "no ImageField without Pillow, which is compiled C",
    "Pillow is required to test ImageField": "no ImageField without Pillow, which is compiled C",
    "No browsers specified.": "the test drives a browser with Selenium; here it runs in one",
}
"""Reason that Django's suites give for a skip → why that holds in the page."""

FLOORS: dict[str, int] = {
    "forms_tests": 790,
    "inline_formsets": 13,
    "model_forms": 180,
    "model_formsets": 80,
}
"""Suite → how many of its tests have to pass at least, so that "nothing ran" is a failure."""

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

"""Django's own tests of forms, views, queries and more, run in the page by Django's own test runner.

Of large suites a share runs; with `CLIENTFORMS_SUITES=all` in the environment (`make suites`), all.
"""

import os
from collections.abc import Callable, Iterable, Mapping

import pytest

from tests.django_suites import expectations
from tests.django_suites.in_page.shares import is_in_share
from tests.django_suites.source import FORMS, SITE
from tests.django_suites.suites_page import SuitesPage

SHARES = {} if os.environ.get("CLIENTFORMS_SUITES") == "all" else expectations.SHARES


def only_known(found: Mapping[str, object], known: Iterable[str]) -> None:
    """Fail for what is found and not known, in its own words, and for what is known and gone."""
    unexpected = {name: words for name, words in found.items() if name not in set(known)}
    assert not unexpected, "\n\n".join(f"{name}\n{words}" for name, words in unexpected.items())
    assert set(known) == found.keys(), "what is not found any more is to be struck out"


@pytest.mark.parametrize("suite", FORMS)
def test_djangos_own_suite_passes_in_a_page_with_forms(forms_page, suite, say):
    check(forms_page, suite, say)


@pytest.mark.parametrize("suite", SITE)
def test_djangos_own_suite_passes_in_a_page_with_a_site(site_page, suite, say):
    check(site_page, suite, say)


def check(page: SuitesPage, suite: str, say: Callable[[str], None]) -> None:
    one_in = SHARES.get(suite, 1)
    outcome = page.run(suite, one_in=one_in)
    known = [
        name
        for name in expectations.FAILURES
        if name.startswith(f"{suite}.") and is_in_share(name, one_in)
    ]
    only_known(outcome.failed, known)
    assert set(outcome.skipped.values()) <= expectations.SKIPS.keys()
    share = f", one in {one_in} of its tests" if one_in > 1 else ""
    assert outcome.passed >= expectations.FLOORS[suite] / one_in / (2 if share else 1)
    say(
        f"Django's {suite} in the page{share}: {outcome.passed} passed, {len(known)} fail, "
        f"{len(outcome.skipped)} skipped, in {outcome.seconds:.1f} s"
    )


def test_clientformset_answers_as_djangos_formset_in_djangos_own_tests(forms_page, say):
    outcome = forms_page.run_and_compare(*expectations.COMPARED)
    for way, differences in outcome.differences.items():
        only_known(differences, expectations.DIFFERENCES[way])
    only_known(outcome.refused, expectations.REFUSED)
    only_known(outcome.failed, expectations.COMPARED_FAILURES)
    answers = sum(outcome.answers.values())
    assert answers >= expectations.COMPARED_FLOOR
    say(
        f"ClientFormSet beside Django's formsets in {outcome.passed} of these tests: {answers} "
        f"answers compared ({outcome.formsets} formsets; {_counts(outcome.answers)}), "
        f"{sum(map(len, outcome.differences.values()))} known differences, "
        f"{len(outcome.refused)} refused"
    )


def _counts(answers: Mapping[str, int]) -> str:
    return ", ".join(f"{way} {count}" for way, count in answers.items())

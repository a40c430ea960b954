"""Django's own tests of forms and formsets, run in the page by Django's own test runner."""

from collections.abc import Iterable, Mapping

import pytest

from tests.django_suites import expectations
from tests.django_suites.source import SUITES


def only_known(found: Mapping[str, object], known: Iterable[str]) -> None:
    """Fail for what is found and not known, in its own words, and for what is known and gone."""
    unexpected = {name: words for name, words in found.items() if name not in set(known)}
    assert not unexpected, "\n\n".join(f"{name}\n{words}" for name, words in unexpected.items())
    assert set(known) == found.keys(), "what is not found any more is to be struck out"


@pytest.mark.parametrize("suite", SUITES)
def test_djangos_own_suite_passes_in_the_page(suites, suite, say):
    outcome = suites.run(suite)
    known = [name for name in expectations.FAILURES if name.startswith(f"{suite}.")]
    only_known(outcome.failed, known)
    assert set(outcome.skipped.values()) <= expectations.SKIPS.keys()
    assert outcome.passed >= expectations.FLOORS[suite]
    say(
        f"Django's {suite} in the page: {outcome.passed} passed, {len(known)} fail, "
        f"{len(outcome.skipped)} skipped"
    )


def test_clientformset_answers_as_djangos_formset_in_djangos_own_tests(suites, say):
    outcome = suites.run_and_compare(*expectations.COMPARED)
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

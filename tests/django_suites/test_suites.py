"""Django's own tests of forms and formsets, run in the page by Django's own test runner."""

import pytest

from tests.django_suites.expectations import FAILURES, FLOORS, SKIPS
from tests.django_suites.source import SUITES


@pytest.mark.xdist_group("django_suites")  # one page for them all
@pytest.mark.parametrize("suite", SUITES)
def test_djangos_own_suite_passes_in_the_page(suites, suite, say):
    outcome = suites.run(suite)
    known = {name for name in FAILURES if name.startswith(f"{suite}.")}
    unexpected = {name: trace for name, trace in outcome.failed.items() if name not in known}
    assert not unexpected, "\n\n".join(f"{name}\n{trace}" for name, trace in unexpected.items())
    assert known == outcome.failed.keys(), "tests that pass again are to be struck out of FAILURES"
    assert set(outcome.skipped.values()) <= SKIPS.keys()
    assert outcome.passed >= FLOORS[suite]
    say(
        f"Django's {suite} in the page: {outcome.passed} passed, {len(known)} fail, "
        f"{len(outcome.skipped)} skipped"
    )

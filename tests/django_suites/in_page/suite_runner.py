"""Runs Django's suites inside the page with Django's own test runner; says in JSON what happened.

It starts in the page's Python, beside Django's `runtests.py`, whose settings it uses.
"""

from __future__ import annotations

import functools
import io
import json
import os
import sqlite3
import tempfile
import time
import unittest
from typing import Any

os.environ["DJANGO_SETTINGS_MODULE"] = "test_sqlite"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # a page's Python runs in an event loop
os.environ["TMPDIR"] = tempfile.mkdtemp(prefix="django_")

import runtests
from comparison import Comparison
from django.apps import apps
from django.core.management import call_command
from django.db import connections
from django.test.runner import DiscoverRunner
from django.test.utils import iter_test_cases
from django.urls import resolvers
from shares import is_in_share

from clientforms.engine.shortcuts import django_patches

__all__ = ["run", "run_and_compare", "set_up"]


def set_up(suites: list[str]) -> None:
    """Install the suites as apps, as `runtests.py` would for these labels.

    They run with what answers sooner than Django in every page, for they are to find no difference.
    """
    django_patches.install()
    runtests.setup_run_tests(verbosity=0, start_at=None, start_after=None, test_labels=suites)
    call_command("check", verbosity=0, stdout=io.StringIO())
    # Django takes all patterns of URLs apart again for each class of tests with its own ROOT_URLCONF.
    resolvers.normalize = functools.cache(resolvers.normalize)


def run(labels: list[str], one_in: int) -> str:
    """Run one in so many of the tests under `labels`; return as JSON what came of them.

    See `PageResult.outcome()`.
    """
    return json.dumps(_outcome(labels, one_in))


def run_and_compare(labels: list[str]) -> str:
    """Run the tests, and ask ClientFormSet all that they ask formsets; return both as JSON."""
    with Comparison() as comparison:
        outcome = _outcome(labels, comparison=comparison)
    return json.dumps(
        outcome
        | {
            "formsets": comparison.formsets,
            "answers": comparison.answers,
            "differences": comparison.differences,
            "refused": comparison.refused,
        }
    )


def _outcome(
    labels: list[str], one_in: int = 1, comparison: Comparison | None = None
) -> dict[str, Any]:
    runner = PageRunner(verbosity=0, interactive=False)
    runner.one_in = one_in
    runner.comparison = comparison
    start = time.perf_counter()
    runner.run_tests(list(labels))
    return runner.outcome | {"seconds": time.perf_counter() - start}


class PageResult(unittest.TextTestResult):
    """Keeps each test's id beside what came of it."""

    def __init__(self, *args: Any, comparison: Comparison | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.passed = 0
        self._comparison = comparison

    def startTest(self, test: unittest.TestCase) -> None:
        if self._comparison:
            self._comparison.test = test.id()
        super().startTest(test)

    def addSuccess(self, test: unittest.TestCase) -> None:
        super().addSuccess(test)
        self.passed += 1

    def outcome(self) -> dict[str, Any]:
        failed = {_name(test): trace for test, trace in [*self.failures, *self.errors]}
        failed |= {_name(test): "passes unexpectedly" for test in self.unexpectedSuccesses}
        return {
            "passed": self.passed,
            "failed": failed,
            "skipped": {_name(test): reason for test, reason in self.skipped},
        }


class PageRunner(DiscoverRunner):
    """Runs tests in databases that are made once, and look like new at the beginning of each run."""

    comparison: Comparison | None
    one_in: int
    outcome: dict[str, Any]
    _copies: dict[str, sqlite3.Connection] = {}

    def build_suite(self, *args: Any, **kwargs: Any) -> unittest.TestSuite:
        tests = iter_test_cases(super().build_suite(*args, **kwargs))
        return self.test_suite(test for test in tests if is_in_share(test.id(), self.one_in))

    def setup_databases(self, **kwargs: Any) -> None:
        if self._copies:
            for alias, copy in self._copies.items():
                connections[alias].ensure_connection()
                copy.backup(connections[alias].connection)
        else:
            super().setup_databases(aliases=set(connections))
            for alias in connections:
                self._copies[alias] = sqlite3.connect(":memory:")
                connections[alias].connection.backup(self._copies[alias])
        apps.get_model("contenttypes.ContentType").objects.clear_cache()

    def teardown_databases(self, old_config: None, **kwargs: Any) -> None:
        """They serve the next run."""

    def run_checks(self, databases: set[str]) -> None:
        """They were run at first: tests leave sites of the admin behind that are not complete."""

    def get_test_runner_kwargs(self) -> dict[str, Any]:
        result = functools.partial(PageResult, comparison=self.comparison)
        return super().get_test_runner_kwargs() | {
            "resultclass": result,
            "stream": io.StringIO(),
        }

    def suite_result(self, suite: Any, result: PageResult, **kwargs: Any) -> int:
        self.outcome = result.outcome()
        return super().suite_result(suite, result, **kwargs)


def _name(test: Any) -> str:
    """Return a test's id; of a subtest, that of its test; of a class's set-up, its own text."""
    return getattr(test, "test_case", test).id()

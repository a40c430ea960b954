"""What is known of Django's own tests in the page: those that cannot pass there, each with why."""

from __future__ import annotations

__all__ = ["FAILURES", "FLOORS", "SKIPS"]

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

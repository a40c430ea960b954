"""SuitesPage: a page that boots as every page does, and runs Django's own tests when it is asked."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from tests.django_suites.source import SUITES, archive

__all__ = ["ComparedOutcome", "Outcome", "SuitesPage"]

BOOT = 120_000  # milliseconds; the machine may be shared

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Django's own suites</title>
<link rel="icon" href="static/favicon.svg">
<script src="static/boot.js"></script>
<link rel="stylesheet" href="static/runtime/pyscript/core.css">
<script type="module" src="static/runtime/pyscript/core.js"></script>
</head><body>
<script type="py" config="pyscript.toml">
import io, sys, sysconfig, zipfile
import js
from pyodide.ffi import create_proxy

answer = await js.fetch("django-suites.zip")
with zipfile.ZipFile(io.BytesIO((await answer.bytes()).to_bytes())) as archive:
    for info in archive.infolist():
        place, _, info.filename = info.filename.partition("/")
        archive.extract(info, {{"suites": "/suites", "page": sysconfig.get_path("purelib")}}[place])
sys.path.insert(0, "/suites")

import suite_runner
suite_runner.set_up({suites})
js.window.suites = create_proxy(suite_runner)
</script>
</body></html>"""


@dataclass(frozen=True)
class Outcome:
    """What came of tests: how many passed, and id to trace or reason of the others."""

    passed: int
    failed: dict[str, str]
    skipped: dict[str, str]


@dataclass(frozen=True)
class ComparedOutcome(Outcome):
    """The same, and what ClientFormSet answered when it was asked what the tests asked formsets."""

    formsets: int
    answers: dict[str, int]
    differences: dict[str, dict[str, list[str]]]
    refused: dict[str, list[str]]


class SuitesPage:
    """The page, with Django's tests and what they need of Django handed to it besides."""

    def __init__(self, page: Page, server: str) -> None:
        self.page = page
        self.server = server

    def open(self) -> SuitesPage:
        self._serve("django-suites.html", PAGE.format(suites=json.dumps(SUITES)), "text/html")
        self._serve("django-suites.zip", archive(), "application/zip")
        self.page.goto(f"{self.server}/django-suites.html")
        self.page.wait_for_function("!!window.suites", timeout=BOOT)
        return self

    def run(self, *labels: str) -> Outcome:
        """Run the tests under `labels`, as Django's `runtests.py` would name them."""
        return Outcome(**self._call("run", labels))

    def run_and_compare(self, *labels: str) -> ComparedOutcome:
        """Run the tests, with each bound formset compared with a ClientFormSet."""
        return ComparedOutcome(**self._call("run_and_compare", labels))

    def _call(self, function: str, labels: tuple[str, ...]) -> dict[str, Any]:
        answer = self.page.evaluate(f"suites.{function}({json.dumps(labels)})")
        return dict(json.loads(answer))

    def _serve(self, name: str, body: Any, content_type: str) -> None:
        self.page.route(
            f"{self.server}/{name}",
            lambda route: route.fulfill(body=body, content_type=f"{content_type}; charset=utf-8"),
        )

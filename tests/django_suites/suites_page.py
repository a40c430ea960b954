"""SuitesPage: a page that boots as every page does, and runs Django's own tests when it is asked."""

from __future__ import annotations

import json
import mimetypes
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from clientforms.builder.runtime.left_out_modules import WHOLE
from clientforms.builder.runtime.snapshot import WITH_SITE
from tests.django_suites.source import ROOT, archive

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

if {is_site}:
    import site_parts
    site_parts.install()
import suite_runner
suite_runner.set_up({suites})
js.window.suites = create_proxy(suite_runner)
</script>
</body></html>"""


@dataclass(frozen=True)
class Outcome:
    """What came of tests: how many passed, id to trace or reason of the others, and the page's time."""

    passed: int
    failed: dict[str, str]
    skipped: dict[str, str]
    seconds: float


@dataclass(frozen=True)
class ComparedOutcome(Outcome):
    """The same, and what ClientFormSet answered when it was asked what the tests asked formsets."""

    formsets: int
    answers: dict[str, int]
    differences: dict[str, dict[str, list[str]]]
    refused: dict[str, list[str]]


class SuitesPage:
    """A page with forms, or one with a site, that gets `suites` and what they need of Django besides."""

    def __init__(
        self, page: Page, server: str, suites: tuple[str, ...], *, is_site: bool = False
    ) -> None:
        self.page = page
        self.server = server
        self._suites = suites
        self._is_site = is_site

    def open(self) -> SuitesPage:
        html = PAGE.format(suites=json.dumps(self._suites), is_site=self._is_site)
        self._serve("django-suites.html", html, "text/html")
        self._serve("django-suites.zip", archive(self._suites), "application/zip")
        # The suites have a database, so their interpreter has every module.
        for folder in (WHOLE, WITH_SITE) if self._is_site else (WHOLE,):
            place = ROOT / "static" / "runtime" / folder
            for path in (*place.glob("*.*"), *place.glob("pyodide/*")):
                kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
                name = path.relative_to(place).as_posix()
                self._serve(f"static/runtime/{name}", path.read_bytes(), kind)
        self.page.goto(f"{self.server}/django-suites.html")
        self.page.wait_for_function("!!window.suites", timeout=BOOT)
        return self

    def run(self, *labels: str, one_in: int = 1) -> Outcome:
        """Run one in so many of the tests under `labels`, as Django's `runtests.py` would name them."""
        return Outcome(**self._call("run", labels, one_in))

    def run_and_compare(self, *labels: str) -> ComparedOutcome:
        """Run the tests, with each bound formset compared with a ClientFormSet."""
        return ComparedOutcome(**self._call("run_and_compare", labels))

    def _call(self, function: str, *arguments: object) -> dict[str, Any]:
        answer = self.page.evaluate(f"suites.{function}({json.dumps(arguments)[1:-1]})")
        return dict(json.loads(answer))

    def _serve(self, name: str, body: Any, content_type: str) -> None:
        self.page.route(
            f"{self.server}/{name}",
            lambda route: route.fulfill(body=body, content_type=f"{content_type}; charset=utf-8"),
        )

"""A whole Django site in a page, beside CPython and beside a page of forms: `python -m benchmarks.django_site`.

The site is `examples/notes` with a thousand notes. Measured are a POST with its redirect and the list that follows
(CPython: Django's test client, with a database file), following a link, the time from a navigation to the first answer,
and what a first visit fetches. Returns 1 if a limit is not met.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from benchmarks import boots
from benchmarks.browser import running_chromium
from clientforms.builder import cli
from tests.conftest import ROOT
from tests.support import sites

__all__ = ["main"]

NOTES = 1000
TIMES = 25
ROUNDS = 3
PROJECT = ROOT / "examples" / "notes"

MOST_POST = (3, 20)
"""How much a POST may take: this many times CPython's time, and milliseconds more."""
MOST_LINK = 100
"""Milliseconds of the main thread for a link."""
MOST_START = 1.5
"""The time to the first answer, of that to a forms page's first validated keystroke, warm."""
MOST_BYTES = 4_000_000
"""Bytes of a first visit, more than those of a forms page."""

_SHOWN = """
addEventListener("site:shown", () => { window.firstAnswer ??= performance.now(); }, { capture: true });
"""

_POST = """async (times) => {
  const shown = () => new Promise((done) => addEventListener("site:shown", done, { once: true }));
  const found = [];
  for (let round = 0; round < times; round++) {
    const button = document.querySelector('button[formaction*="/pin/"]');
    delete button.form.dataset.quick; // by which the site's script would send it
    const start = performance.now();
    const answer = shown();
    button.form.requestSubmit(button);
    await answer;
    found.push(performance.now() - start);
  }
  return found;
}"""

_LINK = """async (page) => {
  const shown = new Promise((done) => addEventListener("site:shown", done, { once: true }));
  document.querySelector(`nav.pages a[href*="page=${page}"]`).click();
  await shown;
}"""

_CPYTHON = """
import json, sys, time
import django
from django.conf import settings
settings.DATABASES["default"] |= {"NAME": sys.argv[1], "CONN_MAX_AGE": None}
settings.ALLOWED_HOSTS = ["*"]
settings.DEBUG = False
django.setup()
from django.test import Client
client, found = Client(), []
from notes.models import StickyNote
key = StickyNote.objects.order_by("-pk").first().pk
for _ in range(int(sys.argv[2])):
    start = time.perf_counter()
    answer = client.post(f"/notes/{key}/pin/", {"next": "/"}, follow=True)
    found.append((time.perf_counter() - start) * 1000)
    assert answer.status_code == 200, answer
print(json.dumps(found))
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and print what was seen beside the limits; return 1 if one is not met."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.django_site", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="boots of each page")
    given = parser.parse_args(argv)
    with (
        tempfile.TemporaryDirectory(prefix="clientforms-") as folder,
        running_chromium() as browser,
    ):
        out = _build(Path(folder))
        forms = Path(folder, "forms")
        assert cli.main(["build", "demo.forms:SignupForm", "--out", str(forms)]) == 0
        with sites.serving_folder(out) as site, sites.serving_folder(forms) as page:
            cpython = _cpython(Path(folder))
            post, link = _visit(browser, site)
            again = _cpython(Path(folder))
            start, keystroke = _starts(browser, site, page, given.rounds)
            bytes_of_site, bytes_of_forms = (_first_visit(browser, url) for url in (site, page))
    cpython = min(cpython, again)
    checks = [
        ("POST → redirect → list, ms", post, MOST_POST[0] * cpython + MOST_POST[1], f"CPython {cpython:.1f}"),
        ("a link, ms of the main thread", link, MOST_LINK, ""),
        ("first answer, of a form's first verdict (warm)", start / keystroke, MOST_START, f"{start:.0f} and {keystroke:.0f} ms"),
        ("bytes of a first visit, more than a form's", bytes_of_site - bytes_of_forms, MOST_BYTES, f"{bytes_of_site}"),
    ]  # fmt: skip
    for what, value, most, more in checks:
        print(f"{what:50} {value:12.2f}   limit {most:12.2f}   {more}")
    return int(any(value > most for _, value, most, _ in checks))


def _build(folder: Path) -> Path:
    """Build the site with a thousand notes, in an element of a page; return its folder."""
    objects = [
        {
            "model": "notes.stickynote",
            "pk": number,
            "fields": {
                "text": f"Note {number}",
                "timestamp": "2026-11-01T08:00:00Z",
                "position": number,
            },
        }
        for number in range(1, NOTES + 1)
    ]
    fixture = folder / "thousand.json"
    fixture.write_text(json.dumps(objects), "utf-8")
    template = folder / "page.html"
    text = (ROOT / "app/clientforms/builder/django_site/app_page.html").read_text("utf-8")
    template.write_text(text.replace("<div data-site>", '<div data-site="notes.urls">'), "utf-8")
    out = folder / "out"
    options = ["--fixture", str(fixture), "--template", str(template), "--out", str(out)]
    assert cli.main(["build-site", str(PROJECT / "manage.py"), *options]) == 0
    return out


def _cpython(folder: Path) -> float:
    """Return the median of Django's test client under CPython, with the same rows in a database file."""
    database = folder / "cpython.sqlite3"
    run = [sys.executable, "-c"]
    environment = {
        "PYTHONPATH": f"{ROOT / 'app'}:{PROJECT}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
    }
    if not database.exists():
        fill = (
            "import django; from django.conf import settings; "
            f"settings.DATABASES['default']['NAME'] = {str(database)!r}; django.setup(); "
            "from django.core.management import call_command; call_command('migrate', verbosity=0); "
            f"call_command('loaddata', {str(folder / 'thousand.json')!r}, verbosity=0)"
        )
        subprocess.run([*run, fill], env=environment, check=True)
    done = subprocess.run(
        [*run, _CPYTHON, str(database), str(TIMES)],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
    )
    return statistics.median(json.loads(done.stdout)[5:])


def _visit(browser: Browser, address: str) -> tuple[float, float]:
    """Return medians in the page: of a POST in milliseconds, and of the main thread's time for a link."""
    page = browser.new_page()
    _open(page, address)
    post = statistics.median(page.evaluate(_POST, TIMES)[5:])
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable", {"timeDomain": "threadTicks"})
    links = []
    for number in range(10):
        before = _tasks(session)
        page.evaluate(_LINK, 2 - number % 2)
        links.append((_tasks(session) - before) * 1000)
    page.close()
    return post, statistics.median(links[2:])


def _tasks(session: object) -> float:
    """Return the seconds that tasks of the main thread have taken so far."""
    metrics = session.send("Performance.getMetrics")["metrics"]  # type: ignore[attr-defined]
    return next(float(each["value"]) for each in metrics if each["name"] == "TaskDuration")


def _starts(browser: Browser, site: str, forms: str, rounds: int) -> tuple[float, float]:
    """Return medians of the first answer and of a forms page's first verdict, in milliseconds, in turns."""
    answers, verdicts = [], []
    for _ in range(rounds):
        found = boots.measure(browser, {"forms": forms}, rounds=1)["forms"]
        verdicts += [boot.validated for boot in found.warm]
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        context.add_init_script(path=boots.SCRIPT)
        context.add_init_script(_SHOWN)
        for visit in range(3):
            answered = _first_answer(context, site)
            if visit == 2:  # the browser keeps compiled code from the second visit on
                answers.append(answered)
        context.close()
    return statistics.median(answers), statistics.median(verdicts)


def _first_answer(context: BrowserContext, address: str) -> float:
    """Return the moment of the first answer, in milliseconds, when the page is idle.

    Only then has it kept the decompressed interpreter for the next visit, as pages of forms do.
    """
    page = context.new_page()
    page.goto(address, wait_until="load")
    page.evaluate("clientforms.site.ready")
    boots.wait_for(page, "boot.idle()")
    moment = float(page.evaluate("firstAnswer"))
    page.close()
    return moment


def _first_visit(browser: Browser, address: str) -> int:
    """Return the bytes that a first visit fetches, as they come over the wire."""
    context = browser.new_context()
    page = context.new_page()
    sizes: list[int] = []
    page.on("requestfinished", lambda request: sizes.append(request.sizes()["responseBodySize"]))
    page.goto(address)
    page.evaluate("clientforms.ready")
    context.close()
    return sum(sizes)


def _open(page: Page, address: str) -> None:
    page.goto(address)
    page.evaluate("clientforms.site.ready")


if __name__ == "__main__":
    sys.exit(main())

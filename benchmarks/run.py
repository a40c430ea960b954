"""One run: carries out what was asked for, page by page in turns, and returns the results."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, Error, Page

from benchmarks import boots, made, memory, models, options, payload, peers, rows, visits, wire
from benchmarks.boots import PLAIN_PYODIDE
from benchmarks.browser import running_chromium
from benchmarks.machine import describe
from benchmarks.results import BUILT, OURS, SERVER, SLOWDOWN, Results
from benchmarks.server import django_server, serve
from tests.support.sites import serving_folder

__all__ = ["PARTS", "Plan", "run"]

PARTS = ("rows", "options", "memory", "boot", "slow", "visits", "models", "wire")


@dataclass(frozen=True)
class Plan:
    """What to measure, and how often."""

    parts: Sequence[str] = PARTS
    peers: Sequence[str] = ()
    counts: Sequence[int] = rows.COUNTS
    rounds: int = 2
    cycles: int = 12
    seconds: float = 8.0
    """For one page, one number of rows and one round; for fewer than a hundred rows half of it."""
    boot_rounds: int = 3
    memory_rows: int = 100
    keystrokes: int = 1000
    pairs: int = 200
    beside: Path | None = None
    """A site that was built before, with whose first visits ours are compared."""


def run(plan: Plan, say: Callable[[str], None]) -> Results:
    """Measure as planned; `say` is told what is being done."""
    started = time.monotonic()
    with ExitStack() as stack:
        server = stack.enter_context(serve())
        if "boot" in plan.parts:
            made.make_stock()
        if "rows" in plan.parts and set(plan.peers) - {SERVER}:
            made.make_peers()
        django = ""
        if "rows" in plan.parts and SERVER in plan.peers:
            django = stack.enter_context(django_server())
        browser = stack.enter_context(running_chromium())
        now = datetime.now(UTC).strftime("%Y-%m-%d")
        results = Results(describe(f"Chromium {browser.version}"), now)
        parts = {
            "rows": lambda: _rows(plan, browser, server, django, results, say),
            "options": lambda: _options(browser, server, results),
            "memory": lambda: _memory(plan, browser, server, results),
            "boot": lambda: _boots(plan, browser, server, results),
            "slow": lambda: _slow(plan, browser, server, results),
            "visits": lambda: _visits(plan, browser, results),
            "models": lambda: _models(plan, browser, results),
            "wire": lambda: _wire(browser, server, results),
        }
        for name in plan.parts:
            say(name)
            try:
                parts[name]()
            except Error as error:  # what was measured so far is worth telling
                results.failures[name] = error.message.splitlines()[0]
                say(f"{name} failed: {results.failures[name]}")
        results.seconds = time.monotonic() - started
    return results


def _rows(
    plan: Plan, browser: Browser, server: str, django: str, results: Results,
    say: Callable[[str], None],
) -> None:  # fmt: skip
    urls = {OURS: peers.OURS_URL} | {name: peers.PEERS[name] for name in plan.peers}
    urls = {
        name: f"{django if name == SERVER and django else server}{url}"
        for name, url in urls.items()
    }
    for number in range(plan.rounds):
        pages = {name: _open(browser, url) for name, url in urls.items()}
        for count in plan.counts:
            say(f"rows: round {number + 1} of {plan.rounds}, {count} rows")
            for name, page in pages.items():
                page.bring_to_front()
                page.evaluate("harness.longTasks()")
                seconds = plan.seconds if count >= 100 else plan.seconds / 2
                rows.measure(name, page, count, results.rows, cycles=plan.cycles, seconds=seconds)
                _note_longest(results, name, count, page)
        if OURS in pages:
            results.render_count = max(plan.counts)
            results.django_render.append(_render(pages[OURS], results.render_count))
        for page in pages.values():
            page.context.close()


def _memory(plan: Plan, browser: Browser, server: str, results: Results) -> None:
    page = _open(browser, server + peers.OURS_URL)
    results.memory = memory.measure(
        page, plan.memory_rows, keystrokes=plan.keystrokes, pairs=plan.pairs
    )
    page.context.close()


def _boots(plan: Plan, browser: Browser, server: str, results: Results) -> None:
    urls = {name: server + path for name, path in boots.PAGES.items()}
    with _built_page() as urls[BUILT]:
        results.boots = boots.measure(browser, urls, rounds=plan.boot_rounds)


def _slow(plan: Plan, browser: Browser, server: str, results: Results) -> None:
    urls = {name: server + boots.PAGES[name] for name in (OURS, PLAIN_PYODIDE)}
    with _built_page() as urls[BUILT]:
        results.slow = boots.measure(browser, urls, rounds=plan.boot_rounds, slowdown=SLOWDOWN)


@contextmanager
def _built_page() -> Iterator[str]:
    with (
        tempfile.TemporaryDirectory() as folder,
        serving_folder(payload.build(Path(folder) / "site")) as url,
    ):
        yield url


def _visits(plan: Plan, browser: Browser, results: Results) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sites = {OURS: payload.build(Path(folder) / "site")}
        if plan.beside:
            sites[visits.BESIDE] = plan.beside
        results.visits = visits.measure_visits(browser, sites, rounds=plan.boot_rounds)


def _models(plan: Plan, browser: Browser, results: Results) -> None:
    results.models, results.model_bytes = models.measure_models(browser, rounds=plan.boot_rounds)


def _options(browser: Browser, server: str, results: Results) -> None:
    results.options = options.measure(browser, server, rounds=3)


def _wire(browser: Browser, server: str, results: Results) -> None:
    results.files = wire.measure(browser, server + boots.PAGES[OURS])


def _open(browser: Browser, url: str) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_init_script(path=rows.HARNESS)
    page = context.new_page()
    page.set_default_timeout(120_000)
    page.goto(url)
    rows.wait_until_ready(page)
    return page


def _note_longest(results: Results, name: str, count: int, page: Page) -> None:
    try:
        tasks = page.evaluate("harness.longTasks()")
    except Error:
        return  # a page that hangs has its failures noted already
    longest = max((duration for _, duration in tasks), default=0)
    found = results.longest_tasks.setdefault(name, {})
    found[count] = max(longest, found.get(count, 0))


def _render(page: Page, count: int) -> float:
    page.evaluate("bench.mount(0)")
    return float(
        page.evaluate(
            """count => {
                const started = performance.now();
                bench.python.render(count);
                return performance.now() - started;
            }""",
            count,
        )
    )

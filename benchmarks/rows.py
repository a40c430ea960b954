"""Rows: how long each operation takes in a page that keeps to the benchmark page's contract."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Error, Page

__all__ = ["COUNTS", "HARNESS", "OPERATIONS", "Samples", "measure", "operations_for"]

HARNESS = Path(__file__).with_name("harness.js")

COUNTS = (1, 10, 100, 1000)

#: What is measured together, in an order that leaves the page as it was before.
CYCLE = ("key_invalid", "key_valid", "key_dup", "key_undup", "add", "remove", "set_all")
OPERATIONS = ("mount", *CYCLE)

READY = "!!(window.bench && window.bench.ops)"


@dataclass
class Samples:
    """Times in milliseconds of one operation, and why there are none."""

    dom: list[float] = field(default_factory=list)
    frame: list[float] = field(default_factory=list)
    failure: str = ""


#: Page's name, number of rows, and operation to its samples.
Rows = dict[tuple[str, int, str], Samples]


def operations_for(count: int) -> Iterator[str]:
    """Yield what can be measured with `count` rows: one title alone is no duplicate."""
    for operation in OPERATIONS:
        if count > 1 or operation not in ("key_dup", "key_undup"):
            yield operation


def measure(name: str, page: Page, count: int, into: Rows, *, cycles: int, seconds: float) -> None:
    """Add samples of every operation with `count` rows to `into`.

    At most `cycles` of each, and no new cycle once `seconds` have gone; the first is warming up
    and not counted, unless there is time for no other.
    """
    for operation in operations_for(count):
        into.setdefault((name, count, operation), Samples())
    done = _mounts(page, name, count, into, cycles, seconds / 3)
    if not done:
        return
    started = time.monotonic()
    for cycle in range(cycles + 1):
        taken: dict[str, dict[str, float]] = {}
        for operation in operations_for(count):
            if operation == "mount":
                continue
            samples = into[name, count, operation]
            if samples.failure:
                continue
            try:
                taken[operation] = page.evaluate(
                    "name => harness.settle().then(() => bench.ops[name]())", operation
                )
            except Error as error:
                samples.failure = _reason(error)
                return
        page.evaluate("harness.repair()")
        late = time.monotonic() - started > seconds
        if cycle or late:
            for operation, times in taken.items():
                _keep(into[name, count, operation], times)
        if late:
            return


def _mounts(page: Page, name: str, count: int, into: Rows, cycles: int, seconds: float) -> bool:
    samples = into[name, count, "mount"]
    started = time.monotonic()
    for cycle in range(cycles + 1):
        try:
            page.evaluate("async () => { await bench.mount(0); await harness.settle(); }")
            times = page.evaluate("count => harness.mount(count)", count)
        except Error as error:
            samples.failure = _reason(error)
            return False
        late = time.monotonic() - started > seconds
        if cycle or late:
            _keep(samples, times)
        if late:
            break
    return True


def _keep(samples: Samples, times: dict[str, float]) -> None:
    samples.dom.append(times["dom"])
    samples.frame.append(times["frame"])


def _reason(error: Error) -> str:
    return error.message.splitlines()[0]


def wait_until_ready(page: Page, milliseconds: float = 90_000) -> None:
    page.wait_for_function(READY, timeout=milliseconds)


Opener = Callable[[str], Page]


def names(into: Rows) -> Sequence[str]:
    return list(dict.fromkeys(name for name, _, _ in into))

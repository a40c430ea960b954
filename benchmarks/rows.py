"""Rows: how long each operation takes in a page that keeps to the benchmark page's contract."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Error, Page

__all__ = [
    "COUNTS", "HARNESS", "OPERATIONS", "Samples", "measure", "operations_for", "wait_until_ready",
]  # fmt: skip

HARNESS = Path(__file__).with_name("harness.js")

COUNTS = (1, 10, 100, 1000)

#: What is measured together and repeated, in an order that leaves the page as it was before; the
#: part of the time that it gets; and what is done before and after it without being timed.
PHASES = (
    (("mount",), 0.3, "bench.mount(0)", ""),
    (("key_invalid", "key_valid", "key_dup", "key_undup", "add", "remove"), 0.45, "", ""),
    (("set_all",), 0.25, "", "harness.repair()"),
)
OPERATIONS = tuple(operation for operations, *_ in PHASES for operation in operations)

OPERATE = """async ({ operation, count }) => {
  await harness.settle();
  return operation === "mount" ? harness.mount(count) : bench.ops[operation]();
}"""

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

    At most `cycles` of each, and no new one once its part of the `seconds` has gone. The first is
    warming up and not counted, unless there is time for no other. A page that fails is left alone.
    """
    for operation in operations_for(count):
        into.setdefault((name, count, operation), Samples())
    possible = set(operations_for(count))
    for operations, share, before, after in PHASES:
        started = time.monotonic()
        for cycle in range(cycles + 1):
            taken = {}
            for operation in filter(possible.__contains__, operations):
                samples = into[name, count, operation]
                try:
                    page.evaluate(before or "null")
                    taken[operation] = page.evaluate(
                        OPERATE, {"operation": operation, "count": count}
                    )
                    page.evaluate(after or "null")
                except Error as error:
                    samples.failure = error.message.splitlines()[0]
                    return
            late = time.monotonic() - started > seconds * share
            if cycle or late:
                for operation, times in taken.items():
                    _keep(into[name, count, operation], times)
            if late:
                break


def _keep(samples: Samples, times: dict[str, float]) -> None:
    samples.dom.append(times["dom"])
    samples.frame.append(times["frame"])


def wait_until_ready(page: Page, milliseconds: float = 90_000) -> None:
    page.wait_for_function(READY, timeout=milliseconds)

"""Memory: what is held after mounting, and after a thousand keystrokes and 200 rows come and gone."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from playwright.sync_api import CDPSession, Page

__all__ = ["Held", "Memory", "growth", "measure"]

TYPE = """async ({ times }) => {
  const rows = document.querySelectorAll(".row");
  const control = rows[Math.floor(rows.length / 2)].querySelector("[name$=email]");
  for (let i = 0; i < times; i++) {
    control.value = i % 2 ? "somebody@example.org" : "nobody";
    control.dispatchEvent(new Event("input", { bubbles: true }));
    if (i % 20 === 19) await new Promise((resolve) => setTimeout(resolve));
  }
}"""

ADD_AND_REMOVE = """async ({ times }) => {
  for (let i = 0; i < times; i++) {
    document.querySelector("#add").click();
    await new Promise((resolve) => setTimeout(resolve));
    const rows = document.querySelectorAll(".row");
    rows[rows.length - 1].querySelector(".remove").click();
    await new Promise((resolve) => setTimeout(resolve));
  }
}"""


@dataclass(frozen=True)
class Held:
    """What a page holds once both languages have collected their garbage."""

    javascript_bytes: int
    nodes: int
    listeners: int
    python_bytes: int
    """In use of WebAssembly's memory."""
    python_objects: int
    wasm_bytes: int
    """The size of WebAssembly's memory, which never shrinks."""


@dataclass(frozen=True)
class Memory:
    count: int
    keystrokes: int
    pairs: int
    before: Held
    after: Held

    def as_json(self) -> dict[str, object]:
        return asdict(self)


def growth(memory: Memory) -> float:
    """Return by which part all that is held has grown: 0.05 is 5 %."""
    before = memory.before.javascript_bytes + memory.before.python_bytes
    after = memory.after.javascript_bytes + memory.after.python_bytes
    return after / before - 1


def measure(page: Page, count: int, *, keystrokes: int = 1000, pairs: int = 200) -> Memory:
    """Mount `count` rows in clientforms' page, work in them, and compare.

    A tenth of the work goes before the first look: caches fill once.
    """
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")
    page.evaluate("bench.mount(0)")
    page.evaluate("count => harness.mount(count)", count)
    _work(page, max(1, keystrokes // 10), max(1, pairs // 10))
    before = _look(page, session)
    _work(page, keystrokes, pairs)
    after = _look(page, session)
    session.detach()
    return Memory(count, keystrokes, pairs, before, after)


def _work(page: Page, keystrokes: int, pairs: int) -> None:
    page.evaluate(TYPE, {"times": keystrokes})
    page.evaluate(ADD_AND_REMOVE, {"times": pairs})
    page.evaluate("harness.settle()")


def _look(page: Page, session: CDPSession) -> Held:
    for _ in range(2):  # what Python lets go of, JavaScript can collect, and the other way round
        page.evaluate("bench.python.memory()")
        session.send("HeapProfiler.collectGarbage")
    python = page.evaluate("bench.python.memory()")
    counted = session.send("Performance.getMetrics")["metrics"]
    metrics = {each["name"]: each["value"] for each in counted}
    return Held(
        javascript_bytes=int(metrics["JSHeapUsedSize"]),
        nodes=int(metrics["Nodes"]),
        listeners=int(metrics["JSEventListeners"]),
        python_bytes=python["bytes"],
        python_objects=python["objects"],
        wasm_bytes=python["wasm"],
    )

"""What the project wants to keep to: each limit beside the figure that the run has seen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.boots import PLAIN_PYODIDE
from benchmarks.memory import growth
from benchmarks.models import MODELS, PLAIN
from benchmarks.results import BUILT, OURS, SERVER, SLOWDOWN, Results, total
from benchmarks.visits import BESIDE, NETWORKS

__all__ = ["Check", "checks", "table"]

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Check:
    """A limit: what is looked at, what was seen and at most may be, as numbers and in words."""

    what: str
    seen: float | None
    limit: float | None
    unit: str
    must_hold: bool = False
    """Whether a run in which it is not met has failed, on any machine."""

    @property
    def verdict(self) -> str:
        if self.seen is None or self.limit is None:
            return "not measured"
        return "met" if self.seen <= self.limit else "NOT met"

    def words(self, value: float | None) -> str:
        return "–" if value is None else f"{value:.{self._digits(value)}f}{self.unit}"

    def _digits(self, value: float) -> int:
        if not self.unit and value < 10:
            return 3 if value < 1 else 2
        return 1 if value < 100 else 0


def checks(results: Results) -> list[Check]:
    """Return every limit, whether what it needs was measured or not."""
    return [
        *_boot(results), *_visits(results), *_models(results), *_keys(results), *_structure(results), *_rest(results),
    ]  # fmt: skip


def table(found: list[Check]) -> str:
    """Return the check list as Markdown."""
    lines = ["| limit | seen | at most | |", "| --- | --- | --- | --- |"]
    for check in found:
        seen, limit = check.words(check.seen), check.words(check.limit)
        lines.append(f"| {check.what} | {seen} | {limit} | {check.verdict} |")
    return "\n".join(lines)


def _boot(results: Results) -> Iterator[Check]:
    ours = results.boot(OURS, "warm", "validated")
    plain = results.boot(PLAIN_PYODIDE, "warm", "validated")
    stock = results.boot("stock PyScript", "warm", "validated")
    visible = results.boot(OURS, "warm", "visible")
    first = "warm: first validated keystroke, of"
    yield Check(f"{first} plain Pyodide's boot", _ratio(ours, plain), 0.40, "")
    yield Check(f"{first} stock PyScript's", _ratio(ours, stock), 0.18, "")
    yield Check("warm: forms visible, of plain Pyodide's boot", _ratio(visible, plain), 0.05, "")
    for boots, slower, most, most_of_ours in (
        (results.boots, "", 0.20, 0.30),
        (results.slow, f", {SLOWDOWN} times slower", 0.36, 0.40),
    ):
        for name, words, limit in (
            (BUILT, "forms of a built page", most),
            (OURS, "all forms of the project's page", most_of_ours),
        ):
            what = f"warm{slower}: {words} live, of plain Pyodide's boot"
            yield Check(what, results.live_of_plain(name, boots), limit, "")
    moved = results.boots.get(OURS)
    shift = (
        max((each.layout_shift for each in moved.cold + moved.warm), default=None)
        if moved
        else None
    )
    yield Check("layout shift while booting", shift, 0, "")


def _visits(results: Results) -> Iterator[Check]:
    slow, ordinary, _ = map(str, NETWORKS)
    for network, most in ((slow, 0.77), (ordinary, 0.78)):
        pages = results.visits.get(network, {})
        ours, before = pages.get(OURS), pages.get(BESIDE)
        ratio = ours.live / before.live if ours and before else None
        yield Check(f"first visit at {network}: live, of the page beside", ratio, most, "")
    ours = results.visits.get(slow, {}).get(OURS)
    what = f"first visit at {slow}: forms visible"
    yield Check(what, ours.visible if ours else None, 1500, " ms")


def _models(results: Results) -> Iterator[Check]:
    for state, most in (("warm", 1.25), ("cold", 1.5)):
        with_models, plain = (results.boot(name, state, "validated") for name in (MODELS, PLAIN))
        what = f"{state}: first validated keystroke with models, of that without"
        yield Check(what, _ratio(with_models, plain), most, "", must_hold=True)


def _keys(results: Results) -> Iterator[Check]:
    for key, words in (("key_invalid", "error shown"), ("key_valid", "error gone")):
        for count in (1, 10, 100, 1000):
            what = f"keystroke to {words}, {count} row{'' if count == 1 else 's'}"
            yield Check(f"{what}: median", results.dom(OURS, count, key), 8, " ms")
            yield Check(f"{what}: p95", results.dom_p95(OURS, count, key), 16, " ms")
        one, thousand = results.dom(OURS, 1, key), results.dom(OURS, 1000, key)
        yield Check(f"keystroke to {words}: 1000 rows to 1", _ratio(thousand, one), 1.5, "")
        peer = results.fastest_peer(1000, key, server=True)
        yield Check(f"keystroke to {words}, 1000 rows: the fastest peer", thousand, peer, " ms")
    ours, peer = (
        results.dom(OURS, 1000, "key_dup"),
        results.fastest_peer(1000, "key_dup", server=True),
    )
    yield Check("formset's error, 1000 rows: of the fastest peer", _ratio(ours, peer), 0.1, "")


def _structure(results: Results) -> Iterator[Check]:
    for operation, words, most in (("add", "add at", 20), ("remove", "remove the middle of", 60)):
        ours = results.dom(OURS, 1000, operation)
        yield Check(f"{words} 1000 rows", ours, most, " ms")
        peer = results.fastest_peer(1000, operation)
        yield Check(f"{words} 1000 rows: the fastest library", ours, peer, " ms")
    mount = results.dom(OURS, 1000, "mount")
    peer = results.fastest_peer(1000, "mount", server=True)
    yield Check("mount 1000 rows: the fastest peer", mount, peer, " ms")
    rendered = sorted(results.django_render)
    django = rendered[len(rendered) // 2] if rendered and results.render_count == 1000 else None
    yield Check(
        "mount 1000 rows: of rendering by Django's templates", _ratio(mount, django), 0.1, ""
    )
    set_all = results.dom(OURS, 1000, "set_all")
    peer = results.fastest_peer(1000, "set_all")
    yield Check("set all of 1000 rows: the fastest library", set_all, peer, " ms")
    server = results.dom(SERVER, 1000, "set_all")
    yield Check("set all of 1000 rows: of the server's time", _ratio(set_all, server), 1.3, "")


def _rest(results: Results) -> Iterator[Check]:
    for operation in ("remove", "add"):
        taken = results.options.get(operation, {})
        few, many = taken.get(3), taken.get(3000)
        what = f"{operation} a row of 3000 options: times that of one with three"
        yield Check(what, _ratio(many, few), 10, "")
    shipped = total(results.files, "shipped") / MEGABYTE if results.files else None
    yield Check("cold bytes until live, as shipped", shipped, 5.9, " MB")
    grown = growth(results.memory) * 100 if results.memory else None
    what = "memory after keystrokes and rows that come and go: growth"
    if results.memory:
        memory = results.memory
        what = f"memory after {memory.keystrokes} keystrokes and {memory.pairs} add/remove pairs: growth"
    yield Check(what, grown, 5, " %")
    yield Check("the whole run", results.seconds / 60, 16, " min")


def _ratio(part: float | None, whole: float | None) -> float | None:
    return None if part is None or not whole else part / whole

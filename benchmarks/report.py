"""The report: tables in Markdown, as the README and the terminal show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from benchmarks import limits
from benchmarks.results import OURS, SLOWDOWN, Results, median, p95, total
from benchmarks.rows import operations_for
from benchmarks.wire import File

__all__ = ["full", "readme"]

WORDS = {
    "mount": "mount",
    "key_invalid": "keystroke → error shown",
    "key_valid": "keystroke → error gone",
    "key_dup": "keystroke → formset's error",
    "key_undup": "keystroke → formset's error gone",
    "add": "add",
    "remove": "remove the middle",
    "set_all": "set all",
}

STATES = ("cold", "warm")


def full(results: Results) -> str:
    """Return everything that was measured."""
    parts = [f"Measured on {results.machine}, {results.started}."]
    if results.boots:
        parts += [
            "## Boot (milliseconds since the navigation, medians)",
            boots(results, results.boots),
        ]
    if results.slow:
        parts += [
            f"## Boot on a processor {SLOWDOWN} times slower (milliseconds, medians)",
            slow(results),
        ]
    if results.visits:
        parts += [
            "## First visit of a built page over a slow network (milliseconds, medians)",
            visits(results),
        ]
    if results.models:
        parts += ["## Boot with models", boots(results, results.models), models(results)]
    if results.files:
        parts += ["## Bytes until live", wire(results)]
    if results.rows:
        parts += ["## Rows: to “DOM changed”, median (p95), milliseconds", rows(results, "dom")]
        parts += ["## Rows: to two animation frames later", rows(results, "frame")]
    if results.longest_tasks:
        parts += ["## Longest task during the operations, milliseconds", longest(results)]
    if results.django_render:
        time = number(median(results.django_render))
        parts.append(
            f"{results.render_count} rows rendered by Django's templates in the page: {time} ms."
        )
    if results.options:
        parts += ["## Ten rows with a select, to “DOM changed”, milliseconds", options(results)]
    if results.memory:
        parts += ["## Memory", memory(results)]
    parts += [f"Part “{name}” failed: {why}" for name, why in results.failures.items()]
    parts += ["## Limits", limits.table(limits.checks(results))]
    return "\n\n".join(parts) + "\n"


def readme(results: Results) -> str:
    """Return what the README shows: boot, bytes, and the largest number of rows."""
    parts = []
    if results.boots:
        parts.append(boots(results, results.boots))
    if results.files:
        shipped, packed = total(results.files, "shipped"), total(results.files, "brotli")
        parts.append(
            f"A first visit loads {len(results.files)} files, {megabytes(shipped)} MB as shipped "
            f"({megabytes(packed)} MB where the server compresses with brotli)."
        )
    if results.rows:
        parts.append(rows(results, "dom", results.counts()[-1:]))
    parts.append(
        "Milliseconds, medians (p95 in brackets) of one run of `make bench` on "
        f"{results.machine}, {results.started}."
    )
    return "\n\n".join(parts) + "\n"


def boots(results: Results, names: Iterable[str]) -> str:
    """Return the table of the boots of some pages."""
    heads = ("", "forms visible", "first validated keystroke", "idle", "longest task")
    lines = [_line(heads), _rule(heads)]
    for name in names:
        for state in STATES:
            figures = [
                results.boot(name, state, figure)
                for figure in ("visible", "validated", "idle", "longest_task")
            ]
            figures[0] = figures[0] or None  # a page without forms shows none
            lines.append(_line([f"{name}, {state}", *map(number, figures)]))
    return "\n".join(lines)


def slow(results: Results) -> str:
    """Return the table of boots on a slow processor."""
    heads = ("", "forms visible", "forms live", "first validated keystroke")
    lines = [_line(heads), _rule(heads)]
    for name, found in results.slow.items():
        for state in STATES:
            each = getattr(found, state)
            figures = [
                median([getattr(boot, figure) for boot in each]) or None
                for figure in ("visible", "live", "validated")
            ]
            lines.append(_line([f"{name}, {state}", *map(number, figures)]))
    return "\n".join(lines)


def visits(results: Results) -> str:
    """Return the table of first visits over slow networks."""
    heads = ("", "forms visible", "forms live")
    lines = [_line(heads), _rule(heads)]
    for network, pages in results.visits.items():
        for name, visit in pages.items():
            lines.append(_line([f"{name}, {network}", number(visit.visible), number(visit.live)]))
    return "\n".join(lines)


def models(results: Results) -> str:
    """Return what a first visit of the pages without and with models fetches."""
    fetched = (f"{name} {megabytes(size)} MB" for name, size in results.model_bytes.items())
    return f"A first visit fetches: {', '.join(fetched)}."


def wire(results: Results) -> str:
    """Return the table of files, the small ones in one line."""
    heads = ("file", "shipped", "gzip", "brotli")
    lines = [_line(heads), _rule(heads)]
    large = [file for file in results.files if file.shipped >= 20_000]
    small = [file for file in results.files if file.shipped < 20_000]
    for file in large:
        lines.append(_line([f"`{file.path}`", *map(thousands, _sizes([file]))]))
    lines.append(_line([f"{len(small)} smaller ones", *map(thousands, _sizes(small))]))
    lines.append(_line([f"all {len(results.files)}", *map(thousands, _sizes(results.files))]))
    return "\n".join(lines)


def rows(results: Results, kind: str, counts: list[int] | None = None) -> str:
    """Return the table of operations: pages side by side."""
    heads = ("operation", "rows", *results.names())
    lines = [_line(heads), _rule(heads)]
    for operation in WORDS:
        for count in counts or results.counts():
            if operation in operations_for(count):
                cells = [_cell(results, name, count, operation, kind) for name in results.names()]
                lines.append(_line([WORDS[operation], str(count), *cells]))
    return "\n".join(lines)


def longest(results: Results) -> str:
    counts = results.counts()
    heads = ("rows", *map(str, counts))
    lines = [_line(heads), _rule(heads)]
    for name, found in results.longest_tasks.items():
        lines.append(_line([name, *(number(found.get(count)) for count in counts)]))
    return "\n".join(lines)


def options(results: Results) -> str:
    """Return the table of selects with few and with many options."""
    counts = sorted(next(iter(results.options.values())))
    heads = ("", *(f"{count} options" for count in counts))
    lines = [_line(heads), _rule(heads)]
    for operation, taken in results.options.items():
        lines.append(_line((operation, *(number(taken[count]) for count in counts))))
    return "\n".join(lines)


def memory(results: Results) -> str:
    assert results.memory is not None
    heads = ("", "after mounting", "after the work")
    lines = [_line(heads), _rule(heads)]
    before, after = results.memory.before, results.memory.after
    for name in before.__dataclass_fields__:
        was, now = getattr(before, name), getattr(after, name)
        lines.append(_line([name.replace("_", " "), thousands(was), thousands(now)]))
    return "\n".join(lines)


def number(value: float | None) -> str:
    """Return milliseconds as a table shows them: no more digits than mean something."""
    if value is None:
        return "–"
    return f"{value:.1f}" if value < 20 else f"{value:.0f}"


def thousands(value: int) -> str:
    return f"{value:,}".replace(",", " ")


def megabytes(value: int) -> str:
    return f"{value / limits.MEGABYTE:.1f}"


def _cell(results: Results, name: str, count: int, operation: str, kind: str) -> str:
    samples = results.rows.get((name, count, operation))
    if samples is None:
        return ""
    values = getattr(samples, kind)
    if not values:
        return "did not end" if samples.failure else ""
    text = f"{number(median(values))} ({number(p95(values))})"
    return f"**{text}**" if name == OURS else text


def _sizes(files: Sequence[File]) -> Iterator[int]:
    for attribute in ("shipped", "gzip", "brotli"):
        yield total(files, attribute)


def _line(cells: Sequence[object]) -> str:
    return f"| {' | '.join(map(str, cells))} |"


def _rule(heads: Sequence[str]) -> str:
    return _line(["---"] * len(heads))

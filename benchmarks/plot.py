"""The plots, as SVG: how each operation grows with the number of rows, and how long boots take."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape

from benchmarks.report import WORDS, number
from benchmarks.results import Results

__all__ = ["boots", "rows"]

# Okabe and Ito's colours, which people who see few colours can tell apart.
COLOURS = ("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
WIDTH, HEIGHT = 250, 190
LEFT, TOP, GAP = 46, 64, 34
LOWEST, HIGHEST = 0.3, 10_000


def rows(results: Results) -> str:
    """Return a panel for each operation: rows to milliseconds, both logarithmic."""
    names, counts = results.names(), results.counts()
    parts = [_legend(names)]
    for place, (operation, words) in enumerate(WORDS.items()):
        x = LEFT + (place % 4) * (WIDTH + GAP)
        y = TOP + (place // 4) * (HEIGHT + 2 * GAP)
        parts.append(_panel(results, operation, words, names, counts, x, y))
    width, height = LEFT + 4 * (WIDTH + GAP), TOP + 2 * (HEIGHT + 2 * GAP)
    return _document(width, height, parts, f"Milliseconds to “DOM changed”. {results.machine}")


def boots(results: Results) -> str:
    """Return bars: forms visible (light) and first validated keystroke, cold and warm."""
    bars = [
        (
            f"{name}, {state}",
            results.boot(name, state, "visible"),
            results.boot(name, state, "validated"),
        )
        for name in results.boots
        for state in ("warm", "cold")
    ]
    longest = max((end or 0 for _, _, end in bars), default=0) or 1
    width, left, line = 900, 190, 26
    parts = []
    for place, (name, visible, end) in enumerate(bars):
        y = TOP + place * line
        parts.append(f'<text x="{left - 8}" y="{y + 14}" text-anchor="end">{escape(name)}</text>')
        scale = (width - left - 80) / longest
        colour = COLOURS[place // 2 % len(COLOURS)]
        long = (end or 0) * scale
        parts.append(f'<rect x="{left}" y="{y}" width="{long:.1f}" height="18" fill="{colour}"/>')
        if visible:
            at = left + visible * scale
            parts.append(f'<path d="M{at:.1f} {y - 2}v22" stroke="currentColor" stroke-width="2"/>')
        label = number(end)
        parts.append(f'<text x="{left + long + 6:.1f}" y="{y + 14}">{label}</text>')
    title = f"Milliseconds to the first validated keystroke; line: forms visible. {results.machine}"
    return _document(width, TOP + len(bars) * line + GAP, parts, title)


def _panel(
    results: Results, operation: str, words: str, names: Sequence[str], counts: Sequence[int],
    x: float, y: float,
) -> str:  # fmt: skip
    parts = [f'<text x="{x}" y="{y - 8}" font-weight="bold">{escape(words)}</text>']
    for power in range(0, 5):
        level = y + _down(10**power)
        parts.append(f'<path d="M{x} {level:.1f}h{WIDTH}" stroke="currentColor" opacity=".15"/>')
        parts.append(f'<text x="{x - 5}" y="{level + 4:.1f}" text-anchor="end">{10**power}</text>')
    for count in counts:
        across = x + _across(count, counts)
        parts.append(
            f'<text x="{across:.1f}" y="{y + HEIGHT + 15}" text-anchor="middle">{count}</text>'
        )
    for name, colour in zip(names, _colours(names), strict=True):
        points = [
            (x + _across(count, counts), y + _down(value))
            for count in counts
            if (value := results.dom(name, count, operation)) is not None
        ]
        line = " ".join(f"{across:.1f},{down:.1f}" for across, down in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{a:.1f}" cy="{d:.1f}" r="3" fill="{colour}"/>' for a, d in points]
    return "".join(parts)


def _legend(names: Sequence[str]) -> str:
    return "".join(
        f'<circle cx="{LEFT + 6 + place * 130}" cy="36" r="5" fill="{colour}"/>'
        f'<text x="{LEFT + 16 + place * 130}" y="40">{escape(name)}</text>'
        for place, (name, colour) in enumerate(zip(names, _colours(names), strict=True))
    )


def _colours(names: Sequence[str]) -> list[str]:
    return [COLOURS[place % len(COLOURS)] for place in range(len(names))]


def _across(count: int, counts: Sequence[int]) -> float:
    return WIDTH * (0.5 + counts.index(count)) / len(counts)


def _down(value: float) -> float:
    held = min(max(value, LOWEST), HIGHEST)
    part = math.log(held / LOWEST) / math.log(HIGHEST / LOWEST)
    return HEIGHT * (1 - part)


def _document(width: float, height: float, parts: Sequence[str], title: str) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="system-ui, sans-serif" font-size="12" style="background:#fff;color:#222">'
        f'<title>{escape(title)}</title><rect width="100%" height="100%" fill="#fff"/>'
        f'<g fill="#222" color="#222"><text x="10" y="18">{escape(title)}</text>{"".join(parts)}'
        "</g></svg>\n"
    )

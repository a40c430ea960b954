"""A run's results: what was measured, as JSON has it, and the figures that are read out of it."""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.boots import PLAIN_PYODIDE, Boots
from benchmarks.machine import Machine
from benchmarks.memory import Memory
from benchmarks.options import Options
from benchmarks.rows import Samples
from benchmarks.visits import Visits
from benchmarks.wire import File

__all__ = ["BUILT", "OURS", "SLOWDOWN", "Results", "median", "p95", "write_json"]

OURS = "clientforms"
BUILT = "a built page"
"""With one formset, as an author publishes it. The page of the project has three demos and more."""
SERVER = "server"
SLOWDOWN = 4
"""How many times slower a slow phone's processor is taken to be."""


@dataclass
class Results:
    machine: Machine
    started: str
    seconds: float = 0
    boots: dict[str, Boots] = field(default_factory=dict)
    models: dict[str, Boots] = field(default_factory=dict)
    """Boots of a page of plain forms and of one of forms of models."""
    model_bytes: dict[str, int] = field(default_factory=dict)
    """What a first visit of each of the two fetches."""
    slow: dict[str, Boots] = field(default_factory=dict)
    """Boots on a processor that is `SLOWDOWN` times slower."""
    visits: Visits = field(default_factory=dict)
    """First visits over slow networks."""
    files: list[File] = field(default_factory=list)
    rows: dict[tuple[str, int, str], Samples] = field(default_factory=dict)
    django_render: list[float] = field(default_factory=list)
    """Milliseconds of rendering as many rows as `render_count` by Django's templates, in the page."""
    render_count: int = 0
    memory: Memory | None = None
    options: Options = field(default_factory=dict)
    """Operation to its milliseconds by the number of options in each row's select."""
    longest_tasks: dict[str, dict[int, float]] = field(default_factory=dict)
    """Page's name to number of rows to its longest task in milliseconds."""
    failures: dict[str, str] = field(default_factory=dict)
    """Part of the run to why it was not measured to its end."""

    def names(self) -> list[str]:
        """Return the pages whose rows were measured, ours first."""
        return list(dict.fromkeys(name for name, _, _ in self.rows))

    def counts(self) -> list[int]:
        return sorted({count for _, count, _ in self.rows})

    def dom(self, name: str, count: int, operation: str) -> float | None:
        """Return the median to "DOM changed", None where it was not measured."""
        samples = self.rows.get((name, count, operation))
        return median(samples.dom) if samples else None

    def dom_p95(self, name: str, count: int, operation: str) -> float | None:
        samples = self.rows.get((name, count, operation))
        return p95(samples.dom) if samples else None

    def fastest_peer(self, count: int, operation: str, *, server: bool = False) -> float | None:
        """Return the best median among the peers, with `server` the server's too."""
        found = [
            value
            for name in self.names()
            if name != OURS and (server or name != SERVER)
            if (value := self.dom(name, count, operation)) is not None
        ]
        return min(found, default=None)

    def boot(self, name: str, state: str, figure: str) -> float | None:
        """Return the median of a figure (`visible`, `validated`, …) of cold or warm boots."""
        boots = self.boots.get(name) or self.models.get(name)
        return median([getattr(each, figure) for each in getattr(boots, state)]) if boots else None

    def live_of_plain(self, name: str, boots: Mapping[str, Boots]) -> float | None:
        """Return until when the forms of a page are live, warm, as a part of the start of Pyodide alone."""
        ours, plain = boots.get(name), boots.get(PLAIN_PYODIDE)
        if not ours or not plain:
            return None
        live, whole = ([each.live for each in ours.warm], [each.validated for each in plain.warm])
        return statistics.median(live) / statistics.median(whole)

    def as_json(self) -> dict[str, Any]:
        return {
            "machine": self.machine.as_json(),
            "started": self.started,
            "seconds": round(self.seconds, 1),
            "boots": {name: boots.as_json() for name, boots in self.boots.items()},
            "models": {
                name: {**boots.as_json(), "bytes": self.model_bytes.get(name)}
                for name, boots in self.models.items()
            },
            "slow": {name: boots.as_json() for name, boots in self.slow.items()},
            "visits": {
                network: {name: visit.as_json() for name, visit in pages.items()}
                for network, pages in self.visits.items()
            },
            "files": [file.as_json() for file in self.files],
            "rows": [
                {
                    "page": name,
                    "rows": count,
                    "operation": operation,
                    "dom": _summary(samples.dom),
                    "frame": _summary(samples.frame),
                    "failure": samples.failure,
                }
                for (name, count, operation), samples in self.rows.items()
            ],
            "django_render": {"rows": self.render_count, **_summary(self.django_render)},
            "memory": self.memory and self.memory.as_json(),
            "options": self.options,
            "longest_tasks": self.longest_tasks,
            "failures": self.failures,
        }


def median(values: Sequence[float]) -> float | None:
    return statistics.median(values) if values else None


def p95(values: Sequence[float]) -> float | None:
    """Return the smallest value that 95 % of all do not exceed: one that was seen."""
    return sorted(values)[math.ceil(0.95 * len(values)) - 1] if values else None


def _summary(values: Sequence[float]) -> dict[str, Any]:
    return {
        "median": median(values),
        "p95": p95(values),
        "samples": [round(each, 2) for each in values],
    }


def write_json(results: Results, folder: Path) -> Path:
    target = folder / "results.json"
    target.write_text(json.dumps(results.as_json(), indent=1) + "\n", "utf-8")
    return target


def total(files: Iterable[File], attribute: str) -> int:
    return sum(getattr(file, attribute) for file in files)

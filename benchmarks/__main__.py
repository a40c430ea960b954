"""`make bench`: measures, prints the tables, and writes them, the figures and a plot.

python -m benchmarks --help says what can be left out.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks import limits, peers, plot, readme, report, rows
from benchmarks.made import MadeError
from benchmarks.results import write_json
from benchmarks.run import PARTS, Plan, run

__all__ = ["main"]

ROOT = Path(__file__).resolve().parents[1]


def main(argv: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(argv)
    started = time.monotonic()

    def say(text: str) -> None:
        print(f"[{time.monotonic() - started:4.0f} s] {text}", file=sys.stderr, flush=True)

    try:
        plan = Plan(
            parts=_parts(options.only),
            peers=peers.chosen(options.peers),
            counts=[int(count) for count in options.counts.split(",")],
            rounds=options.rounds,
            cycles=options.cycles,
            seconds=options.seconds,
            boot_rounds=options.boot_rounds,
            beside=options.beside,
        )
        results = run(plan, say)
    except (MadeError, ValueError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 1
    folder: Path = options.out
    folder.mkdir(parents=True, exist_ok=True)
    text = report.full(results)
    print(text)
    (folder / "results.md").write_text(text, "utf-8")
    write_json(results, folder)
    if results.rows:
        (folder / "rows.svg").write_text(plot.rows(results), "utf-8")
    if results.boots:
        (folder / "boot.svg").write_text(plot.boots(results), "utf-8")
    if options.readme:
        readme.write(ROOT / "README.md", report.readme(results))
    print(f"Written to {folder}", file=sys.stderr)
    has_failed = any(
        each.must_hold and each.verdict == "NOT met" for each in limits.checks(results)
    )
    return 1 if results.failures or has_failed else 0


def _parts(words: str) -> Sequence[str]:
    parts = words.split(",") if words else list(PARTS)
    if unknown := [part for part in parts if part not in PARTS]:
        raise ValueError(f"there is no part {unknown[0]!r}; there are {', '.join(PARTS)}")
    return parts


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="benchmarks", description="Measure clientforms.")
    parser.add_argument("--only", default="", help=f"some of {','.join(PARTS)}")
    parser.add_argument(
        "--peers", default="all", help="all, none, or some of " + ", ".join(peers.PEERS)
    )
    parser.add_argument("--counts", default=",".join(map(str, rows.COUNTS)), help="numbers of rows")
    parser.add_argument("--rounds", type=int, default=Plan.rounds, help="rounds of the pages")
    parser.add_argument("--cycles", type=int, default=Plan.cycles, help="of operations in a round")
    parser.add_argument(
        "--seconds", type=float, default=Plan.seconds, help="no new cycle after so many"
    )
    parser.add_argument("--boot-rounds", type=int, default=Plan.boot_rounds)
    parser.add_argument(
        "--beside",
        type=Path,
        metavar="SITE",
        help="a built page whose first visits are measured, too",
    )
    parser.add_argument("--out", type=Path, default=ROOT / "bench-results")
    parser.add_argument("--readme", action="store_true", help="put the table into README.md")
    return parser


if __name__ == "__main__":
    sys.exit(main())

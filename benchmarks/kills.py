"""Kills browsers while somebody types into them, and tells how much of the typing was lost.

`PYTHONPATH=app:. .venv/bin/python -m benchmarks.kills` kills ten renderers and ten browsers, each
after five to sixty seconds. Options: `--kind`, `--count`, `--longest` (seconds), `--seed`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import asdict

from playwright.sync_api import sync_playwright

from tests.conftest import ROOT, serving
from tests.support.kills import KINDS, kill_while_typing

_SHORTEST = 5.0  # seconds


def main(argv: Sequence[str] | None = None) -> int:
    """Kill, and write one line of JSON for each death; 1 where more than a second was lost."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("--kind", choices=KINDS, action="append", help="what is killed; both")
    parser.add_argument("--count", type=int, default=10, help="deaths of each kind")
    parser.add_argument("--longest", type=float, default=60, help="seconds of typing")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    asked = parser.parse_args(argv)
    print(f"seed {asked.seed}", flush=True)
    chance = random.Random(asked.seed)
    worst = 0.0
    command = ["-P", str(ROOT / "app/clientforms/builder/serve/checkout_server.py")]
    with serving(command) as address, sync_playwright() as playwright:
        for kind in asked.kind or KINDS:
            for _ in range(asked.count):
                seconds = chance.uniform(_SHORTEST, asked.longest)
                outcome = kill_while_typing(playwright, address, kind, seconds, chance)
                told = asdict(outcome) | {"typed": len(outcome.typed)}
                print(json.dumps(told), flush=True)
                worst = max(worst, outcome.lost_seconds)
    print(f"lost at most {worst:.2f} s of typing")
    return int(worst > 1)


if __name__ == "__main__":
    sys.exit(main())

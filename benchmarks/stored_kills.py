"""Kills browsers while a site saves, and looks whether all is there that was called saved.

`PYTHONPATH=app:. .venv/bin/python -m benchmarks.stored_kills` kills twenty: ten browsers and ten renderers, of which
each finds what the one before it has left. Options: `--kind`, `--count`, `--seed`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict

from playwright.sync_api import sync_playwright

from tests.conftest import ROOT, serving
from tests.site.storage.stored_kills import kill_while_saving
from tests.site.storage.stored_page import migrated, names_of_project
from tests.support.kills import KINDS


def main(argv: Sequence[str] | None = None) -> int:
    """Kill, and write one line of JSON for each death; 1 if anything was lost or damaged."""
    parser = argparse.ArgumentParser(description=__doc__, add_help=True)
    parser.add_argument("--kind", choices=KINDS, action="append", help="what is killed; both")
    parser.add_argument("--count", type=int, default=10, help="deaths of each kind")
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    asked = parser.parse_args(argv)
    print(f"seed {asked.seed}", flush=True)
    chance = random.Random(asked.seed)
    database = migrated(names_of_project())
    faults = 0
    command = ["-P", str(ROOT / "app/clientforms/builder/serve/checkout_server.py")]
    with serving(command) as address, sync_playwright() as playwright:
        for kind in asked.kind or KINDS:
            with tempfile.TemporaryDirectory(prefix="clientforms-kill-") as profile:
                for _ in range(asked.count):
                    death = kill_while_saving(playwright, address, profile, database, kind, chance)
                    print(json.dumps(asdict(death)), flush=True)
                    faults += len(death.faults)
    print(f"{faults} faults")
    return int(faults > 0)


if __name__ == "__main__":
    sys.exit(main())

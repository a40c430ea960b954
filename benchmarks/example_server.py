"""Runs an ASGI application of the example project, on one process of uvicorn."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["EXAMPLE", "serving"]

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "orders"


@contextmanager
def serving(application: str, folder: Path = EXAMPLE) -> Iterator[tuple[str, int]]:
    """Run `application`, which is found in `folder`, with data of its own; yield its address and process id.

    Raises RuntimeError if uvicorn does not report an address.
    """
    with tempfile.TemporaryDirectory() as data:
        environment = {
            **os.environ,
            "PYTHONPATH": os.pathsep.join(map(str, (ROOT / "app", EXAMPLE))),
            "ORDERS_DATA": data,
            "ORDERS_DEBUG": "0",
        }
        subprocess.run(
            [sys.executable, "manage.py", "demo"], cwd=EXAMPLE, env=environment, check=True
        )
        command = [sys.executable, "-m", "uvicorn", application, "--port", "0", "--no-access-log"]
        with subprocess.Popen(
            command, cwd=folder, env=environment, stderr=subprocess.PIPE, text=True
        ) as running:
            try:
                assert running.stderr is not None
                for line in running.stderr:
                    if found := re.search(r"http://[\d.:]+", line):
                        break
                else:
                    raise RuntimeError("uvicorn did not say where it serves.")
                yield found[0], running.pid
            finally:
                running.terminate()

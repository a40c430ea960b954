"""What a change costs if the whole form goes to the server, and its HTML comes back: `peers/whole_form/`, measured."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
import urllib.parse
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from websockets.sync.client import connect

__all__ = ["Cost", "measure"]

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "orders"
PEER = Path(__file__).parent / "peers" / "whole_form"


@dataclass(frozen=True)
class Cost:
    """Bytes for a change, there and back, on average."""

    sent: float
    received: float

    @property
    def together(self) -> float:
        return self.sent + self.received


def measure(changes: Sequence[Mapping[str, str]]) -> Cost:
    """Send each of these forms, as a browser would post it, to a server of its own; return what that cost.

    Raises RuntimeError if something else than the form comes back.
    """
    sent = received = 0
    with _server() as address, connect(f"ws{address.removeprefix('http')}/whole/") as socket:
        for change in changes:
            text = urllib.parse.urlencode(change)
            socket.send(text)
            html = str(socket.recv())
            if missing := [name for name in change if f'name="{name}"' not in html]:
                raise RuntimeError(f"The form that came back has no {missing[0]}: {html[:200]}")
            sent += len(text.encode())
            received += len(html.encode())
    return Cost(sent / len(changes), received / len(changes))


@contextmanager
def _server() -> Iterator[str]:
    """Run the peer with data of its own; yield its address."""
    with tempfile.TemporaryDirectory() as data:
        folders = os.pathsep.join(map(str, (ROOT / "app", EXAMPLE)))
        environment = {**os.environ, "PYTHONPATH": folders, "ORDERS_DATA": data}
        subprocess.run(
            [sys.executable, "manage.py", "demo"], cwd=EXAMPLE, env=environment, check=True
        )
        command = [
            sys.executable, "-m", "uvicorn", "whole_form:application", "--port", "0", "--no-access-log",
        ]  # fmt: skip
        with subprocess.Popen(
            command, cwd=PEER, env=environment, stderr=subprocess.PIPE, text=True
        ) as running:
            try:
                assert running.stderr is not None
                for line in running.stderr:
                    if found := re.search(r"http://[\d.:]+", line):
                        break
                else:
                    raise RuntimeError("uvicorn did not say where it serves.")
                yield found[0]
            finally:
                running.terminate()

"""The server that all pages of a run come from: the development server, as `make run` starts it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

__all__ = ["django_server", "process", "serve"]

ROOT = Path(__file__).resolve().parents[1]


@contextmanager
def serve() -> Iterator[str]:
    """Serve the repository's root in a process of its own; yield its address."""
    script = ROOT / "app" / "clientforms" / "builder" / "serve" / "checkout_server.py"
    with process([sys.executable, "-P", str(script), "--port", "0"]) as address:
        yield address


@contextmanager
def process(command: list[str]) -> Iterator[str]:
    """Run a server that prints its address; yield that without a slash at the end."""
    running = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        assert running.stdout is not None
        said = running.stdout.readline()
        address = re.search(r"http://[\w.:]+", said)
        if address is None:
            raise RuntimeError(f"{command[-1]} did not say where it serves, but {said!r}")
        yield address[0]
    finally:
        running.terminate()
        running.wait(10)


@contextmanager
def django_server() -> Iterator[str]:
    """Run the Django project of the peer `server` in a process of its own; yield its address."""
    script = Path(__file__).parent / "peers" / "server" / "project.py"
    with process([sys.executable, str(script)]) as address:
        yield address

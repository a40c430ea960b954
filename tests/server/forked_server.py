"""A uvicorn of a project on one port, which dies and is there again within milliseconds."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

from tests.server.startproject import Project

__all__ = ["ForkedServer"]

_FORKS = Path(__file__).with_name("uvicorn_forks.py")


class ForkedServer:
    """A server of `project`; `address` stays the same. `path` is that of a page."""

    def __init__(self, project: Project, path: str) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = str(free.getsockname()[1])
        self.address = f"http://127.0.0.1:{port}"
        self._forks = subprocess.Popen(
            [sys.executable, "-P", str(_FORKS), port, path],
            cwd=project.folder,
            env=project.environment(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._wait_for("ready")

    def start(self) -> None:
        """Start it unless it runs. What is sent to it from now on is answered."""
        self._say("start")

    def kill(self) -> None:
        """Kill it at once, whatever it does."""
        self._say("kill")

    def end(self) -> None:
        """Kill it for good."""
        self._forks.communicate(timeout=20)

    def _say(self, command: str) -> None:
        assert self._forks.stdin
        self._forks.stdin.write(f"{command}\n")
        self._forks.stdin.flush()
        self._wait_for("done")

    def _wait_for(self, answer: str) -> None:
        assert self._forks.stdout
        said = self._forks.stdout.readline().strip()
        assert said == answer, f"The process that starts servers said {said!r}, not {answer!r}."

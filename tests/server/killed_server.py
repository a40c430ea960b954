"""A development server on one port that can be killed and started again, as often as a test likes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys

from tests.conftest import wait_for
from tests.server.startproject import Project

__all__ = ["KilledServer"]


class KilledServer:
    """A server of `project`; `address` stays the same."""

    def __init__(self, project: Project) -> None:
        self._project = project
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self._port = str(free.getsockname()[1])
        self.address = f"http://127.0.0.1:{self._port}"
        self._process: subprocess.Popen | None = None

    def start(self) -> None:
        """Start it unless it runs; return when it answers."""
        if self._process and self._process.poll() is None:
            return
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", "runserver", "--noreload", self._port],
            cwd=self._project.folder,
            env=self._project.environment(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_for(self.address, self._process)

    def kill(self) -> None:
        """Kill it at once, whatever it does."""
        if self._process and self._process.poll() is None:
            os.kill(self._process.pid, signal.SIGKILL)
        self.wait()

    def wait(self) -> None:
        """Return when it has ended."""
        if self._process:
            self._process.wait(20)

"""Processes that tests start, with all that these start: found by their parents, and ended by their numbers."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
from collections.abc import Iterable, Sequence
from pathlib import Path

__all__ = ["descendants", "end", "processes", "run_with_children"]


def processes() -> list[tuple[int, str]]:
    """Return all processes: their numbers and command lines."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            with contextlib.suppress(OSError):  # it has ended meanwhile
                command = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
                found.append((int(entry.name), command.decode(errors="replace")))
    return found


def descendants(pids: set[int]) -> list[int]:
    """Return what these processes have started, what that has started, and so on."""
    return [pid for pid, _ in processes() if pid not in pids and _has_ancestor(pid, pids)]


def run_with_children(
    command: Sequence[str], given: str, timeout: float
) -> subprocess.CompletedProcess[str]:
    """Run `command` with `given` as its standard input.

    If it takes longer than `timeout` seconds, it is ended with all that it has started, and
    TimeoutExpired is raised.
    """
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            out, err = process.communicate(given, timeout)
        except BaseException:
            end([process.pid, *descendants({process.pid})])
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def end(pids: Iterable[int]) -> None:
    """Kill these processes, and wait until each has ended."""
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):
            handle = os.pidfd_open(pid)
            try:
                signal.pidfd_send_signal(handle, signal.SIGKILL)
                select.select([handle], [], [])  # it becomes readable as the process ends
            finally:
                os.close(handle)


def _has_ancestor(pid: int, wanted: set[int]) -> bool:
    while pid > 1:
        if pid in wanted:
            return True
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except FileNotFoundError:
            return False
    return False

"""A Redis server of a test's own, which stores nothing on disk: it carries what Django servers push."""

from __future__ import annotations

import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.servers import find

__all__ = ["LAYER", "forget_all", "redis_server"]

LAYER = """
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.core.RedisChannelLayer",
        "CONFIG": {"hosts": [{"host": "127.0.0.1", "port": %d, "socket_timeout": None}]},
    }
}
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://127.0.0.1:%d",
    }
}
"""
"""Settings with which processes share a channel layer and a cache; with the port, twice."""


@contextmanager
def redis_server(folder: Path) -> Iterator[int]:
    """Run Debian's `redis-server` in `folder`; yields its port. Without the program, the test is skipped."""
    program = find("redis-server")
    if program is None:
        pytest.skip("redis-server is not installed: python -m tests.support.servers")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    at = ["--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder)]
    process = subprocess.Popen(
        [program, *at, "--save", "", "--appendonly", "no"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_for(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def forget_all(port: int) -> None:
    """Let the server at `port` forget what it has."""
    assert _said(port, b"FLUSHALL\r\n") == b"+OK\r\n"


def _said(port: int, command: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=5) as there:
        there.sendall(command)
        return there.recv(100)


def _wait_for(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if _said(port, b"PING\r\n") == b"+PONG\r\n":
                return
        except OSError:
            continue
    raise RuntimeError(f"redis-server does not answer; its status is {process.poll()}.")

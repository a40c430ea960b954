"""Two processes of one project behind one address, as behind a load balancer: WebSockets go to each in turn."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from tests.conftest import wait_for
from tests.server.startproject import Project

__all__ = ["ServersBehindOneAddress", "servers_behind_one_address"]

_MOST = 65536


class ServersBehindOneAddress:
    """Passes on each connection to one of the processes, to another one if that is gone.

    `sockets` has, for each WebSocket that was opened, the number of its process.
    """

    def __init__(self, processes: list[subprocess.Popen], ports: list[int]) -> None:
        self._processes = processes
        self._ports = ports
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self.sockets: list[int] = []
        self._turn = 0
        self._open: set[socket.socket] = set()
        self._thread = threading.Thread(target=self._accept)
        self._thread.start()

    def kill(self, number: int) -> None:
        """Kill a process at once, whatever it does."""
        process = self._processes[number]
        os.kill(process.pid, signal.SIGKILL)
        process.wait(20)

    def close(self) -> None:
        """Accept nothing any more, and end all connections."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()
        for each in list(self._open):
            _shut(each)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return  # closed
            threading.Thread(target=self._serve, args=[client], daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client, suppress(OSError):  # either side may end at any time
            first = client.recv(_MOST)
            is_socket = b"upgrade: websocket" in first.lower()
            with self._connect(is_socket=is_socket) as server:
                self._open |= {client, server}
                server.sendall(first)
                back = threading.Thread(target=_pass_on, args=[server, client], daemon=True)
                back.start()
                _pass_on(client, server)
                back.join()
                self._open -= {client, server}

    def _connect(self, *, is_socket: bool) -> socket.socket:
        first = self._turn
        if is_socket:
            self._turn = 1 - self._turn
        for number in (first, 1 - first):
            with suppress(ConnectionRefusedError):
                made = socket.create_connection(("127.0.0.1", self._ports[number]))
                if is_socket:
                    self.sockets.append(number)
                return made
        raise ConnectionRefusedError


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(_MOST):
            other.sendall(data)
    _shut(one)
    _shut(other)


def _shut(each: socket.socket) -> None:
    with suppress(OSError):  # it is shut already
        each.shutdown(socket.SHUT_RDWR)


@contextmanager
def servers_behind_one_address(project: Project) -> Iterator[ServersBehindOneAddress]:
    """Run two ASGI servers of `project`, which has to be built."""
    processes, ports = [], []
    for _ in range(2):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            ports.append(free.getsockname()[1])
        processes.append(
            subprocess.Popen(
                [
                    sys.executable,
                    "-m",
                    "uvicorn",
                    "mysite.asgi:application",
                    "--port",
                    str(ports[-1]),
                ],
                cwd=project.folder,
                env=project.environment(),
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
        )
    try:
        for process, port in zip(processes, ports, strict=True):
            wait_for(f"http://127.0.0.1:{port}", process)
        servers = ServersBehindOneAddress(processes, ports)
        try:
            yield servers
        finally:
            servers.close()
    finally:
        for process in processes:
            process.terminate()
            process.wait(10)

"""Runs a project's ASGI application with uvicorn in a process that can be killed, and started again in no time.

The modules are imported once, in this process; each server is a fork of it. Lines of standard input say what to do:
`start` or `kill`; each is answered with a line. Run it in the project's folder. Its arguments are the port, and the path
of a page to get first, so that what pages need is imported.
"""

import os
import signal
import socket
import sys

import uvicorn


def load(path: str) -> uvicorn.Config:
    """Import the project and what its page at `path` needs."""
    sys.path.insert(0, os.getcwd())
    from mysite.asgi import application

    config = uvicorn.Config(application, log_level="critical", lifespan="off")
    config.load()
    from django.db import connections
    from django.test import Client

    assert Client(SERVER_NAME="127.0.0.1").get(path).status_code == 200
    connections.close_all()  # each process has its own
    return config


def start(config: uvicorn.Config, port: int) -> int:
    """Start a server, which answers from now on; return its number."""
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(100)
    child = os.fork()
    if not child:
        uvicorn.Server(config).run(sockets=[listening])
        os._exit(0)
    listening.close()  # or else connections would wait for the next server
    return child


def kill(child: int) -> None:
    """Kill a server at once, whatever it does."""
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def say(what: str) -> None:
    """Answer with a line."""
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def main() -> None:
    port, path = int(sys.argv[1]), sys.argv[2]
    config, child = load(path), 0
    say("ready")
    for line in sys.stdin:
        if child and os.waitpid(child, os.WNOHANG)[0]:
            child = 0  # it has ended by itself
        if line.strip() == "kill" and child:
            kill(child)
            child = 0
        elif line.strip() == "start" and not child:
            child = start(config, port)
        say("done")
    if child:
        kill(child)


if __name__ == "__main__":
    main()

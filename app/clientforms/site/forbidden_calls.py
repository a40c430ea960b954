"""Say clearly what a view cannot do in a page: open connections, and start threads."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Callable
from typing import Any, NoReturn

__all__ = ["NotInAPage", "install"]


class NotInAPage(OSError, RuntimeError):
    """Code of the site called what no page can do.

    It is both an OSError and a RuntimeError, because code that tolerates an unreachable server, or a
    thread that does not start, catches one of them.
    """


def install() -> None:
    """Replace functions of the standard library that would fail with an unclear error."""
    setattr(socket.socket, "connect", _refuse_connection)  # noqa: B010 - replaces a method
    socket.create_connection = _refuse_connection
    socket.getaddrinfo = _refuse_lookup
    setattr(threading.Thread, "start", _refuse_thread)  # noqa: B010 - replaces a method


def _refuse_connection(*given: Any, **_named: Any) -> NoReturn:
    address = next((each for each in given if isinstance(each, tuple)), ("another host",))
    _refuse(
        f"opens a connection to {address[0]}",
        "A page has no sockets: fetch it in a script of the page, or leave this view to a server.",
    )


def _refuse_lookup(host: Any, *_given: Any, **_named: Any) -> NoReturn:
    _refuse(
        f"looks up {host}",
        "A page has no sockets: fetch it in a script of the page, or leave this view to a server.",
    )


def _refuse_thread(thread: threading.Thread) -> NoReturn:
    target: Callable[..., Any] | None = getattr(thread, "_target", None)
    name = getattr(target, "__qualname__", "") or type(thread).__qualname__
    _refuse(
        f"starts a thread ({name})", "A page has no threads: call the function, and wait for it."
    )


def _refuse(what: str, remedy: str) -> NoReturn:
    raise NotInAPage(f"{_caller()} {what}. {remedy}")


def _caller() -> str:
    """Return the file and line of the site's code that is running, the innermost."""
    frame = sys._getframe(1)
    folder = f"{os.getcwd()}/"
    while frame:
        file = frame.f_code.co_filename
        own = file.removeprefix(folder)
        if own != file and not own.startswith("clientforms/"):
            return f"{own}, line {frame.f_lineno},"
        if not frame.f_back:
            break
        frame = frame.f_back
    return "The site"

"""What a change costs if the whole form goes to the server, and its HTML comes back: `peers/whole_form/`, measured."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from websockets.sync.client import connect

from benchmarks.example_server import serving

__all__ = ["Cost", "measure"]

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
    with (
        serving("whole_form:application", PEER) as (address, _),
        connect(f"ws{address.removeprefix('http')}/whole/") as socket,
    ):
        for change in changes:
            text = urllib.parse.urlencode(change)
            socket.send(text)
            html = str(socket.recv())
            if missing := [name for name in change if f'name="{name}"' not in html]:
                raise RuntimeError(f"The form that came back has no {missing[0]}: {html[:200]}")
            sent += len(text.encode())
            received += len(html.encode())
    return Cost(sent / len(changes), received / len(changes))

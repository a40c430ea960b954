"""Many pages at once: WebSockets of the example project, each of which asks its server about two fields a second.

`python -m benchmarks.load` starts the server, one process, and this client, another; see `--help`. A time is counted
from when a question was due, so that a server that falls behind is seen to. Afterwards, the same changes go to a server
that renders the whole form for each (`whole_form.py`).
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import statistics
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from benchmarks import whole_form
from benchmarks.example_server import serving
from benchmarks.machine import describe

__all__ = ["main"]

_WHOLE_FORMS = 200  # that are rendered, to compare with
_LARGEST_PART = 1 / 5  # of the bytes of a whole form
_SETTLED = 10  # seconds in which pages are opened, and after which memory should stay as it is


@dataclass
class _Seen:
    times: list[float] = field(default_factory=list)  # milliseconds
    errors: list[str] = field(default_factory=list)
    sent: int = 0  # bytes
    received: int = 0
    memory: list[tuple[float, int]] = field(default_factory=list)  # second, kB
    processor: float = 0.0  # seconds that the server used


def main(argv: Sequence[str] | None = None) -> int:
    """Measure, and print what was seen; return 1 if a question was not answered, or takes too many bytes."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--sockets", type=int, default=200)
    parser.add_argument("--rate", type=float, default=2, help="questions a second, for each")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rows", type=int, default=3, help="lines of each order")
    given = parser.parse_args(argv)
    with serving("config.asgi:application") as (address, pid):
        visitor = _logged_in(address)
        seen = asyncio.run(_drive(given, address, pid, visitor))
    _report(given, seen)
    is_small = _compare(given, seen)
    return 1 if seen.errors or not is_small else 0


def _logged_in(address: str) -> urllib.request.OpenerDirector:
    jar = CookieJar()
    visitor = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    visitor.open(f"{address}/accounts/login/").read()
    data = {
        "username": "demo",
        "password": "demo",
        "csrfmiddlewaretoken": _cookie(jar, "csrftoken"),
    }
    visitor.open(f"{address}/accounts/login/", urllib.parse.urlencode(data).encode()).read()
    visitor.addheaders = [("Cookie", f"sessionid={_cookie(jar, 'sessionid')}")]
    return visitor


def _cookie(jar: CookieJar, name: str) -> str:
    return next(str(cookie.value) for cookie in jar if cookie.name == name)


async def _drive(
    given: argparse.Namespace, address: str, pid: int, visitor: urllib.request.OpenerDirector
) -> _Seen:
    seen = _Seen()
    cookie = dict(visitor.addheaders)["Cookie"]
    start = time.monotonic() + 2
    pages = [_page(number, given, address, cookie, start, seen) for number in range(given.sockets)]
    watching = asyncio.create_task(_watch(pid, start, seen))
    before = _processor_time(pid)
    await asyncio.gather(*pages)
    seen.processor = _processor_time(pid) - before
    watching.cancel()
    return seen


async def _page(
    number: int, given: argparse.Namespace, address: str, cookie: str, start: float, seen: _Seen
) -> None:
    """Ask about a field of the order and about one of its lines, in turns."""
    chance = random.Random(number)
    url = f"ws{address.removeprefix('http')}/clientforms/answers/?language=en&zone=Europe/Berlin"
    headers = {"Cookie": cookie, "Origin": address}
    async with connect(url, additional_headers=headers) as socket:
        due = start + _SETTLED * number / given.sockets + chance.random() / given.rate
        for count in range(int(given.seconds * given.rate)):
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            text = json.dumps(
                _question(number, count, given.rows), ensure_ascii=False, separators=(",", ":")
            )
            await socket.send(text)
            said = await socket.recv()
            seen.times.append((time.monotonic() - due) * 1000)
            if "errors" not in json.loads(said):
                seen.errors.append(str(said))
            if count > 1:  # the first says all
                seen.sent += len(text.encode())
                seen.received += len(said.encode() if isinstance(said, str) else said)
            due += 1 / given.rate


def _question(page: int, count: int, rows: int) -> dict[str, Any]:
    turn, is_line = divmod(count, 2)
    value = f"{page}-{turn}"
    if is_line:
        form = {"form": "orders.forms.LineFormSet", "prefix": "lines"}
        whole = {f"lines:{row}": _line(f"{page}/{row}") for row in range(rows)}
        changed = {"lines:0": {"__prefix__-label": [value]}}
    else:
        form = {"form": "orders.forms.OrderForm", "prefix": ""}
        whole = {"order:1": _order("A-1")}
        changed = {"order:1": {"number": [f"L-{page}{turn}"]}}
    said: dict[str, Any] = {**form, "number": turn + 1, "id": count}
    if turn:
        return {**said, "base": turn, "rows": changed}
    return {**said, "initial": 0, "order": list(whole), "rows": whole}


def _order(number: str) -> dict[str, list[str]]:
    return {
        "number": [number], "customer": ["Ada"], "email": [""], "day": ["2030-03-04"], "deposit": [""],
    }  # fmt: skip


def _line(label: str) -> dict[str, list[str]]:
    values = {"product": "1", "label": label, "count": "2", "id": "", "ORDER": "", "order": ""}
    return {f"__prefix__-{name}": [value] for name, value in values.items()}


async def _watch(pid: int, start: float, seen: _Seen) -> None:
    while True:
        status = Path(f"/proc/{pid}/status").read_text()
        resident = re.search(r"VmRSS:\s*(\d+) kB", status)
        seen.memory.append((time.monotonic() - start, int(resident[1]) if resident else 0))
        await asyncio.sleep(1)


def _processor_time(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _compare(given: argparse.Namespace, seen: _Seen) -> bool:
    """Print what the same changes cost if each renders the whole form; return whether ours are small enough."""
    changes = [_posted(given.rows, count) for count in range(2, 2 + _WHOLE_FORMS)]
    whole = whole_form.measure(changes)
    ours = _bytes_for_a_change(given, seen)
    part = ours / whole.together
    print(
        f"the whole form for a change: {whole.sent:.0f} bytes there, {whole.received:.0f} back; "
        f"ours are {part:.1%} of that, a fifth is the limit"
    )
    return part <= _LARGEST_PART


def _posted(rows: int, count: int) -> dict[str, str]:
    """Return what a browser would post after the change that `_question()` asks about."""
    order = {name: values[0] for name, values in _order("A-1").items()}
    management = {"TOTAL_FORMS": rows, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 1, "MAX_NUM_FORMS": 20}
    lines = {f"lines-{name}": str(value) for name, value in management.items()}
    for row in range(rows):
        for name, values in _line(f"0/{row}").items():
            lines[name.replace("__prefix__", f"lines-{row}")] = values[0]
    for row in _question(0, count, rows)["rows"].values():
        for name, values in row.items():
            place = lines if name.startswith("__prefix__") else order
            place[name.replace("__prefix__", "lines-0")] = values[0]
    return {**order, **lines}


def _bytes_for_a_change(given: argparse.Namespace, seen: _Seen) -> float:
    changes = max(1, len(seen.times) - 2 * given.sockets)
    return (seen.sent + seen.received) / changes


def _report(given: argparse.Namespace, seen: _Seen) -> None:
    times = sorted(seen.times)
    settled = [size for second, size in seen.memory if second >= _SETTLED] or [0]
    print(
        f"{given.sockets} WebSockets, {given.rate:g} questions a second each, {given.seconds:g} s, "
        f"orders with {given.rows} lines: {len(times)} answers, {len(seen.errors)} errors"
    )
    print(
        f"milliseconds: median {statistics.median(times):.1f}, "
        f"p95 {times[int(len(times) * 0.95)]:.1f}, p99 {times[int(len(times) * 0.99)]:.1f}, "
        f"most {times[-1]:.1f}"
    )
    print(
        f"processor time of the server for an answer: {seen.processor / len(times) * 1000:.2f} ms"
    )
    sizes = ", ".join(f"{size / 1024:.1f}" for size in settled[::10])
    print(f"memory of the server from second {_SETTLED} on, each ten seconds, MB: {sizes}")
    print(f"bytes for a change: {_bytes_for_a_change(given, seen):.0f}")
    print(describe("no browser"))
    for error in seen.errors[:3]:
        print(error)


if __name__ == "__main__":
    sys.exit(main())

"""Many pages at once: WebSockets of the example project, each of which asks its server about two fields a second.

`python -m benchmarks.load` starts the server, one process, and this client, another; see `--help`. A time is counted
from when a question was due, so that a server that falls behind is seen to.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any

from websockets.asyncio.client import connect

from benchmarks.machine import describe

__all__ = ["main"]

ROOT = Path(__file__).resolve().parents[1]
EXAMPLE = ROOT / "examples" / "orders"
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
    """Measure, and print what was seen; return 1 if a question was not answered."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--sockets", type=int, default=200)
    parser.add_argument("--rate", type=float, default=2, help="questions a second, for each")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--rows", type=int, default=3, help="lines of each order")
    given = parser.parse_args(argv)
    with _server() as (address, pid):
        visitor = _logged_in(address)
        html = visitor.open(f"{address}/new/").read().decode()
        seen = asyncio.run(_drive(given, address, pid, visitor))
    _report(given, seen, _whole_form(html))
    return 1 if seen.errors else 0


@contextmanager
def _server() -> Iterator[tuple[str, int]]:
    """Run the example on one process of uvicorn, with data of its own; yield its address and process."""
    with tempfile.TemporaryDirectory() as data:
        environment = {
            **os.environ,
            "PYTHONPATH": str(ROOT / "app"),
            "ORDERS_DATA": data,
            "ORDERS_DEBUG": "0",
        }
        subprocess.run(
            [sys.executable, "manage.py", "demo"], cwd=EXAMPLE, env=environment, check=True
        )
        command = [
            sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", "0", "--no-access-log",
        ]  # fmt: skip
        running = subprocess.Popen(
            command, cwd=EXAMPLE, env=environment, stderr=subprocess.PIPE, text=True
        )
        try:
            assert running.stderr is not None
            for line in running.stderr:
                if found := re.search(r"http://[\d.:]+", line):
                    break
            else:
                raise RuntimeError("uvicorn did not say where it serves.")
            yield found[0], running.pid
        finally:
            running.terminate()
            running.wait(20)


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


def _whole_form(html: str) -> int:
    """Return how many bytes go to and fro if each change renders the whole form."""
    form = re.search(r"<form[^>]*data-send.*?</form>", html, re.DOTALL)
    assert form
    names = re.findall(r' name="([^"]+)"', form[0])
    return len(form[0].encode()) + len(urllib.parse.urlencode(dict.fromkeys(names, "12345")))


def _report(given: argparse.Namespace, seen: _Seen, whole_form: int) -> None:
    times = sorted(seen.times)
    settled = [size for second, size in seen.memory if second >= _SETTLED] or [0]
    changes = max(1, len(times) - 2 * given.sockets)
    each = (seen.sent + seen.received) / changes
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
    print(
        f"memory of the server after {_SETTLED} s: {settled[0] / 1024:.1f} MB, "
        f"at the end {settled[-1] / 1024:.1f} MB"
    )
    print(f"bytes for a change: {each:.0f}; whole form there and back: {whole_form}")
    print(describe("no browser"))
    for error in seen.errors[:3]:
        print(error)


if __name__ == "__main__":
    sys.exit(main())

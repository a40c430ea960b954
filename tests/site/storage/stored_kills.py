"""A site that saves one row after the other until its browser is killed: what the next one finds.

Used by test_stored_kills.py, a few times, and by benchmarks/stored_kills.py.
"""

from __future__ import annotations

import contextlib
import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass

from playwright.sync_api import ConsoleMessage, Error, Playwright

from tests.site.storage.stored_page import (
    SHIPPED_MEDIA,
    Stored,
    StoredPage,
    names_of_project,
    read_stored,
    serve,
)
from tests.support.kills import kill, open_browser

__all__ = ["Death", "find_faults", "kill_while_saving", "read_anew"]

# Large rows and small ones, files that come and go, and a transaction of several statements.
_SAVING = """
import random
start = Entry.objects.count()
for number in range(start, start + 100_000):
    async with site.turn():
        with transaction.atomic():
            account, _ = Account.objects.get_or_create(name=f"account {number % 7}")
            entry = Entry(account=account, text=f"{number} " + "x" * random.choice([10, 500, 9000]))
            entry.receipt.save(f"{number}.txt", ContentFile(str(number).encode() * 300))
    js.console.log(f"saved {number}")
"""


@dataclass(frozen=True)
class Death:
    """What a page had called saved when it was killed, and what was there afterwards."""

    kind: str
    seconds: float
    called_saved: int
    found: int
    faults: list[str]


def kill_while_saving(
    playwright: Playwright,
    server: str,
    profile: str,
    database: bytes,
    kind: str,
    chance: random.Random,
) -> Death:
    """Save in a browser with this profile, kill it at a random moment, and look."""
    context, page = open_browser(playwright, profile)
    serve(context, server, "v1", names_of_project(), database)
    saved = -1

    def note(message: ConsoleMessage) -> None:
        nonlocal saved
        if message.text.startswith("saved "):
            saved = int(message.text.removeprefix("saved "))

    page.on("console", note)
    StoredPage(page, server).open()
    page.evaluate("code => { run(code) }", _SAVING)
    with page.expect_console_message(lambda message: message.text.startswith("saved ")):
        pass
    seconds = chance.uniform(0, 1.5)
    page.wait_for_timeout(seconds * 1000)
    kill(profile, kind)
    with contextlib.suppress(Error):
        context.close()
    stored = read_anew(playwright, profile, server)
    faults, found = find_faults(stored, saved)
    return Death(kind, seconds, saved + 1, found, faults)


def read_anew(playwright: Playwright, profile: str, server: str) -> Stored:
    """Return what a new browser with this profile finds, without Python."""
    context, page = open_browser(playwright, profile)
    page.goto(f"{server}/static/favicon.svg")
    stored = read_stored(page)
    context.close()
    return stored


def find_faults(stored: Stored, saved: int) -> tuple[list[str], int]:
    """Return what is wrong if the rows up to number `saved` were called saved, and how many rows there are."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(stored.database)
        faults = [
            f"{pragma}: {row}"
            for pragma in ("integrity_check", "foreign_key_check")
            for row in connection.execute(f"PRAGMA {pragma}")
            if row != ("ok",)
        ]
        query = "SELECT text, receipt FROM ledger_entry ORDER BY id"
        rows = [(int(text.split()[0]), receipt) for text, receipt in connection.execute(query)]
    if [number for number, _ in rows] != list(range(len(rows))):
        faults.append(f"rows are missing: {rows}")
    if len(rows) <= saved:
        faults.append(f"{saved + 1} rows were called saved, there are {len(rows)}")
    media = dict(stored.media)
    for number, name in rows:
        if media.pop(name, None) != str(number).encode() * 300:
            faults.append(f"the file of row {number} is missing or wrong")
    if media != SHIPPED_MEDIA:
        faults.append(f"files without a row: {sorted(media)}")
    return faults, len(rows)

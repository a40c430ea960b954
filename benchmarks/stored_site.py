"""What it costs to store what a site saves: one row in a database of ten megabytes, with storage and without.

`PYTHONPATH=app:. .venv/bin/python -m benchmarks.stored_site` prints both, in one page and run. A save is a turn: the
lock, the transaction of SQLite, and that of IndexedDB until it is on the disk. Django's view and form are outside.
"""

from __future__ import annotations

import statistics
import sys
from dataclasses import dataclass

from playwright.sync_api import Browser, sync_playwright

from tests.conftest import ROOT, serving
from tests.site.storage.stored_page import StoredPage, migrated, names_of_project, serve
from tests.support.browsers import find_chromium

__all__ = ["MEGABYTES", "MOST", "StoredSave", "measure_stored_save"]

MEGABYTES = 10
MOST = 15.0
"""Milliseconds that storing may add to a save."""

_FILL = f"""
account = Account.objects.create(name="cash")
text = "x" * 500
Entry.objects.bulk_create(Entry(account=account, text=text) for _ in range({MEGABYTES} * 1_000_000 // 530))
"""
_MEASURE = """
now = js.performance.now
async def times(turn):
    found = []
    for number in range(COUNT):
        start = now()
        async with turn():
            Entry.objects.create(account_id=1, text=f"{number} of many")
        found.append(now() - start)
    return found

from contextlib import asynccontextmanager
@asynccontextmanager
async def nothing():
    yield

await times(nothing)
without = await times(nothing)
stored = visit_again()
await stored.open()
start = now()
async with stored.turn():
    Entry.objects.create(account_id=1, text="first")
first = now() - start
await times(stored.turn)
with_storage = await times(stored.turn)
start = now()
await visit_again().open()
restored = now() - start
return [without, with_storage, first, restored]
"""


@dataclass(frozen=True)
class StoredSave:
    """Milliseconds of a save, medians, and of what happens once."""

    without: float
    with_storage: float
    first: float
    """The first save of a visitor, which stores the whole database."""
    restored: float
    """Bringing it back at the next visit."""

    @property
    def added(self) -> float:
        """What storing adds."""
        return self.with_storage - self.without

    @property
    def ratio(self) -> float:
        """With storage to without."""
        return self.with_storage / self.without


def measure_stored_save(browser: Browser, server: str, *, count: int = 40) -> StoredSave:
    """Measure in a new page of `server`, the development server."""
    context = browser.new_context()
    page = context.new_page()
    serve(context, server, "v1", names_of_project(), migrated(names_of_project(), _FILL))
    ledger = StoredPage(page, server).open(start="return None")
    without, with_storage, first, restored = ledger.run(_MEASURE.replace("COUNT", str(count)))
    context.close()
    return StoredSave(statistics.median(without), statistics.median(with_storage), first, restored)


def main() -> int:
    """Print the figures; 1 if storing adds more than it may."""
    command = ["-P", str(ROOT / "app/clientforms/builder/serve/checkout_server.py")]
    with serving(command) as address, sync_playwright() as playwright:
        found = find_chromium(playwright)
        if found is None:
            print("There is no Chromium.", file=sys.stderr)
            return 1
        browser = playwright.chromium.launch(
            executable_path=found.executable_path, args=list(found.arguments)
        )
        save = measure_stored_save(browser, address)
        browser.close()
    print(
        f"one row in {MEGABYTES} MB: {save.without:.1f} ms, stored {save.with_storage:.1f} ms: {save.added:.1f} ms more "
        f"(at most {MOST:.0f}), {save.ratio:.1f} times; the first save {save.first:.0f} ms, the next visit {save.restored:.0f} ms"
    )
    return int(save.added > MOST)


if __name__ == "__main__":
    sys.exit(main())

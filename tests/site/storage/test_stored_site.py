"""Data of a site in real browsers: what is saved stays, and what is not saved is said."""

import io
import sqlite3
import zipfile
from contextlib import closing

import pytest

from tests.site.storage.stored_page import SHIPPED_MEDIA, StoredPage, names_of_project, serve

IN_PAGE = "return [Path('/site/db.sqlite3').read_bytes().hex(), connection.connection is not None]"
GENERATIONS = """() => new Promise(resolve => {
    indexedDB.open("clientforms-site:ledger").onsuccess = ({target}) => {
        const index = target.result.transaction("pages").objectStore("pages").index("generation");
        index.getAllKeys().onsuccess = ({target: {result}}) => {
            index.openCursor(null, "prev").onsuccess = ({target: {result: last}}) => {
                index.count(last.key).onsuccess = ({target: {result: count}}) => resolve([result.length, count]);
            };
        };
        target.result.close();
    };
})"""
FILE = "Entry.objects.create(account=Account.objects.get(), text={0!r}, receipt=ContentFile({1!r}, {0!r}))"


def check(database):
    """Assert that SQLite finds nothing wrong with the content of a file."""
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(database)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def texts_in(database):
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(database)
        return [text for (text,) in connection.execute("SELECT text FROM ledger_entry ORDER BY id")]


def test_a_reader_stores_nothing_and_what_is_saved_stays(ledger):
    ledger.page.evaluate("""() => {
        window.asked = 0;
        const {persist} = StorageManager.prototype;
        StorageManager.prototype.persist = function () { asked += 1; return persist.call(this); };
    }""")
    assert ledger.texts() == []
    assert not ledger.stored().is_there
    assert ledger.page.evaluate("asked") == 0
    ledger.turn(FILE.format("tea.txt", b"5 pounds"))
    stored = ledger.stored()
    assert stored.database.hex() == ledger.run(IN_PAGE)[0]
    assert stored.media == {**SHIPPED_MEDIA, "tea.txt": b"5 pounds"}
    check(stored.database)
    ledger.turn("Entry.objects.update(text='tea.txt')")
    assert ledger.page.evaluate("asked") == 1
    written = ledger.stored().state
    ledger.open()
    assert ledger.texts() == ["tea.txt"]
    assert ledger.stored().state == written
    assert ledger.turn("return Entry.objects.get().receipt.read().decode()") == "5 pounds"
    assert ledger.problem() == ""
    # Large enough for overflow pages, of which those that do not change are not written again.
    ledger.save(*("long" * 10_000 for _ in range(20)))
    ledger.save("one more")
    pages, last = ledger.page.evaluate(GENERATIONS)
    assert pages > 200
    assert 1 < last < 8
    ledger.visit_again()
    assert len(ledger.texts()) == 22
    ledger.turn("Entry.objects.all().delete(); connection.cursor().execute('VACUUM')")
    stored = ledger.stored()
    assert texts_in(stored.database) == []
    assert len(stored.database) < 50_000
    ledger.save("small again")
    ledger.visit_again()
    assert ledger.texts() == ["small again"]
    check(ledger.stored().database)


def test_nothing_of_a_transaction_is_stored_that_was_not_committed(ledger):
    ledger.save("before")
    spill = "connection.cursor().execute('PRAGMA cache_size = 1')\n"
    half = "add(*('half' * 1000 for _ in range(100)))\n"
    ledger.turn(
        f"{spill}try:\n    with transaction.atomic():\n        {half}        raise ValueError\n"
        "except ValueError:\n    pass"
    )
    assert ledger.texts() == ["before"]
    assert texts_in(ledger.stored().database) == ["before"]

    said = "try:\n    async with site.turn():\n        {}\nexcept Exception as error:\n    return str(error)"
    left = f"{spill}transaction.set_autocommit(False); {half}"
    told = ledger.run(said.format(left.replace("\n", "\n        ")))
    assert "rolled back" in told
    ledger.save("after")
    foreign = """
import sqlite3
other = sys.other = sqlite3.connect("/site/db.sqlite3")
other.execute("PRAGMA cache_size = 1")
other.execute("BEGIN IMMEDIATE")
for _ in range(100):
    other.execute("INSERT INTO ledger_account (name) VALUES (hex(randomblob(2000)))")"""
    told = ledger.run(said.format(foreign.replace("\n", "\n        ")))
    assert "a connection of sqlite3" in told
    assert texts_in(ledger.stored().database) == ["before", "after"]
    ledger.run("sys.other.close()")
    ledger.save("last")
    stored = ledger.stored().database
    check(stored)
    assert texts_in(stored) == ["before", "after", "last"]


def test_a_view_that_raises_leaves_what_it_committed(ledger):
    told = ledger.run(
        "try:\n    async with site.turn():\n        add('committed')\n        raise ValueError('later')\n"
        "except ValueError as error:\n    return str(error)"
    )
    assert told == "later"
    ledger.visit_again()
    assert ledger.texts() == ["committed"]


def test_files_come_and_go_with_the_rows_that_name_them(ledger):
    ledger.turn(FILE.format("tea.txt", b"tea"))
    assert ledger.stored().media == {**SHIPPED_MEDIA, "tea.txt": b"tea"}
    ledger.visit_again()
    ledger.turn(
        "entry = Entry.objects.get()\nentry.receipt.delete()\n"
        "(Path('/site/media/shipped/a.txt')).write_bytes(b'A')\n"
        "(Path('/site/media/shipped/b.txt')).rename('/site/media/c.txt')"
    )
    assert ledger.stored().media == {"shipped/a.txt": b"A", "c.txt": b"b"}
    ledger.visit_again()
    found = "sorted(str(each) for each in Path('/site/media').rglob('*') if each.is_file())"
    assert ledger.turn(f"return {found}") == ["/site/media/c.txt", "/site/media/shipped/a.txt"]
    # Written twice within the same millisecond, and with the same length.
    for letter in "xyz":
        ledger.turn(f"Path('/site/media/c.txt').write_bytes(b'{letter}')")
        assert ledger.stored().media["c.txt"] == letter.encode()


def test_tabs_see_what_others_write_and_lose_nothing(ledger):
    other_page = ledger.page.context.new_page()
    other = StoredPage(other_page, ledger.server).open()
    other.run(
        "js.window.heard = 0\nsite.when_changed(lambda *_: setattr(js.window, 'heard', js.window.heard + 1))"
    )
    ledger.save("first")
    other_page.wait_for_function("window.heard === 1")
    for tab, text in [(other, "second"), (ledger, "third"), (other, "fourth")]:
        tab.save(text)
    assert ledger.texts() == other.texts() == ["first", "second", "third", "fourth"]
    writing = """
import asyncio
async def write(number):
    async with site.turn():
        add(f"{tab} {number}", "x" * 3000)
        Path(f"/site/media/{tab}-{number}.txt").write_text(tab)
        if number % 5 == 0:
            Entry.objects.filter(text="x" * 3000).delete()
await asyncio.gather(*map(write, range(25)))
return True"""
    for tab, name in [(ledger, "one"), (other, "two")]:
        tab.page.evaluate("code => { window.done = run(code) }", f"tab = {name!r}{writing}")
    for tab in (ledger, other):
        tab.page.evaluate("window.done")
    wanted = {f"{tab} {number}" for tab in ("one", "two") for number in range(25)}
    assert ledger.texts() == other.texts()
    assert {text for text in ledger.texts() if text[:4] in ("one ", "two ")} == wanted
    stored = ledger.stored()
    check(stored.database)
    assert texts_in(stored.database) == ledger.texts()
    assert len(stored.media) == 50 + len(SHIPPED_MEDIA)
    assert ledger.turn("return len(list(Path('/site/media').glob('*.txt')))") == 50
    assert other.problem() == ledger.problem() == ""
    other_page.close()


@pytest.mark.first_visit  # browsers ask now and then only how much room there is
def test_a_full_disk_is_said_and_stored_later(page, server, first_database):
    serve(page.context, server, "v1", names_of_project(), first_database)
    ledger = StoredPage(page, server).open()
    devtools = ledger.page.context.new_cdp_session(ledger.page)
    quota = {"origin": ledger.server}
    devtools.send("Storage.overrideQuotaForOrigin", quota | {"quotaSize": 300_000})
    ledger.save("stored")
    add = """
try:
    async with site.turn():
        add({!r} + "!" * 1_000_000)
except StorageError as error:
    return [str(error), error.full]"""
    imported = "from clientforms.browser.dom.local_storage import StorageError"

    def beginnings():
        return [text.rstrip("!") for text in ledger.texts()]

    message, is_full = ledger.run(imported + add.format("first in vain"))
    assert is_full
    assert "full" in message
    assert ledger.run(imported + add.format("second in vain")) is None  # it was said
    assert ledger.problem() == message
    assert beginnings() == ["stored", "first in vain", "second in vain"]
    assert texts_in(ledger.stored().database) == ["stored"]
    devtools.send("Storage.overrideQuotaForOrigin", quota)
    ledger.save("there is room")
    assert ledger.problem() == ""
    ledger.visit_again()
    assert beginnings() == ["stored", "first in vain", "second in vain", "there is room"]


BARRED = {
    "no database": """{
        const own = Object.getOwnPropertyDescriptor(window, "indexedDB");
        window.allow = () => Object.defineProperty(window, "indexedDB", own);
        const get = () => { throw new DOMException("No.", "SecurityError"); };
        Object.defineProperty(window, "indexedDB", {configurable: true, get});
    }""",
    "no locks": """{
        window.allow = () => { delete navigator.locks; };
        Object.defineProperty(navigator, "locks", {configurable: true, value: undefined});
    }""",
}


@pytest.mark.parametrize("reason", BARRED)
def test_a_browser_that_stores_nothing_is_said(ledger, reason):
    ledger.page.evaluate(BARRED[reason])
    ledger.visit_again()
    ledger.save("in memory")
    assert ledger.texts() == ["in memory"]
    assert ledger.problem().startswith(
        "Changes are lost" if reason == "no locks" else "This browser does not let the page store"
    )
    assert ledger.run("return len(await site.export_database()) > 0")
    ledger.page.evaluate("allow()")
    assert not ledger.stored().is_there


def test_cleared_data_are_stored_again_whole_by_the_next_save(ledger):
    ledger.save("one")
    ledger.page.context.new_cdp_session(ledger.page).send(
        "Storage.clearDataForOrigin", {"origin": ledger.server, "storageTypes": "indexeddb"}
    )
    assert ledger.texts() == ["one"]
    ledger.save("two")
    assert texts_in(ledger.stored().database) == ["one", "two"]
    ledger.visit_again()
    assert ledger.texts() == ["one", "two"]


REFUSED = """
refused = []
for name, content in given.items():
    try:
        await site.import_database(bytes.fromhex(content))
    except ImportRefusedError as error:
        refused.append(str(error))
return refused"""


def test_what_is_no_database_of_the_site_is_refused(ledger, tmp_path):
    ledger.save("mine")
    before = ledger.stored().database
    other = tmp_path / "other.sqlite3"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE foods (name)")
        connection.commit()
    lost = tmp_path / "lost.sqlite3"
    lost.write_bytes(before)
    with closing(sqlite3.connect(lost)) as connection:
        connection.execute("INSERT INTO ledger_entry VALUES (77, 'x', '', 99)")
        connection.commit()
    given = {
        "a picture": b"\x89PNG\r\n",
        "empty": b"",
        "cut off": before[:20_000],
        "overwritten": before[:8192] + b"\xff" * 4096 + before[12288:],
        "another's": other.read_bytes(),
        "without what rows refer to": lost.read_bytes(),
    }
    names = {name: content.hex() for name, content in given.items()}
    assert ledger.run(f"given = {names!r}{REFUSED}") == [
        "This file is no SQLite database.",
        "This file is no SQLite database.",
        "This database is damaged.",
        "This database is damaged.",
        "This is the database of another site.",
        "This database is damaged.",
    ]
    assert ledger.texts() == ["mine"]
    assert ledger.stored().database == before


def test_what_is_exported_can_be_imported(ledger):
    ledger.turn(FILE.format("tea.txt", b"tea"))
    ledger.save("two")
    exported = ledger.run(
        "return [(await export()).hex() for export in (site.export_database, site.export_media, site.export_fixture)]"
    )
    database, media, fixture = map(bytes.fromhex, exported)
    check(database)
    assert texts_in(database) == ["tea.txt", "two"]
    with zipfile.ZipFile(io.BytesIO(media)) as archive:
        assert archive.read("tea.txt") == b"tea"
    ledger.turn("Entry.objects.get(text='tea.txt').receipt.delete(); Entry.objects.all().delete()")
    given = "await site.import_{}(bytes.fromhex({!r}))"
    ledger.run(given.format("database", database.hex()))
    ledger.run(given.format("media", media.hex()))
    ledger.visit_again()
    assert ledger.turn("return Entry.objects.get(text='tea.txt').receipt.read().decode()") == "tea"
    ledger.turn("Entry.objects.all().delete()")
    ledger.run(given.format("fixture", fixture.hex()))
    assert ledger.texts() == ["tea.txt", "two"]
    refused = """
refused = []
for give, content in given:
    try:
        await give(content)
    except ImportRefusedError as error:
        refused.append(str(error))
return refused"""
    slip = io.BytesIO()
    with zipfile.ZipFile(slip, "w") as archive:
        archive.writestr("good.txt", "good")
        archive.writestr("../settings.py", "evil")
    row = b'[{"model": "ledger.entry", "pk": 9, "fields": {"account": 99, "text": "lost"}}]'
    assert (
        ledger.run(
            f"given = [(site.import_media, {slip.getvalue()!r}), (site.import_media, {media[:30]!r}), "
            f"(site.import_fixture, {row!r}), (site.import_fixture, b'no'), (site.import_fixture, b'\\xff')]{refused}"
        )
        == ["This file is no ZIP archive, or it is damaged."] * 2
        + ["This fixture does not fit the site."] * 3
    )
    assert ledger.texts() == ["tea.txt", "two"]
    assert ledger.stored().media == {**SHIPPED_MEDIA, "tea.txt": b"tea"}

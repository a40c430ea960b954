"""Data that one version of a site has written, and another finds."""

import sqlite3
from contextlib import closing

import pytest

from tests.site.storage.stored_page import (
    SHIPPED_MEDIA,
    StoredPage,
    failing_version,
    names_of_project,
    second_version,
    serve,
)

OPEN = "opened = await site.open()\nreturn [opened.restored, opened.upgraded, opened.restart]"
PLACES = "return list(Entry.objects.order_by('pk').values_list('place', flat=True))"
MEDIA = """
media = Path('/site/media')
return sorted(str(each.relative_to(media)) for each in media.rglob('*') if each.is_file())"""
IMPORT = """
try:
    await site.import_{}(b"")
except ImportRefusedError as error:
    return str(error)"""
WRITE = """
try:
    async with site.turn():
        add("in vain")
except Exception as error:
    return str(error)"""


@pytest.fixture
def visit(page, server, first_database, second_database):
    """Open a version in a tab, with `start`, and return the tab with what that returned."""

    def open_version(version, start=OPEN, tab=page):
        shipped = {
            "v1": (names_of_project(), first_database),
            "v1 with other templates": (names_of_project(), first_database),
            "v2": (second_version(), second_database),
            "v3": (failing_version(), first_database),
        }
        serve(page.context, server, version, *shipped[version])
        ledger = StoredPage(tab, server).open(start="return None")
        return ledger, ledger.run(start)

    return open_version


def test_an_update_migrates_what_is_stored_and_older_pages_can_read_it(visit, page):
    old, opened = visit("v1")
    assert opened == [False, False, False]
    old.save("tea", "salt")
    tab = page.context.new_page()
    new, opened = visit("v2", tab=tab)
    assert opened == [True, True, False]
    assert new.turn(PLACES) == [1, 2]
    assert new.stored().state["version"] == "v2"
    new.save("oats")

    # The tab that was open all the time.
    assert old.texts() == ["tea", "salt", "oats"]
    assert "newer version" in old.problem()
    assert "readonly database" in old.run(WRITE)
    assert old.texts() == ["tea", "salt", "oats"]
    old.turn(
        "Path('/site/media/new.txt').write_text('a')\nPath('/site/media/shipped/a.txt').unlink()"
    )
    assert old.turn(MEDIA) == sorted(SHIPPED_MEDIA)
    for give in ("media", "fixture", "database"):
        assert "newer version" in old.run(IMPORT.format(give))
    # One from a cache.
    before = new.stored().database
    old, opened = visit("v1")
    assert opened == [True, False, False]
    assert "newer version" in old.problem()
    assert old.texts() == ["tea", "salt", "oats"]
    assert "readonly database" in old.run(WRITE)
    assert new.stored().database == before

    new.visit_again()
    new.save("rye")
    assert new.turn(PLACES) == [1, 2, 0, 0]
    assert new.problem() == ""


def test_a_failed_update_leaves_the_old_version_running(visit, complaints):
    complaints.expect("the stored data could not be updated. ValueError: No way.")
    old, _ = visit("v1")
    old.turn("add('tea'); Path('/site/media/tea.txt').write_text('tea')")
    before = old.stored()
    which = "which = await archive_to_run('ledger', {!r})\nreturn which and [which.version, which.content.decode(), which.notice]"
    broken, opened = visit("v3")
    assert opened == [False, False, True]
    assert broken.stored().database == before.database
    assert broken.stored().media == before.media
    version, content, notice = broken.run(which.format("v3"))
    assert (version, content) == ("v1", "v1")
    assert "update of this site has failed" in notice
    assert broken.run(which.format("v1")) is None


def test_databases_of_other_versions_can_be_imported(visit, tmp_path):
    give = "await site.import_database(bytes.fromhex({!r}))"
    old, _ = visit("v1")
    old.save("old")
    exported = old.run("return (await site.export_database()).hex()")
    new, _ = visit("v2")
    new.save("new")
    newer = new.run("return (await site.export_database()).hex()")
    new.run(give.format(exported))
    assert new.texts() == ["old"]
    assert new.turn(PLACES) == [1]
    new.visit_again()
    assert new.texts() == ["old"]

    # With a write-ahead log, as a server may have it.
    path = tmp_path / "wal.sqlite3"
    path.write_bytes(bytes.fromhex(newer))
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("UPDATE ledger_entry SET text = 'logged' WHERE text = 'new'")
        connection.commit()
    new.run(give.format(path.read_bytes().hex()))
    assert new.texts() == ["old", "logged"]
    new.save("after")
    new.visit_again()
    assert new.texts() == ["old", "logged", "after"]


def test_a_database_of_a_newer_version_is_read_only_until_the_reload(visit):
    new, _ = visit("v2")
    new.save("new")
    newer = new.run("return (await site.export_database()).hex()")
    new.page.evaluate("indexedDB.deleteDatabase('clientforms-site:ledger')")
    old, _ = visit("v1")
    old.save("mine")
    old.run(f"await site.import_database(bytes.fromhex({newer!r}))")
    assert old.texts() == ["new"]
    assert "newer version" in old.problem()
    assert "readonly database" in old.run(WRITE)
    old.visit_again()
    assert old.texts() == ["mine"]
    assert old.problem() == ""
    old.save("more")


@pytest.mark.first_visit  # browsers ask now and then only how much room there is
def test_an_update_that_finds_no_room_is_stored_later(visit, page, server):
    devtools = page.context.new_cdp_session(page)
    quota = {"origin": server}
    devtools.send("Storage.overrideQuotaForOrigin", quota | {"quotaSize": 500_000})
    old, _ = visit("v1")
    old.save("tea")
    before = old.stored()
    new, opened = visit(
        "v2",
        "global site\nsite = StoredSite('ledger', Path('/site/db.sqlite3'), Path('/site/media'), VERSION, bytes(1_000_000))\n"
        f"{OPEN}",
    )
    assert opened == [True, True, False]
    assert "storage is full" in new.problem()
    assert new.turn(PLACES) == [1]
    after = new.stored()
    assert (after.state, after.database) == (before.state, before.database)
    devtools.send("Storage.overrideQuotaForOrigin", quota)
    new.save("salt")
    assert new.problem() == ""
    assert new.stored().state["version"] == "v2"
    new.visit_again()
    assert new.texts() == ["tea", "salt"]


def test_versions_with_the_same_migrations_share_the_data(visit, page):
    old, _ = visit("v1")
    old.save("tea")
    new, opened = visit("v1 with other templates", tab=page.context.new_page())
    assert opened == [True, False, False]
    new_version = new.stored().state["version"]
    assert new_version == "v1 with other templates"
    old.save("salt")
    new.save("oats")
    assert old.texts() == new.texts() == ["tea", "salt", "oats"]
    assert old.problem() == new.problem() == ""
    old.visit_again()
    old.save("rye")
    assert new.texts() == ["tea", "salt", "oats", "rye"]
    assert new.stored().state["version"] == new_version


def test_the_data_of_another_site_of_the_same_name_are_left_alone(visit, complaints):
    complaints.expect("ledger is the name of another site in this origin")
    old, _ = visit("v1")
    old.turn(
        "add('tea'); connection.cursor().execute(\"UPDATE django_migrations SET app = 'shop'\")\n"
        "for name in ('entry', 'account'):\n"
        "    connection.cursor().execute(f'ALTER TABLE ledger_{name} RENAME TO shop_{name}')\n"
        "Path('/site/media/tea.txt').write_text('tea')"
    )
    before = old.stored()
    other, opened = visit("v2")
    assert opened == [False, False, False]
    assert "Another site" in other.problem()
    other.save("salt")
    assert other.texts() == ["salt"]
    files = "return sorted(each.name for each in Path('/site/media').rglob('*') if each.is_file())"
    assert other.run(files) == ["a.txt", "b.txt"]
    after = other.stored()
    assert (after.database, after.media, after.state) == (
        before.database,
        before.media,
        before.state,
    )


def test_a_turn_that_cannot_begin_lets_other_tabs_go_on(visit, page):
    old, _ = visit("v1")
    old.save("tea")
    new, _ = visit("v2", tab=page.context.new_page())
    new.save("salt")
    # The old version has to look at its migrations, and cannot.
    broken = """
import pathlib
path = pathlib.Path("/site/ledger/migrations/0001_initial.py")
text = path.read_text()
path.write_text("raise OSError('gone')")
for name in ("ledger.migrations.0001_initial", "ledger.migrations"):
    sys.modules.pop(name, None)
try:
    async with site.turn():
        pass
except OSError as error:
    return str(error)
finally:
    path.write_text(text)"""
    assert old.run(broken) == "gone"
    new.save("oats")
    assert new.texts() == old.texts() == ["tea", "salt", "oats"]

"""Browsers that are killed while a site saves, or while its data are updated to another version."""

import contextlib
import os
import random
import shutil
import sqlite3
from contextlib import closing

import pytest
from playwright.sync_api import Error

from tests.site.storage.stored_kills import kill_while_saving, read_anew
from tests.site.storage.stored_page import (
    StoredPage,
    names_of_project,
    second_version,
    serve,
)
from tests.support.kills import kill, open_browser

KILLS = int(os.environ.get("CLIENTFORMS_KILLS", "2"))

HEAR = """() => {
    window.heard = new Promise(hear => { new BroadcastChannel("paused").onmessage = ({data}) => hear(data) });
}"""
PAUSES = """
    const pause = (at) => {
        if (window.pauseAt !== at) return;
        new BroadcastChannel("paused").postMessage(at);
        for (;;);
    };
    const {getAll, put} = IDBObjectStore.prototype;
    IDBObjectStore.prototype.getAll = function (...given) {
        const request = getAll.apply(this, given);
        request.addEventListener("success", () => pause("loading"));
        return request;
    };
    let puts = 0;
    IDBObjectStore.prototype.put = function (...given) {
        const request = put.apply(this, given);
        if ((puts += 1) === 3) pause("storing");
        return request;
    };
    const {commit} = IDBTransaction.prototype;
    IDBTransaction.prototype.commit = function () {
        commit.call(this);
        if (puts) pause("committing");
        this.addEventListener("complete", () => puts && pause("stored"));
    };
"""
POINTS = ["loading", "migrating", "storing", "committing", "stored"]


@pytest.mark.parametrize("kind", ["browser", "renderer"])
def test_what_was_called_saved_is_there_after_a_kill(
    playwright, server, first_database, tmp_path, kind
):
    chance = random.Random(kind)
    deaths = [
        kill_while_saving(playwright, server, str(tmp_path), first_database, kind, chance)
        for _ in range(KILLS)
    ]
    assert [death.faults for death in deaths] == [[]] * KILLS
    assert deaths[-1].found > KILLS


@pytest.fixture(scope="module")
def first_visit(playwright, server, first_database, tmp_path_factory):
    """The profile of a browser that has data of the first version."""
    profile = tmp_path_factory.mktemp("ledger") / "profile"
    context, page = open_browser(playwright, str(profile))
    serve(context, server, "v1", names_of_project(), first_database)
    StoredPage(page, server).open().save(*(f"entry {number}" for number in range(50)))
    context.close()
    return profile


@pytest.mark.parametrize("point", POINTS)
def test_an_update_that_is_interrupted_leaves_one_whole_version(
    playwright, server, first_visit, second_database, tmp_path, point
):
    profile = str(shutil.copytree(first_visit, tmp_path / "profile"))
    context, page = open_browser(playwright, profile)
    serve(context, server, "v2", second_version(), second_database)
    other = context.new_page()
    other.goto(f"{server}/static/favicon.svg")
    other.evaluate(HEAR)
    page.add_init_script(f"window.pauseAt = {point!r};{PAUSES}")
    StoredPage(page, server).open(start="return None")
    page.evaluate("() => { setTimeout(() => run('await site.open()')) }")
    assert other.evaluate("heard") == point
    kill(profile, "browser")
    with contextlib.suppress(Error):
        context.close()

    stored = read_anew(playwright, profile, server)
    version = stored.state["version"]
    assert version in {"loading": "v1", "migrating": "v1", "storing": "v1", "stored": "v2"}.get(
        point, "v1 v2"
    )
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.deserialize(stored.database)
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        columns = [row[1] for row in connection.execute("PRAGMA table_info(ledger_entry)")]
        assert ("place" in columns) == (version == "v2")
        texts = [
            text for (text,) in connection.execute("SELECT text FROM ledger_entry ORDER BY id")
        ]
        assert texts == [f"entry {number}" for number in range(50)]
        if version == "v2":
            places = connection.execute("SELECT place FROM ledger_entry ORDER BY id").fetchall()
            assert places == [(number,) for number in range(1, 51)]
    if point != "storing":
        return
    context, page = open_browser(playwright, profile)
    serve(context, server, "v2", second_version(), second_database)
    ledger = StoredPage(page, server).open()
    assert ledger.turn(
        "return list(Entry.objects.order_by('pk').values_list('place', flat=True))"
    ) == [*range(1, 51)]
    context.close()

"""The data of a site: SQLite's file and the media folder, kept in the browser's IndexedDB.

Python has both in memory. `static/site/storage.js` knows which pages of the file change and stores them; this
module says when, and what becomes of data that another version of the site has written.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.db.backends.signals import connection_created

from clientforms.browser.dom.local_storage import StorageError
from clientforms.browser.dom.scope import Scope
from clientforms.browser.runtime import JsException, console, error_name, plain_to_js, window
from clientforms.site import database_files, site_exchange
from clientforms.site.database_files import ImportRefusedError
from clientforms.site.site_migrations import Age, age_of, migrate, missing_tables
from clientforms.site.site_words import word

__all__ = ["Archive", "ImportRefusedError", "Opened", "StoredSite", "archive_to_run"]

_PATIENCE = 3  # seconds
_DENIED = "This browser does not let the page store data: changes are lost when it is closed."
_NO_LOCKS = "Changes are lost when this page is closed: to store them, it has to come over HTTPS."
_FULL = "The browser’s storage is full: the latest changes are lost when this page is closed."
_NEWER = "A newer version of this site has written the data: they can be read, but not changed. Reload the page."
_OTHER_TAB = (
    "Another tab has changed the data: the latest changes in this one are lost when it is closed."
)
_FOREIGN = "Another site keeps its data under the name of this one: changes are lost when this page is closed."
_NOT_UPDATED = "The update of this site has failed: your data are kept, but cannot be shown."
_OLD_VERSION = "The update of this site has failed. The version before it goes on with your data."


@dataclass(frozen=True)
class Opened:
    """What there was of earlier visits."""

    restored: bool = False
    """Whether the database and the media are those of earlier visits, not the shipped ones."""
    upgraded: bool = False
    """Whether the migrations of a new version were applied to them."""
    restart: bool = False
    """Whether that failed. Reload the page: `archive_to_run()` returns the version that fits the data then."""


@dataclass(frozen=True)
class Archive:
    """A version of the site that is kept with its data, to run instead of the shipped one."""

    version: str
    content: bytes

    @property
    def notice(self) -> str:
        """What to tell visitors about it, when Django is configured."""
        return word(_OLD_VERSION)


async def archive_to_run(name: str, shipped: str) -> Archive | None:
    """Return the version to run instead of the version `shipped`, None if there is no reason to.

    Await it before anything of the author's code is unpacked. There is a reason if an update of the data to that
    version failed in this browser.
    """
    try:
        found = await window.clientforms.siteStorage.archiveToRun(name, shipped)
    except JsException:
        return None  # `open()` says why nothing is stored here
    if not found:
        return None
    return Archive(str(found.version), found.content.to_bytes())


class StoredSite:
    """The database file and the media folder of a site, kept in the browser's IndexedDB."""

    def __init__(
        self, name: str, database: Path, media: Path, version: str, archive: bytes
    ) -> None:
        """`name` is the key of the site's data in this origin, and `version` that of the site's code.

        `archive` is the packed code. It is stored with the data, in case an update to a later version fails.
        """
        self.problem = ""
        """Why changes are not kept, for visitors; empty if they are."""
        self.read_only = False
        """Whether changes are refused, as a newer version of the site has written the data."""
        self._name = name
        self._database = database.absolute()
        self._media = media.absolute()
        self._version = version
        self._archive = archive
        self._store: Any = None
        self._has_lock = False
        self._is_said = False
        """Whether an exception has said what `problem` says."""
        self._is_updated = False
        """Whether the data have been brought to this version, and that is not stored."""
        self._fitting = {version}
        """Other versions of the site whose data this one can use."""
        self._shipped: dict[Path, bytes] = {}
        self._turns = asyncio.Lock()
        self._tell_waiting: Callable[[bool], None] = lambda _: None
        self._scope = Scope()

    async def open(self) -> Opened:
        """Restore what earlier visits have stored, else leave the shipped files as they are.

        Django has to be set up, and its default database to be this one. Later, every request needs a `turn()`.
        """
        database_files.leave_write_ahead_log(self._database)
        connection_created.connect(self._configure, weak=False)
        self._scope.at_end(lambda: connection_created.disconnect(self._configure))
        try:
            with self._telling_if_late():
                self._store = await window.clientforms.siteStorage.open(
                    self._name, str(self._database), str(self._media)
                )
        except JsException as error:
            self.problem = _problem(error)
            return Opened()
        self._reconnect()  # what was open before is not watched
        files = (each for each in self._media.rglob("*") if each.is_file())
        self._shipped = {path: path.read_bytes() for path in (self._database, *files)}
        async with self._turns:
            begun = await self._take_lock()
            try:
                return await self._update(begun) if begun and begun.version else Opened()
            finally:
                self._release()
                self._shipped = {}

    def close(self) -> None:
        """Stop watching. The files stay as they are."""
        self._leave(self.problem)
        self._scope.end()

    def when_changed(self, callback: Callable[[], None]) -> None:
        """Call `callback` if another tab has stored something, which the next turn brings in."""
        if self._store is not None:
            self._store.listen(self._scope.function(callback))

    def when_waiting(self, callback: Callable[[bool], None]) -> None:
        """Call `callback` with True if another tab keeps this one waiting, and with False when it no longer does."""
        self._tell_waiting = callback

    @contextmanager
    def _telling_if_late(self) -> Iterator[None]:
        is_told = False

        def tell() -> None:
            nonlocal is_told
            is_told = True
            self._tell_waiting(True)

        timer = asyncio.get_running_loop().call_later(_PATIENCE, tell)
        try:
            yield
        finally:
            timer.cancel()
            if is_told:
                self._tell_waiting(False)

    @asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Bring in what other tabs have stored, and at the end store what was changed during the block.

        Meanwhile, no other tab has a turn. Turns cannot be nested. Raises StorageError if changes could not be
        stored. This happens once; afterwards, `problem` says so, and each turn tries again.
        """
        async with self._turns:
            try:
                await self._begin()
            except BaseException:
                self._release()
                raise
            try:
                yield
            finally:
                await self._end()

    async def _begin(self) -> None:
        begun = await self._take_lock()
        if begun is None:
            return
        if begun.conflict:
            if self.problem:  # changes that could not be stored
                self._leave(word(_OTHER_TAB))
                return
            console.warn("clientforms: changes of the database outside of a turn are lost.")
            await self._store.revert()
        if begun.brought or begun.conflict:
            self._reconnect()
        if begun.version and str(begun.version) not in self._fitting:
            is_known = self._version in list(begun.versions)
            if age_of(self._database, is_known=is_known) is Age.CURRENT:
                self._fitting.add(str(begun.version))
            else:
                self._forbid_changes()

    async def _take_lock(self) -> Any:
        """Wait for the lock and bring in what is new. Returns what `begin()` resolves with, None without a store."""
        if self._store is None:
            return None
        try:
            with self._telling_if_late():
                begun = await self._store.begin()
        except JsException as error:
            self.problem = _problem(error)
            return None
        self._has_lock = True
        return begun

    def _release(self) -> None:
        if self._has_lock:
            self._store.release()
            self._has_lock = False

    async def _end(self) -> None:
        if self._store is None:
            return
        try:
            if self.read_only:
                await self._undo_changes()
            elif self._store.hasChanged:
                self._end_transactions()
                await self._save()
            elif self._has_lock:
                self._set_problem("")
        finally:
            self._release()

    async def _undo_changes(self) -> None:
        """Take back what a view has done to the media, for SQLite itself lets nobody change the database."""
        if self._has_lock and self._store.hasChanged:
            self._reconnect()
            await self._store.revert()

    async def _save(self) -> None:
        """Store what was changed. Raises StorageError, but once only for each problem."""
        is_full = False
        if self._has_lock:
            with_archive = self._is_updated or not self._store.isStored
            archive = plain_to_js(self._archive) if with_archive else None
            try:
                await self._store.save(self._version, archive)
            except JsException as error:
                self.problem = _problem(error)
                is_full = _is_full(error)
            else:
                self._is_updated = False
                self._set_problem("")
                return
        if not self._is_said:
            self._is_said = True
            raise StorageError(self.problem, full=is_full)

    def _set_problem(self, problem: str) -> None:
        self.problem = problem
        self._is_said = False

    def _end_transactions(self) -> None:
        """Roll back transactions that are still open, as a server does when it closes a connection.

        Pages of them may be in the file, but not in what is stored.
        """
        is_open = False
        for connection in self._own_connections():
            if connection.connection is not None and connection.connection.in_transaction:
                connection.close()
                is_open = True
        if database_files.is_locked(self._database):
            raise ImproperlyConfigured(
                "Nothing was stored: a connection of sqlite3 that Django does not know has an open transaction. "
                "Commit or close it before the view returns."
            )
        if is_open:
            raise ImproperlyConfigured(
                "A transaction was open at the end of the request and was rolled back: it is stored only if it "
                "was committed. Use transaction.atomic()."
            )

    # Versions

    async def _update(self, begun: Any) -> Opened:
        """Bring stored data of another version to this one."""
        self._reconnect()
        stored = str(begun.version)
        if stored == self._version:
            return Opened(restored=True)
        is_known = self._version in list(begun.versions)
        age = age_of(self._database, is_known=is_known)
        if age is Age.FOREIGN:
            console.error(
                f"clientforms: {self._name} is the name of another site in this origin, which stores its data under it. "
                "Give this one another: clientforms build-site --name."
            )
            return self._begin_afresh(word(_FOREIGN))
        if age is Age.NEWER:
            self._forbid_changes()
            return Opened(restored=True)
        if age is Age.CURRENT and is_known:  # this page is older, and fits
            self._fitting.add(stored)
            return Opened(restored=True)
        if age is not Age.CURRENT:
            try:
                migrate()
            except Exception as error:  # noqa: BLE001 - whatever the author's migrations raise
                return await self._give_up(error)
        self._is_updated = True
        with suppress(StorageError):  # `problem` says so, and the next turn tries again
            await self._save()
        return Opened(restored=True, upgraded=age is not Age.CURRENT)

    async def _give_up(self, error: Exception) -> Opened:
        reason = f"{type(error).__name__}: {error}"
        console.error(f"clientforms: the stored data could not be updated. {reason}")
        try:
            self._reconnect()
            await self._store.revert()
            await self._store.giveUp(self._version, reason)
        except JsException:
            return self._begin_afresh(word(_NOT_UPDATED))
        if await archive_to_run(self._name, self._version) is None:
            return self._begin_afresh(word(_NOT_UPDATED))
        return Opened(restart=True)

    def _begin_afresh(self, problem: str) -> Opened:
        """Go on in memory with the shipped files."""
        self._leave(problem)
        self._reconnect()
        for path in list(self._media.rglob("*")):
            if path.is_file():
                path.unlink()
        for path, content in self._shipped.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        return Opened()

    def _forbid_changes(self) -> None:
        self.read_only = True
        self.problem = word(_NEWER)
        self._reconnect()

    def _leave(self, problem: str) -> None:
        """Go on in memory."""
        self.problem = problem
        if self._store is not None:
            self._store.close()
        self._store, self._has_lock = None, False

    # Connections

    def _own_connections(self) -> list[Any]:
        return [each for each in connections.all(initialized_only=True) if self._is_own(each)]

    def _is_own(self, connection: Any) -> bool:
        return Path(connection.settings_dict["NAME"]).absolute() == self._database

    def _reconnect(self) -> None:
        """Close connections, as they may know pages that are out of date."""
        for connection in self._own_connections():
            connection.close()
        if apps.is_installed("django.contrib.contenttypes"):
            apps.get_model("contenttypes", "ContentType").objects.clear_cache()

    def _configure(self, connection: Any, **_: Any) -> None:
        if not self._is_own(connection):
            return
        execute = connection.connection.execute
        execute(
            "PRAGMA journal_mode = MEMORY"
        )  # a crash loses the whole file: IndexedDB is what counts
        execute("PRAGMA synchronous = OFF")
        if self.read_only:
            execute("PRAGMA query_only = ON")

    # Export and import

    async def export_database(self) -> bytes:
        """Return the content of the database file."""
        async with self.turn():
            return self._database.read_bytes()

    async def import_database(self, content: bytes) -> None:
        """Use another database from now on. That of an older version of the site is migrated.

        That of a newer version can be read until the page is reloaded, and does not replace the stored data.
        Raises ImportRefusedError if it is no database of this site, or damaged. The data stay as they are then.
        """
        async with self.turn():
            self._refuse_if_read_only()
            with database_files.candidate(content) as path:
                age = age_of(path)
                if age is Age.FOREIGN or (age is Age.CURRENT and missing_tables(path)):
                    raise ImportRefusedError(word("This is the database of another site."))
                content = path.read_bytes()
            if age is Age.NEWER:
                self._leave(word(_NEWER))
            self._replace(content, age)

    def _refuse_if_read_only(self) -> None:
        if self.read_only:
            raise ImportRefusedError(word(_NEWER))

    def _replace(self, content: bytes, age: Age) -> None:
        before = self._database.read_bytes()
        self._reconnect()
        self._database.write_bytes(content)
        if age is Age.NEWER:
            self._forbid_changes()
        if age is not Age.OLDER:
            return
        try:
            migrate()
        except Exception as error:
            self._reconnect()
            self._database.write_bytes(before)
            raise ImportRefusedError(word("This database could not be updated.")) from error

    async def export_media(self) -> bytes:
        """Return a ZIP of the media folder."""
        async with self.turn():
            return site_exchange.packed(self._media)

    async def import_media(self, content: bytes) -> None:
        """Unpack a ZIP into the media folder. Files that are not in it stay.

        Raises ImportRefusedError if it is none or damaged. The files stay as they are then.
        """
        async with self.turn():
            self._refuse_if_read_only()
            site_exchange.unpack(content, self._media)

    async def export_fixture(self) -> bytes:
        """Return all rows as a JSON fixture, as `dumpdata` does."""
        async with self.turn():
            return site_exchange.fixture()

    async def import_fixture(self, content: bytes) -> None:
        """Add the rows of a JSON fixture, or change those that exist, as `loaddata` does.

        Raises ImportRefusedError if it does not fit. The data stay as they are then.
        """
        async with self.turn():
            self._refuse_if_read_only()
            site_exchange.load_fixture(content)


def _is_full(error: JsException) -> bool:
    return "quota" in error_name(error).lower()


def _problem(error: JsException) -> str:
    if _is_full(error):
        return word(_FULL)
    return word(_NO_LOCKS if error_name(error) == "NotSupportedError" else _DENIED)

"""SQLite's files: whether one is whole, and whether somebody is writing it."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from clientforms.errors import ClientFormsError
from clientforms.site.site_words import word

__all__ = ["ImportRefusedError", "candidate", "is_locked", "leave_write_ahead_log"]

_MAGIC = b"SQLite format 3\0"


class ImportRefusedError(ClientFormsError):
    """A file that was to be imported does not fit. The message is for visitors."""


@contextmanager
def candidate(content: bytes) -> Iterator[Path]:
    """Write `content` to a temporary file. Raises ImportRefusedError if it is no SQLite database or damaged."""
    if not content.startswith(_MAGIC):
        raise ImportRefusedError(word("This file is no SQLite database."))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "import.sqlite3")
        path.write_bytes(content)
        try:
            leave_write_ahead_log(path)
            is_whole = _is_whole(path)
        except sqlite3.DatabaseError as error:
            raise ImportRefusedError(word("This database is damaged.")) from error
        if not is_whole:
            raise ImportRefusedError(word("This database is damaged."))
        yield path


def _is_whole(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        (found,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
        return found == "ok" and connection.execute("PRAGMA foreign_key_check").fetchone() is None


def leave_write_ahead_log(path: Path) -> None:
    """Let changes go to the file itself: with a write-ahead log, they would go to another first.

    The two bytes are what `PRAGMA journal_mode` would change. It would ask for shared memory, which a page lacks.
    """
    if not path.is_file():
        return
    with path.open("r+b") as file:
        file.seek(18)
        if file.read(2) == b"\2\2":
            file.seek(18)
            file.write(b"\1\1")


def is_locked(path: Path) -> bool:
    """Return whether a connection has an open transaction that changes the database."""
    with closing(sqlite3.connect(path, timeout=0, isolation_level=None)) as connection:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            return True
        connection.execute("ROLLBACK")
        return False

"""What a database's migrations say of it: whether it fits the site's code, and bringing it there."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Collection, Iterator
from contextlib import closing
from enum import Enum
from pathlib import Path

from django.apps import apps
from django.core.management import call_command
from django.db.migrations.loader import MigrationLoader
from django.db.models import Model

__all__ = ["Age", "age_of", "migrate", "missing_tables"]

_NUMBER = re.compile(r"\d+")

Migration = tuple[str, str]
"""The label of an app, and a name."""


class Age(Enum):
    """A database beside the code that is to use it."""

    CURRENT = "current"
    OLDER = "older"
    """Migrations of the code are to be applied."""
    NEWER = "newer"
    """Migrations were applied that the code does not have."""
    FOREIGN = "foreign"
    """It was not made by this site."""


def age_of(database: Path, *, is_known: bool = False) -> Age:
    """Compare a database file with the code.

    `is_known` is whether this version of the code used the data before, and another one after it. Migrations that
    it does not have are newer then. Else those with a lower number may be older ones that the author has squashed.
    """
    tables, applied = _read(database)
    disk = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    known = set(disk).union(*(migration.replaces for migration in disk.values()))
    labels = _own_labels()
    own_tables = {
        model._meta.db_table
        for label in labels
        for model in apps.get_app_config(label).get_models()
    }
    if not (own_tables & tables or labels & {label for label, _ in applied}):
        return Age.FOREIGN
    unknown = {(label, name) for label, name in applied - known if _has_migrations(label, disk)}
    if any(is_known or _is_later(migration, disk) for migration in unknown):
        return Age.NEWER
    for key, migration in disk.items():
        replaced = bool(migration.replaces) and applied.issuperset(migration.replaces)
        if key not in applied and not replaced:
            return Age.OLDER
    without = {
        model._meta.db_table
        for model in _managed()
        if not _has_migrations(model._meta.app_label, disk)
    }
    return Age.CURRENT if without <= tables else Age.OLDER


def missing_tables(database: Path) -> list[str]:
    """Return the tables of the site's models that a database does not have."""
    tables, _ = _read(database)
    return sorted({model._meta.db_table for model in _managed()} - tables)


def migrate() -> None:
    """Apply the migrations of the code to the default database. Raises what they raise."""
    call_command("migrate", interactive=False, verbosity=0, run_syncdb=True)


def _read(database: Path) -> tuple[set[str], set[Migration]]:
    with closing(sqlite3.connect(database)) as connection:
        tables = {
            name
            for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        }
        if "django_migrations" not in tables:
            return tables, set()
        return tables, set(connection.execute("SELECT app, name FROM django_migrations"))


def _managed() -> Iterator[type[Model]]:
    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy:
            yield model


def _own_labels() -> set[str]:
    """Return the labels of the author's apps, of all apps if there are none."""
    configs = list(apps.get_app_configs())
    own = {each.label for each in configs if not each.name.startswith("django.")}
    return own or {each.label for each in configs}


def _has_migrations(label: str, disk: Collection[Migration]) -> bool:
    return any(each == label for each, _ in disk)


def _is_later(migration: Migration, disk: Collection[Migration]) -> bool:
    label, name = migration
    return _number(name) > max(_number(each) for there, each in disk if there == label)


def _number(name: str) -> float:
    found = _NUMBER.match(name)
    return int(found.group()) if found else float("inf")

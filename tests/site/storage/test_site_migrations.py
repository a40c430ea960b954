"""What a database's tables and migrations say of it, outside of a page."""

import json
import os
import subprocess
import sys

import pytest

from tests.conftest import ROOT
from tests.site.storage.stored_page import second_version, write_project

ASK = """
import json, sqlite3, sys
import django
django.setup()
from clientforms.site.site_migrations import age_of, missing_tables

base = open("db.sqlite3", "rb").read()
answers = {}
for name, (script, is_known) in json.load(sys.stdin).items():
    open("asked.sqlite3", "wb").write(base)
    connection = sqlite3.connect("asked.sqlite3")
    connection.executescript(script)
    connection.close()
    answers[name] = [age_of("asked.sqlite3", is_known=is_known).value, missing_tables("asked.sqlite3")]
print(json.dumps(answers))
"""
APPLY = "INSERT INTO django_migrations (app, name, applied) VALUES ('{}', '{}', '2026-01-01');"
FOREIGN = """
    DROP TABLE ledger_entry; DROP TABLE ledger_account; DELETE FROM django_migrations WHERE app = 'ledger';
    CREATE TABLE foods (name);
"""
CASES = {
    "as it is": ("", False, "current"),
    "a migration is to come": ("DELETE FROM django_migrations WHERE name = '0002_place'", False, "older"),
    "one that the code has not": (APPLY.format("ledger", "0003_more"), False, "newer"),
    "one without a number": (APPLY.format("ledger", "more"), False, "newer"),
    "one that the author has squashed since": (APPLY.format("ledger", "0001_begin"), False, "current"),
    "the same in data that a later version had": (APPLY.format("ledger", "0001_begin"), True, "newer"),
    "an app that is no longer there": (APPLY.format("library", "0009_books"), False, "current"),
    "a newer Django": (APPLY.format("contenttypes", "0099_more"), False, "newer"),
    "another site's": (FOREIGN, False, "foreign"),
    "no Django's": ("DROP TABLE django_migrations;" + FOREIGN.replace("DELETE", "--"), False, "foreign"),
}  # fmt: skip


@pytest.fixture(scope="module")
def answers(tmp_path_factory, second_database):
    folder = tmp_path_factory.mktemp("ages")
    write_project(second_version(), folder)
    (folder / "db.sqlite3").write_bytes(second_database)
    asked = {name: case[:2] for name, case in CASES.items()}
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT / "app"),
        "DJANGO_SETTINGS_MODULE": "settings",
        "LEDGER": "db.sqlite3",
    }
    done = subprocess.run(
        [sys.executable, "-c", ASK], input=json.dumps(asked), cwd=folder, env=environment,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("case", CASES)
def test_the_age_of_a_database(answers, case):
    age, missing = answers[case]
    assert age == CASES[case][2]
    assert missing == (["ledger_account", "ledger_entry"] if age == "foreign" else [])

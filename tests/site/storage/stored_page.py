"""StoredPage: a page in a browser whose Python keeps the data of a small site; no request runs in it."""

from __future__ import annotations

import base64
import functools
import io
import json
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, Page, Route

from clientforms.builder.runtime.left_out_modules import WHOLE
from clientforms.builder.runtime.packages import is_packed, package
from clientforms.builder.runtime.snapshot import WITH_SITE
from tests.django_suites.source import NOT_NEEDED

ROOT = Path(__file__).resolve().parents[3]
PROJECT = Path(__file__).with_name("ledger_project")
BOOT = 120_000  # milliseconds; the machine may be shared

RUNTIME = ROOT / "static" / "runtime"

SHIPPED_MEDIA = {"shipped/a.txt": b"a", "shipped/b.txt": b"b"}

PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Ledger</title>
<link rel="icon" href="static/favicon.svg">
<script src="static/boot.js"></script>
<script src="static/site/storage.js"></script>
<link rel="stylesheet" href="static/runtime/pyscript/core.css">
<script type="module" src="static/runtime/pyscript/core.js"></script>
</head><body>
<script type="py" config="pyscript.toml">
import io, os, shutil, sys, sysconfig, textwrap, time, zipfile
from pathlib import Path
import js
from pyodide.ffi import create_proxy

answer = await js.fetch("ledger.zip")
with zipfile.ZipFile(io.BytesIO((await answer.bytes()).to_bytes())) as archive:
    for info in archive.infolist():
        place, _, info.filename = info.filename.partition("/")
        archive.extract(info, {"page": sysconfig.get_path("purelib"), "site": "/site"}[place])
sys.path.insert(0, "/site")
os.environ |= {
    "LEDGER": "/site/db.sqlite3", "LEDGER_MEDIA": "/site/media", "DJANGO_SETTINGS_MODULE": "settings",
    "DJANGO_ALLOW_ASYNC_UNSAFE": "true",
}
import django
django.setup()
from django.core.files.base import ContentFile
from django.db import connection, transaction
from ledger.models import *
from clientforms.site.stored_site import *

VERSION = Path("/site/version").read_text()
SHIPPED = Path("/site/db.sqlite3").read_bytes()
MEDIA = {path: path.read_bytes() for path in Path("/site/media").rglob("*") if path.is_file()}

def visit():
    global site
    site = StoredSite("ledger", Path("/site/db.sqlite3"), Path("/site/media"), VERSION, VERSION.encode())

def visit_again():
    # Forgets everything in the memory, as if the page was loaded again.
    site.close()
    connection.close()
    shutil.rmtree("/site/media", ignore_errors=True)
    for path, content in {Path("/site/db.sqlite3"): SHIPPED, **MEDIA}.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    visit()
    return site

visit()

def add(*texts, account="cash"):
    account, _ = Account.objects.get_or_create(name=account)
    for text in texts:
        Entry.objects.create(account=account, text=text)

def texts():
    return list(Entry.objects.order_by("pk").values_list("text", flat=True))

async def run(code):
    exec("async def told():\\n" + textwrap.indent(code, "    "), globals())
    return json.dumps(await told())

import json
js.window.run = create_proxy(run)
</script>
</body></html>"""


def names_of_project() -> Mapping[str, str]:
    """Return the files of the project and their text."""
    files = sorted(PROJECT.rglob("*.py"))
    return {path.relative_to(PROJECT).as_posix(): path.read_text("utf-8") for path in files}


SECOND = """
import sys

from django.db import migrations, models


def pause(at):
    if "pyodide" not in sys.modules:
        return
    import js

    if getattr(js.window, "pauseAt", "") == at:
        js.BroadcastChannel.new("paused").postMessage(at)
        while True:
            pass


def number(apps, schema_editor):
    Entry = apps.get_model("ledger", "Entry")
    for place, entry in enumerate(Entry.objects.order_by("pk"), 1):
        entry.place = place
        entry.save()
        pause("migrating")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [
        migrations.AddField("entry", "place", models.IntegerField(default=0)),
        migrations.RunPython(number),
    ]
"""
FAILING = """
from django.db import migrations, models


def fail(apps, schema_editor):
    apps.get_model("ledger", "Entry").objects.all().delete()
    raise ValueError("No way.")


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]
    operations = [migrations.RunPython(fail)]
"""
PLACE = "    receipt = models.FileField(blank=True)\n    place = models.IntegerField(default=0)\n"


def second_version() -> dict[str, str]:
    """Return the project with a field more, and the migration that adds and fills it."""
    project = dict(names_of_project())
    models = project["ledger/models.py"]
    project["ledger/models.py"] = models.replace(
        "    receipt = models.FileField(blank=True)\n", PLACE
    )
    assert project["ledger/models.py"] != models
    project["ledger/migrations/0002_place.py"] = SECOND
    return project


def failing_version() -> dict[str, str]:
    """Return the project with a migration that fails half way."""
    return {**names_of_project(), "ledger/migrations/0002_failing.py": FAILING}


def migrated(project: Mapping[str, str], code: str = "") -> bytes:
    """Return a database that the project's migrations made, outside of a page, and `code` filled."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_project(project, folder)
        path = folder / "db.sqlite3"
        start = "import django; django.setup(); from django.core.management import call_command\n"
        start += "call_command('migrate', verbosity=0)\nfrom ledger.models import *\n"
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "settings", "LEDGER": str(path)}
        subprocess.run(
            [sys.executable, "-c", start + code], cwd=folder, env=environment, check=True
        )
        return path.read_bytes()


def write_project(project: Mapping[str, str], folder: Path) -> None:
    """Write the files of a project into a folder."""
    for name, text in project.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")


@functools.cache
def _packages() -> dict[str, bytes]:
    """What the page lacks: the parts of Django that forms do not need, and clientforms.site."""
    files = {}
    for file in package(ROOT, "django").files or ():
        name = file.as_posix()
        if name.startswith("django/") and not is_packed(name) and not NOT_NEEDED.search(name):
            files[name] = Path(str(file.locate())).read_bytes()
    for path in sorted((ROOT / "app/clientforms/site").glob("*.py")):
        files[f"clientforms/site/{path.name}"] = path.read_bytes()
    return files


def archive(version: str, project: Mapping[str, str], database: bytes) -> bytes:
    """Return what the page unpacks: packages, and a version of the site with its database."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as target:
        for name, content in _packages().items():
            target.writestr(f"page/{name}", content)
        for name, text in project.items():
            target.writestr(f"site/{name}", text)
        for name, content in SHIPPED_MEDIA.items():
            target.writestr(f"site/media/{name}", content)
        target.writestr("site/db.sqlite3", database)
        target.writestr("site/version", version)
    return packed.getvalue()


class StoredPage:
    """The page, and what tests do in it."""

    def __init__(self, page: Page, server: str) -> None:
        self.page = page
        self.server = server

    def open(self, *, start: str = "await site.open()") -> StoredPage:
        """Open the page, which `serve()` describes, and run `start` there."""
        self.page.goto(f"{self.server}/ledger.html")
        self.page.wait_for_function("!!window.run", timeout=BOOT)
        self.run(start)
        return self

    def visit_again(self) -> None:
        """Read everything anew from what is stored. That takes less time than a new page."""
        self.run("await visit_again().open()")

    def run(self, code: str) -> Any:
        """Run Python in the page, and return what it returns."""
        return json.loads(self.page.evaluate("code => run(code)", code))

    def turn(self, code: str) -> Any:
        """Run Python during a turn."""
        lines = "\n".join(f"    {line}" for line in code.splitlines())
        return self.run(f"async with site.turn():\n{lines}")

    def save(self, *texts: str) -> None:
        """Add rows in a turn of their own."""
        self.turn(f"add(*{list(texts)!r})")

    def texts(self) -> list[str]:
        """Return the texts of all rows, in a turn."""
        return self.turn("return texts()")

    def problem(self) -> str:
        return self.run("return site.problem")

    def stored(self) -> Stored:
        """Return what IndexedDB has, read without Python."""
        return read_stored(self.page)


READ = """async () => {
    const answered = (request) => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
    });
    const there = await indexedDB.databases();
    if (!there.some(({name}) => name === "clientforms-site:ledger")) return null;
    const database = await answered(indexedDB.open("clientforms-site:ledger"));
    const transaction = database.transaction(["pages", "files", "meta"]);
    const [pages, files, state] = await Promise.all([
        transaction.objectStore("pages").getAll(), transaction.objectStore("files").getAll(),
        transaction.objectStore("meta").get("state")].map(answered));
    database.close();
    if (!state) return null;
    const content = new Uint8Array(state.size);
    for (const page of pages) {
        const start = page.number * 4096;
        if (start < state.size) content.set(page.content.subarray(0, state.size - start), start);
    }
    const packed = (bytes) => {
        let text = "";
        for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
        return btoa(text);
    };
    return {
        state, database: packed(content),
        media: files.filter(({content}) => content).map(({name, content}) => [name, packed(content)]),
    };
}"""


def read_stored(page: Page) -> Stored:
    """Return what is stored, read by a page of the same origin."""
    return Stored(page.evaluate(READ))


class Stored:
    """What a browser keeps of a site."""

    def __init__(self, read: Any) -> None:
        self.is_there = read is not None
        if read:
            self.state = read["state"]
            self.database = base64.b64decode(read["database"])
            self.media = {name: base64.b64decode(content) for name, content in read["media"]}


def serve(
    place: Page | BrowserContext,
    server: str,
    version: str,
    project: Mapping[str, str],
    database: bytes,
) -> None:
    """Let a page find a version of the site, and the snapshot and the interpreter that sites have."""
    packed = archive(version, project, database)
    interpreter = "pyodide/pyodide.asm.data"
    fulfilled: dict[str, dict[str, Any]] = {
        f"static/runtime/{path.name}": {"path": path} for path in (RUNTIME / WITH_SITE).iterdir()
    }
    fulfilled[f"static/runtime/{interpreter}"] = {"path": RUNTIME / WHOLE / interpreter}
    fulfilled["ledger.html"] = {"body": PAGE, "content_type": "text/html; charset=utf-8"}
    fulfilled["ledger.zip"] = {"body": packed, "content_type": "application/zip"}
    for name, answer in fulfilled.items():
        place.route(f"{server}/{name}", _fulfilling(answer))


def _fulfilling(answer: dict[str, Any]) -> Callable[[Route], None]:
    return lambda route: route.fulfill(**answer)

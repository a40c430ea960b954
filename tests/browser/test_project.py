"""The project of docs/how-to/project.md, by the commands that stand there: an order in German, with its lines.

It has settings, two apps, a user model of its own, an inline formset, and a database.
"""

import os
import re
import shlex
import shutil
import sqlite3
import subprocess
import sys

from playwright.sync_api import expect

from tests.browser.battery import wait_until_live
from tests.browser.live_page import LivePage
from tests.conftest import ROOT, serving_folder
from tests.support import sites

HOW_TO = ROOT / "docs" / "how-to" / "project.md"
MODELS = HOW_TO.with_name("models.md")
EXAMPLE = ROOT / "docs" / "examples" / "shop"
CHECK, BUILD, BUILD_WITH_CRISPY = (
    shlex.split(line)[1:]
    for line in re.findall(r"^clientforms .+", HOW_TO.read_text("utf-8"), re.MULTILINE)
)
REQUIRED = "Dieses Feld ist zwingend erforderlich."


def run(folder, *arguments, python=sys.executable):
    """Run Python in the project's folder as its author does, with clientforms installed."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT / "app"), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(
        [python, *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    return done


def set_up(folder):
    """Copy the project, with what `manage.py` makes of it."""
    shutil.copytree(EXAMPLE, folder, ignore=shutil.ignore_patterns("__pycache__"))
    for line in ("migrate --run-syncdb", "loaddata products"):
        run(folder, "manage.py", *line.split())


def clientforms(folder, line, python=sys.executable):
    """Run a command of the how-to; return what it printed."""
    done = run(folder, "-P", "-m", "clientforms", *line, python=python)
    assert done.stderr == ""
    return done.stdout


def order(live):
    """Fill in the page as somebody does who errs first; ends with a page that can be sent."""
    page = live.page
    wait_until_live(live)
    assert page.get_attribute("html", "lang") == "de"
    live.type("email", "nicht")
    live.type("delivery", "1.1.2020")
    live.type("lines-0-quantity", "21")
    expect(page.get_by_text("Bitte gültige E-Mail-Adresse eingeben.")).to_be_visible()
    expect(page.get_by_text("Wir liefern frühestens morgen.")).to_be_visible()
    expect(page.get_by_text("Höchstens 20 Stück je Artikel.")).to_be_visible()
    live.type("lines-0-quantity", "3")
    page.locator("[data-formset-action=add]").click()
    for row in (0, 1):
        product = live.control(f"lines-{row}-product")
        expect(product.locator("option")).to_have_text(["---------", "Apfel", "Birne"])
        product.select_option(label="Apfel")
        product.blur()
    expect(page.get_by_text("Bitte die doppelten Daten für product korrigieren.")).to_be_visible()
    live.control("lines-1-product").select_option(label="Birne")
    expect(page.get_by_text("Bitte die doppelten Daten")).to_have_count(0)
    page.locator("form button:not([data-formset-action])").click()
    expect(page.get_by_text(REQUIRED, exact=True)).to_be_visible()
    live.type("name", "Ada")
    live.type("email", "ada@example.org")
    live.type("delivery", "22.12.2030")
    expect(page.get_by_text("Sonntags liefern wir nicht.", exact=True)).to_be_visible()
    live.type("delivery", "24.12.2030")
    expect(page.get_by_text("Sonntags liefern wir nicht.", exact=True)).to_have_count(0)
    expect(page.get_by_text(REQUIRED, exact=True)).to_have_count(0)


def test_the_commands_of_the_how_to_lead_to_an_order_in_the_database(page, complaints, tmp_path):
    folder = tmp_path / "project"
    set_up(folder)
    checked = clientforms(folder, CHECK)
    assert "ORDER_MAX_QUANTITY" in re.search(r"^Settings published: .+", checked, re.MULTILINE)[0]
    server = [sys.executable, "manage.py", "runserver", "--noreload", "{port}"]
    (folder / "site").mkdir()
    with sites.serving_folder(folder / "site") as address:
        views = folder / "orders" / "views.py"
        origin = address.rstrip("/")
        views.write_text(views.read_text("utf-8").replace("http://127.0.0.1:8001", origin), "utf-8")
        with serving_folder(folder, server) as project:
            words = [each.replace("http://127.0.0.1:8000", project) for each in BUILD]
            clientforms(folder, words)
            complaints.allow_origin(address)
            complaints.allow_origin(project)
            live = LivePage(page, address)
            page.goto(address)
            order(live)
            page.get_by_role("button", name="Senden").click()
            expect(page.get_by_text("Danke!")).to_be_visible()
    with sqlite3.connect(folder / "db.sqlite3") as database:
        lines = database.execute("select product_id, quantity from orders_orderline order by id")
        assert lines.fetchall() == [(1, 3), (2, 1)]


def test_the_guide_of_models_builds_the_same_forms():
    (line,) = re.findall(r"^clientforms build orders/.+", MODELS.read_text("utf-8"), re.MULTILINE)
    words = set(shlex.split(line)[1:])
    assert words - set(BUILD) == {"/order/"}
    assert set(BUILD) - words == {"--title", "Bestellung", "http://127.0.0.1:8000/order/"}

"""Versions of a site that build-site built: one whose update fails leaves the one before it running."""

import json

import pytest

from clientforms.builder import cli
from tests.conftest import Complaints
from tests.site.storage.stored_page import (
    failing_version,
    names_of_project,
    second_version,
    write_project,
)
from tests.support.sites import serving_folder
from tests.support.visited_context import CONTEXT

PROJECT = {
    "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'config.settings')\n",
    "config/__init__.py": "",
    "config/settings.py": """
from pathlib import Path
SECRET_KEY = "only for tests"
ROOT_URLCONF = "config.urls"
INSTALLED_APPS = ["django.contrib.contenttypes", "ledger"]
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": Path(__file__).parent / "db.sqlite3"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
""",
    "config/urls.py": """
from django.urls import path
from django.views.generic import CreateView, ListView
from ledger.models import Account, Entry

urlpatterns = [
    path("", ListView.as_view(queryset=Entry.objects.order_by("pk"))),
    path("account/", CreateView.as_view(model=Account, fields=["name"], success_url="/add/")),
    path("add/", CreateView.as_view(model=Entry, fields=["account", "text", "receipt"], success_url="/")),
]
""",
    "ledger/templates/ledger/entry_list.html": """
<title>Ledger</title><h1>Version {version}</h1>
{{% for entry in object_list %}}
  <p>{{{{ entry.text }}}} {{{{ entry.receipt }}}} {{{{ entry.place }}}}</p>
{{% endfor %}}
""",
}
FORM = '<title>Form</title><form method="post" enctype="multipart/form-data">{{ form }}<button>Save</button></form>'
ONLY_IF_THERE_IS_DATA = """\
    if not apps.get_model("ledger", "Entry").objects.exists():
        return
    apps"""


@pytest.fixture(scope="module")
def builds(tmp_path_factory):
    """Versions 1 to 3, of which the migration of the third fails if there are data."""
    folder = tmp_path_factory.mktemp("builds")
    failing = failing_version()
    name = "ledger/migrations/0002_failing.py"
    failing[name] = failing[name].replace("    apps", ONLY_IF_THERE_IS_DATA, 1)
    for version, project in enumerate([names_of_project(), second_version(), failing], 1):
        source = folder / f"source-{version}"
        page = "ledger/templates/ledger/entry_list.html"
        files = {**project, **PROJECT, page: PROJECT[page].format(version=version)}
        files |= {
            f"ledger/templates/ledger/{each}_form.html": FORM for each in ("account", "entry")
        }
        del files["settings.py"]
        write_project(files, source)
        command = ["build-site", str(source / "manage.py"), "--name", "ledger"]
        assert cli.main([*command, "--out", str(folder / str(version))]) == 0
    return folder


@pytest.fixture
def visit(chromium, builds):
    """Open a version, in the same origin as the others, and return the document of its frame."""
    with serving_folder(builds) as address:
        complaints = Complaints(address.rstrip("/"))
        complaints.expect("the stored data could not be updated. ValueError: No way.")
        context = chromium.new_context(**CONTEXT, service_workers="block")
        page = context.new_page()
        complaints.watch(page)

        def open_version(version, *, shown):
            page.goto(f"{address}{version}/index.html", wait_until="commit")
            frame = page.frame_locator("iframe[data-site]")
            frame.get_by_role("heading", name=f"Version {shown}").wait_for(timeout=30_000)
            return frame

        open_version.page = page
        yield open_version
        context.close()
    assert complaints.unexpected() == []
    assert complaints.missing() == []


def test_an_update_that_fails_leaves_the_old_version_with_its_data(visit):
    page = visit.page
    notice = page.get_by_text("The update of this site has failed")

    def add(text, file):
        page.evaluate("clientforms.site.navigate('/add/')")
        frame.locator("[name=account]").select_option(label="cash")
        frame.locator("[name=text]").fill(text)
        frame.locator("[name=receipt]").set_input_files(
            {"name": file, "mimeType": "text/plain", "buffer": b"5 pounds"}
        )
        frame.locator("button").click()
        frame.locator("p", has_text=text).wait_for()

    def texts():
        return [" ".join(each.split()) for each in frame.locator("p").all_inner_texts()]

    frame = visit(1, shown=1)
    page.evaluate("clientforms.site.navigate('/account/')")
    frame.locator("[name=name]").fill("cash")
    frame.locator("button").click()
    frame.locator("[name=account]").wait_for()
    add("tea", "tea.txt")
    frame = visit(3, shown=1)
    notice.wait_for()
    assert texts() == ["tea tea.txt"]
    add("salt", "salt.txt")
    frame = visit(2, shown=2)
    assert texts() == ["tea tea.txt 1", "salt salt.txt 2"]
    assert notice.count() == 0

    exported = page.evaluate(
        """async () => {
            const {site} = clientforms;
            window.files = [await site.exportDatabase(), await site.exportMedia(), await site.exportFixture()];
            return [...files.map(({name}) => name), await files[2].text()];
        }"""
    )
    *names, fixture = exported
    assert names == ["ledger.sqlite3", "ledger.zip", "ledger.json"]
    assert [row["fields"].get("text") for row in json.loads(fixture)] == [None, "tea", "salt"]
    add("oats", "oats.txt")
    changed = fixture.replace('"salt"', '"sugar"')
    page.evaluate(
        """async (fixture) => {
            await clientforms.site.importFixture(new Blob([fixture]));
            await clientforms.site.importMedia(files[1]);
        }""",
        changed,
    )
    assert texts() == ["tea tea.txt 1", "sugar salt.txt 2", "oats oats.txt 0"]
    page.evaluate("clientforms.site.importDatabase(files[0])")
    assert texts() == ["tea tea.txt 1", "salt salt.txt 2"]

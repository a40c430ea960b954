"""What a built page gets of installed packages: what their forms can use, in the page's language."""

import io
import re
import struct
import zipfile

import pytest
from babel.messages import mofile
from babel.messages.catalog import Catalog

from clientforms.builder.author.package_files import is_empty_catalog, is_for_language
from tests.builder.test_build import command, content, page_module, refused, shipped
from tests.conftest import ROOT

FORM = "from django import forms\nfrom shelf.widgets import ShelfField\n\n\nclass BookForm(forms.Form):\n    place = ShelfField()\n"
SHELF = {
    "shelf/__init__.py": "",
    "shelf/widgets.py": "from django import forms\nfrom django.utils.translation import gettext_lazy as _\n"
    "from .codes import load\n\n\nclass ShelfWidget(forms.TextInput):\n    template_name = 'shelf/shelf.html'\n\n"
    "    class Media:\n        js = ['shelf/shelf.js']\n\n\nclass ShelfField(forms.CharField):\n    widget = ShelfWidget\n"
    "    default_error_messages = {'required': _('No shelf.')}\n",
    "shelf/codes/__init__.py": "import importlib\n\n\ndef load(name):\n    return importlib.import_module(f'.{name}', __name__)\n",
    "shelf/codes/north.py": "",
    "shelf/later.py": "",
    "shelf/helps.py": "def later():\n    from . import later\n",
    "shelf/atlas.py": "MAPS = " + repr("x" * 100_000) + "\n",
    "shelf/models.py": "from django.db import models\n\n\nclass Shelf(models.Model):\n    pass\n",
    "shelf/templates/shelf/shelf.html": "<b>Shelf</b> {% include 'django/forms/widgets/input.html' %}",
    "shelf/static/shelf/shelf.js": "window.shelf = 'shelf';\n",
    "shelf/static/shelf/unused.js": "",
    "shelf/locale/de/LC_MESSAGES/django.po": "",
}


def installed(folder, files=SHELF, name="shelf"):
    """Install the package as pip does, with catalogs in two languages; return what to search."""
    place = folder / "site-packages"
    everything = dict(files)
    for file, text in files.items():
        (place / file).parent.mkdir(parents=True, exist_ok=True)
        (place / file).write_text(text)
    for language, text in (("de", "Kein Regal."), ("fr", "Pas de rayon.")):
        catalog = Catalog(locale=language)
        catalog.add("No shelf.", text)
        path = place / name / "locale" / language / "LC_MESSAGES" / "django.mo"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("wb") as file:
            mofile.write_mo(file, catalog)
        everything[path.relative_to(place).as_posix()] = ""
    facts = place / f"{name}-1.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n")
    (facts / "RECORD").write_text("".join(f"{each},,\n" for each in everything))
    return f"{place}:{ROOT / 'app'}"


def test_a_page_gets_of_a_package_what_its_forms_can_use(tmp_path):
    search = installed(tmp_path)
    (tmp_path / "forms.py").write_text(
        FORM.replace("from shelf", "import shelf.helps\nfrom shelf", 1)
    )
    done = command(
        tmp_path,
        "build",
        "forms.py:BookForm",
        "--language",
        "de",
        "--out",
        "site",
        PYTHONPATH=search,
    )
    assert (done.returncode, done.stderr) == (0, "")
    with zipfile.ZipFile(shipped(tmp_path / "site", "app/packed.data")) as packed:
        names = {name for name in packed.namelist() if name.startswith("shelf/")}
    assert names == {
        "shelf/__init__.py", "shelf/widgets.py", "shelf/helps.py",
        "shelf/later.py",  # which a function imports
        "shelf/codes/__init__.py", "shelf/codes/north.py",  # which is imported by a name that is made up
        "shelf/templates/shelf/shelf.html", "shelf/locale/de/LC_MESSAGES/django.mo",
    }  # fmt: skip
    scripts = [
        name for name in content(tmp_path / "site") if name.endswith(("shelf.js", "unused.js"))
    ]
    assert len(scripts) == 1
    html = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert "<b>Shelf</b>" in html
    start = page_module(tmp_path / "site")
    assert "APPS, APPS_WITHOUT_MODELS = [], ['shelf']\n" in start


def test_compiled_code_of_a_package_that_a_package_imports_is_told_at_the_author_s_import(tmp_path):
    files = {"shelf/__init__.py": "", "shelf/widgets.py": "import zstandard\n"}
    search = installed(tmp_path, files)
    (tmp_path / "forms.py").write_text(FORM)
    line = refused(tmp_path, "forms.py:BookForm", PYTHONPATH=search)
    assert re.search(
        r"forms\.py:2: imports shelf, which imports zstandard, which has compiled code \(.*\.so\)",
        line,
    )


def compiled_catalog(messages, order="<"):
    """A catalog as msgfmt compiles it, with numbers in this order of bytes."""
    catalog = Catalog("en")
    for message, translation in messages.items():
        catalog.add(message, translation)
    written = io.BytesIO()
    mofile.write_mo(written, catalog)
    content = written.getvalue()
    words, length = 7 + 4 * (len(messages) + 1), len(content)
    if order == ">":
        numbers = struct.unpack(f"<{words}I", content[: 4 * words])
        content = struct.pack(f">{words}I", *numbers) + content[4 * words :]
    assert len(content) == length
    return content


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("messages", "is_empty"), [({}, True), ({"one": "1"}, False), ({"a": "b", "c": "d"}, False)]
)
def test_a_catalog_that_translates_nothing_stays_out(messages, is_empty, order):
    assert is_empty_catalog(compiled_catalog(messages, order)) is is_empty


def test_what_is_no_whole_catalog_is_not_taken_for_an_empty_one():
    content = compiled_catalog({})
    first = 12  # where the number of messages ends
    assert not any(is_empty_catalog(content[:length]) for length in range(first))
    assert not is_empty_catalog(b"a text about MO files, longer than a header of one")


@pytest.mark.parametrize(
    "name", ["shelf/locale/en_GB/LC_MESSAGES/django.mo", "shelf/locale/en_GB/formats.py"]
)
def test_a_catalog_of_a_country_s_english_is_for_that_country_alone(name):
    everyone = ("de", "en", "en-au", "en-gb", "en_GB")
    assert [each for each in everyone if is_for_language(name, each)] == ["en-gb", "en_GB"]


@pytest.mark.parametrize(
    ("name", "languages"),
    [
        ("shelf/locale/pt_BR/LC_MESSAGES/django.mo", {"pt"}),
        ("shelf/locale/sr@latin/LC_MESSAGES/django.mo", {"sr"}),
        ("shelf/locale-data/es_419.dat", {"es"}),
        ("shelf/locale-data/be_TARASK.dat", {"be"}),
        ("shelf/locale-data/ca_ES_VALENCIA.dat", {"ca"}),
        ("shelf/locale-data/zh_Hant_TW.dat", {"zh"}),
        ("shelf/locale-data/no.dat", {"nb", "nn"}),  # those of nb and nn leave out what is the same
        ("shelf/locale-data/en_001.dat", None),
        ("shelf/locale-data/root.dat", None),
        ("shelf/i18n/plural_forms.py", None),
        ("shelf/be_TARASK.dat", None),
    ],
)
def test_data_of_a_language_is_for_pages_in_it_and_all_else_for_any(name, languages):
    everyone = {"de", "pt", "sr", "es", "be", "ca", "zh", "nb", "nn"}
    assert {each for each in everyone if is_for_language(name, each)} == (languages or everyone)
    assert all(is_for_language(name, f"{each}-xx") for each in languages or everyone)

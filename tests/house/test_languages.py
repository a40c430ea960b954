"""The archives of languages: one for each that Django ships, found as Django finds them."""

import gettext
import io
import json
import zipfile

import pytest
from django.conf import settings
from django.conf.locale import LANG_INFO
from django.utils.translation import get_supported_language_variant

from clientforms.builder.runtime import packages
from tests.conftest import ROOT

LANGUAGES = ROOT / "static" / "runtime" / "languages"


@pytest.fixture(scope="module")
def table():
    return json.loads((LANGUAGES / "languages.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def shipped():
    """The folders of the page's Django: locale → its files."""
    folder = ROOT / str(packages.package(ROOT, "django").locate_file("django/conf/locale"))
    return {path.name: path for path in folder.iterdir() if path.is_dir() and path.name[0] != "_"}


def names_in(code):
    with zipfile.ZipFile(LANGUAGES / f"{code}.zip") as archive:
        return set(archive.namelist())


def chosen(table, code):
    """What static/interpreter.js does: region after region is stripped."""
    while code and code not in table:
        code = code.rpartition("-")[0]
    return table.get(code)


def test_every_language_that_django_ships_has_an_archive(shipped, table):
    codes = {locale.lower().replace("_", "-") for locale in shipped} - {"en"}
    assert {path.stem for path in LANGUAGES.glob("*.zip")} == codes
    assert codes | {"en"} == set(table.values())


def test_every_archive_holds_its_catalog_and_formats_and_no_more(shipped):
    for locale, folder in shipped.items():
        if locale == "en":
            continue
        names = names_in(locale.lower().replace("_", "-"))
        place = f"django/conf/locale/{locale}/"
        assert (place + "LC_MESSAGES/django.mo" in names) is any(folder.rglob("*.mo"))
        assert (place + "formats.pyc" in names) is (folder / "formats.py").exists()
        own = {locale, locale.partition("_")[0]}
        assert {name.split("/LC_")[0].split("/")[-1] for name in names if "/LC_" in name} <= own
        assert not [name for name in names if not name.endswith((".mo", ".pyc"))]


def test_a_region_brings_along_what_its_language_says():
    assert "django/conf/locale/pt/LC_MESSAGES/django.mo" in names_in("pt-br")
    assert "django/conf/locale/de/LC_MESSAGES/django.mo" in names_in("de-ch")
    assert "clientforms-locale/de/LC_MESSAGES/django.mo" in names_in("de-ch")


@pytest.mark.parametrize(
    ("code", "save", "undo"),
    [("el", "Αποθήκευση", "Undo"), ("zh-hant", "儲存", "Undo"), ("cs", "Uložit", "Zpět"), ("de", "Speichern", "Rückgängig")],
)  # fmt: skip
def test_words_that_the_admin_has_are_in_the_archives_too(code, save, undo):
    """Where clientforms has no catalog of its own, and where that leaves them out."""
    locale = {"zh-hant": "zh_Hant"}.get(code, code)
    with zipfile.ZipFile(LANGUAGES / f"{code}.zip") as archive:
        compiled = archive.read(f"clientforms-locale/{locale}/LC_MESSAGES/django.mo")
    catalog = gettext.GNUTranslations(io.BytesIO(compiled))
    assert (catalog.gettext("Save"), catalog.gettext("Undo")) == (save, undo)


@pytest.mark.parametrize(
    "code",
    [*sorted(LANG_INFO), "de-at", "pt-pt", "pt-br", "zh", "zh-hant-hk", "zh-hans-sg", "es-419",
     "sr-latn-rs", "en-nz", "en-us", "tlh"],
)  # fmt: skip
def test_a_code_finds_the_language_that_django_finds(table, code):
    assert settings.LANGUAGES
    try:
        wanted = get_supported_language_variant(code)
    except LookupError:
        wanted = None
    assert chosen(table, code) == wanted


def test_formats_that_django_ships_for_a_region_alone_are_used(table):
    """Django has no German catalog for Switzerland, yet its way to write dates and numbers."""
    assert chosen(table, "de-ch") == "de-ch"
    assert chosen(table, "fr-ca") == "fr-ca"

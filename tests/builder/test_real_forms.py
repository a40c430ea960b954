"""Forms as real projects have them, each of which could not be built once: they build, or one sentence says why not."""

import json
import re
import zipfile

import pytest

from tests.builder.test_apps import FIND_FORM, built, package
from tests.builder.test_build import command, shipped, write
from tests.builder.test_installed_packages import FORM, SHELF, installed
from tests.support.commands import checked

# Settings that nobody named: what is missing is said, and the option that gives it.

PROJECT = """from django import forms
from django.conf import settings
from django.urls import reverse_lazy


class LimitForm(forms.Form):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["size"] = forms.IntegerField(max_value=settings.SHOP_MAX)


class CardForm(forms.Form):
    template_name = "card.html"
    name = forms.CharField()


class LinkForm(forms.Form):
    q = forms.CharField(widget=forms.TextInput({"data-url": reverse_lazy("search")}))
"""
SETTINGS = """from pathlib import Path

SHOP_MAX = 7
ROOT_URLCONF = "addresses"
TEMPLATES = [{"BACKEND": "django.template.backends.django.DjangoTemplates",
              "DIRS": [Path(__file__).parent / "templates"], "APP_DIRS": True}]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS = ["django.forms"]
"""
URLS = "from django.urls import path\n\nurlpatterns = [path('find/', lambda request: None, name='search')]\n"


@pytest.fixture
def project(tmp_path):
    write(tmp_path, shop=PROJECT, conf=SETTINGS, addresses=URLS)
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "card.html").write_text("<p>A card</p>{{ form.name }}")
    return tmp_path


@pytest.mark.parametrize(
    ("name", "line", "said"),
    [
        ("LimitForm", 9, r"settings\.SHOP_MAX is one of your project's settings\. Name its settings"),
        ("CardForm", 12, r"there is no template card\.html .*name its settings"),
        ("LinkForm", 17, r"field q: reverse\(\) needs the URLs of your project\. Name its settings"),
    ],
)  # fmt: skip
def test_a_form_that_needs_settings_is_told_how_to_name_them(project, run, name, line, said):
    (error,) = checked(run, f"shop.py:{name}")["errors"]
    assert (error["file"], error["line"]) == (str(project / "shop.py"), line)
    assert re.match(rf"{said} with --settings MODULE, or DJANGO_SETTINGS_MODULE", error["message"])


def test_with_its_settings_it_builds(project):
    targets = [f"shop.py:{name}" for name in ("LimitForm", "CardForm", "LinkForm")]
    built(project, *targets, DJANGO_SETTINGS_MODULE="conf")
    html = (project / "site" / "index.html").read_text("utf-8")
    assert 'max="7"' in html
    assert "<p>A card</p>" in html
    assert 'data-url="/find/"' in html


# OpenSSL

HASHES = {
    "make_password('x')": "pbkdf2_hmac",
    "hashlib.scrypt(b'x', salt=b'y', n=2, r=1, p=1)": "scrypt",
    "hashlib.new('ripemd160').hexdigest()": "new('ripemd160')",
    "importlib.import_module('hashing').scrypt": "scrypt",
}
HASHING = """import hashlib
import importlib

from django import forms
from django.contrib.auth.hashers import make_password


class FineForm(forms.Form):
    word = forms.CharField(initial=lambda: hashlib.new("SHA256", b"x").hexdigest())


class MadeForm(forms.Form):
    word = forms.CharField(initial=lambda: make_password("x"))
"""


def test_what_takes_openssl_is_refused_in_a_form_and_left_to_the_server_in_a_rule(tmp_path, run):
    """A page would end in it: its Python has no OpenSSL, and this one has."""
    source = HASHING
    for number, hashed in enumerate(HASHES):
        source += (
            f"\n\nclass Rule{number}Form(forms.Form):\n    word = forms.CharField()\n\n"
            f"    def clean_word(self):\n        return {hashed}\n"
        )
    write(tmp_path, forms=source, hashing="from hashlib import scrypt\n")
    (error,) = checked(run, "forms.py:MadeForm")["errors"]
    assert "asks for hashlib.pbkdf2_hmac, which needs OpenSSL, while" in error["message"]
    rules = [f"forms.py:Rule{number}Form" for number in range(len(HASHES))]
    report = checked(run, "forms.py:FineForm", *rules)
    said = [rule["message"] for rule in report["left_to_server"]]
    for number, name in enumerate(HASHES.values()):
        assert (
            f"Rule{number}Form.clean_word() asks for hashlib.{name}, which needs OpenSSL." in said
        )


# Packages


def test_a_package_speaks_the_page_s_language(tmp_path):
    """Its catalog is packed where Django looks for it: the error that a visitor sees is in it."""
    search = installed(tmp_path)
    words = (
        "\n\nclass WordsForm(BookForm):\n    def __init__(self, *args, **kwargs):\n"
        "        super().__init__(*args, **kwargs)\n"
        "        self.fields['place'].help_text = str(self.fields['place'].error_messages['required'])\n"
    )
    (tmp_path / "forms.py").write_text(FORM + words)
    built(tmp_path, "forms.py:WordsForm", "--language", "de", PYTHONPATH=search)
    assert "Kein Regal." in (tmp_path / "site" / "index.html").read_text("utf-8")


def test_a_package_may_be_huge_if_a_page_can_use_little_of_it(tmp_path):
    """Only the page's language counts, and what can be imported: 70 MB of others are never read."""
    files = {**SHELF, "shelf/locale-data/fr.dat": "", "shelf/unused.py": ""}
    search = installed(tmp_path, files)
    for name in ("locale-data/fr.dat", "unused.py"):
        with (tmp_path / "site-packages" / "shelf" / name).open("r+b") as file:
            file.truncate(70_000_000)
    (tmp_path / "forms.py").write_text(FORM)
    _, names = built(tmp_path, "forms.py:BookForm", PYTHONPATH=search)
    assert not {"shelf/locale-data/fr.dat", "shelf/unused.py"} & names


# django.contrib.postgres

POSTGRES = """from django import forms
from django.contrib.postgres.forms import (
    DateRangeField, HStoreField, IntegerRangeField, SimpleArrayField, SplitArrayField,
)


class StockForm(forms.Form):
    sizes = SimpleArrayField(forms.IntegerField(max_value=9), max_length=3)
    days = SplitArrayField(forms.DateField(), size=2)
    facts = HStoreField(required=False)
    ages = IntegerRangeField()
    season = DateRangeField(required=False)
"""


LATE = FIND_FORM + (
    "\n    def clean_q(self):\n"
    "        from django.contrib.auth.models import User\n\n"
    "        User.objects.get(username=self.cleaned_data['q'])\n        return self.cleaned_data['q']\n"
)


@pytest.fixture(scope="module")
def together(tmp_path_factory):
    """One site of several projects' forms: what the build said, its HTML, and what it packed."""
    folder = tmp_path_factory.mktemp("together")
    package(
        folder,
        stock__models="from django.contrib.postgres.fields import ArrayField, HStoreField, IntegerRangeField\n"
        "from django.db import models\n\n\nclass Item(models.Model):\n"
        "    sizes = ArrayField(models.IntegerField())\n    facts = HStoreField()\n    ages = IntegerRangeField()\n",
        stock__forms="from django import forms\nfrom .models import Item\n\n"
        "ItemForm = forms.modelform_factory(Item, fields='__all__')\n",
    )  # fmt: skip
    write(folder, fields=POSTGRES, late=LATE)
    targets = ("fields.py:StockForm", "stock/forms.py:ItemForm", "late.py:FindForm")
    prefixes = [word for each in ("plain", "model", "late") for word in ("--prefix", each)]
    done = command(folder, "build", *targets, *prefixes, "--action", "/x", "--out", "site")
    assert (done.returncode, done.stderr) == (0, "")
    with zipfile.ZipFile(shipped(folder / "site", "app/packed.data")) as packed:
        names = set(packed.namelist())
    return done.stdout.splitlines(), (folder / "site" / "index.html").read_text("utf-8"), names


def test_a_rule_that_imports_contrib_late_builds_and_is_left_to_the_server(together):
    said, _, _ = together
    line = LATE.splitlines().index("        User.objects.get(username=self.cleaned_data['q'])") + 1
    assert f"  late.py:{line}: FindForm.clean_q() asks for a database." in said


def test_fields_of_postgres_build_without_psycopg(together):
    _, html, names = together
    controls = set(re.findall(r'<(?:input|textarea)[^>]* name="plain-(\w+)"', html))
    assert controls == {
        "sizes",
        "days_0",
        "days_1",
        "facts",
        "ages_0",
        "ages_1",
        "season_0",
        "season_1",
    }
    assert "django/contrib/postgres/templates/postgres/widgets/split_array.html" in names
    assert "django/db/backends/postgresql/psycopg_any.py" in names


def test_models_with_fields_of_postgres_build(together):
    _, html, _ = together
    assert 'name="model-ages_1"' in html
    assert 'name="model-facts"' in html


@pytest.mark.parametrize(
    ("given", "text", "inside", "outside"),
    [((1, 5), "[1, 5)", (1, 4), (0, 5)), ((1, 5, "(]"), "(1, 5]", (2, 5), (1, 6)), ((None, 3), "(, 3)", (-9, 2), (3,)),
     ((2, None), "[2, )", (2, 99), (1,)), ((1, 2, "[)", True), "empty", (), (1,))],
)  # fmt: skip
def test_ranges_are_those_of_psycopg(given, text, inside, outside):
    from clientforms.builder.author.postgres_ranges import NumericRange

    made = NumericRange(*given)
    assert str(made) == text
    assert [value for value in (*inside, *outside) if value in made] == list(inside)
    assert made == NumericRange(*given)
    assert bool(made) is (text != "empty")
    with pytest.raises(ValueError, match="bound flags"):
        NumericRange(1, 2, "{}")


# Choices

SHOP = """
from django.db import models


class Kind(models.Model):
    name = models.CharField(max_length=20)

    def __str__(self):
        return self.name


class Item(models.Model):
    name = models.CharField(max_length=20)
    kind = models.ForeignKey(Kind, on_delete=models.CASCADE)

    def __str__(self):
        return self.name
"""
SHOP_FORMS = """
from itertools import groupby

from django import forms
from django.forms.models import ModelChoiceIterator

from .models import Item, Kind


class GroupedIterator(ModelChoiceIterator):
    def __iter__(self):
        if self.field.empty_label is not None:
            yield "", self.field.empty_label
        for kind, items in groupby(self.queryset.select_related("kind").order_by("kind__name", "name"), lambda each: each.kind):
            yield str(kind), [self.choice(each) for each in items]


class GroupedField(forms.ModelChoiceField):
    iterator = GroupedIterator


class GiftForm(forms.Form):
    kind = forms.ModelChoiceField(Kind.objects.all())


class PickForm(forms.Form):
    item = GroupedField(Item.objects.all())
    like = GroupedField(Item.objects.all(), required=False, widget=forms.RadioSelect)


class BasePickFormSet(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.gifts = forms.formset_factory(GiftForm, extra=0)(
            form.data if form.is_bound else None, prefix=f"{form.prefix}-gifts")


PickFormSet = forms.formset_factory(PickForm, extra=0)
GiftFormSet = forms.formset_factory(PickForm, formset=BasePickFormSet, extra=0)
RowFormSet = forms.formset_factory(GiftForm, extra=1)
"""
SHOP_OBJECTS = [
    *({"model": "shop.kind", "pk": key, "fields": {"name": name}} for key, name in ((1, "Fruit"), (2, "Nuts"))),
    *({"model": "shop.item", "pk": key, "fields": {"name": name, "kind": kind}}
      for key, name, kind in ((3, "Pear", 1), (4, "Apple", 1), (5, "Almond", 2))),
]  # fmt: skip


def write_shop(folder):
    """Write an app whose formsets choose among objects of a fixture, `items.json`."""
    package(folder, shop__models=SHOP, shop__forms=SHOP_FORMS)
    (folder / "items.json").write_text(json.dumps(SHOP_OBJECTS))


def test_a_formset_without_rows_brings_the_choices_of_rows_to_come(tmp_path):
    write_shop(tmp_path)
    targets = [f"shop/forms.py:{name}FormSet" for name in ("Pick", "Gift", "Row")]
    built(tmp_path, *targets, "--fixture", "items.json")
    html = (tmp_path / "site" / "index.html").read_text("utf-8")
    held = re.findall(r'data-clientforms-choices="([^"]*)"', html)
    picks, gifts = (json.loads(each.replace("&quot;", '"')) for each in held)
    grouped = [
        ["", "---------"],
        ["Fruit", [["4", "Apple"], ["3", "Pear"]]],
        ["Nuts", [["5", "Almond"]]],
    ]
    assert picks == {"item": grouped, "like": grouped[1:]}
    assert gifts == {**picks, "gifts": {"kind": [["", "---------"], ["1", "Fruit"], ["2", "Nuts"]]}}


def test_what_is_installed_and_not_packed_is_missing_as_the_page_is_rendered(tmp_path, run):
    late = (
        "\n    @property\n    def media(self):\n        import importlib\n        import sys\n\n"
        "        if sys.modules['__main__'].__spec__.name.endswith('page_template'):  # not as the form is inspected\n"
        "            importlib.import_module('sorted' + 'containers')\n        return super().media\n"
    )
    write(tmp_path, forms=FIND_FORM + late)
    (error,) = checked(run, "forms.py:FindForm")["errors"]
    assert error["line"] == 4
    assert re.match(r"FindForm cannot be made .*sortedcontainers is not packed", error["message"])

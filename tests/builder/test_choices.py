"""Choices from the database: of fixtures or of a project's own, put into the page at build time."""

import json
import re
import sqlite3

import pytest

from tests.builder.test_apps import package
from tests.builder.test_build import command, content, refused

MODELS = """
from django.db import models


class Kind(models.Model):
    name = models.CharField(max_length=20)
    secret_notes = models.TextField(default="")

    def __str__(self):
        return self.name


class Item(models.Model):
    code = models.SlugField(unique=True)
    name = models.CharField(max_length=20)
    on_sale = models.BooleanField(default=True)
    kind = models.ForeignKey(Kind, on_delete=models.CASCADE)

    def __str__(self):
        return f"{self.name} ({self.kind})"


class Order(models.Model):
    item = models.ForeignKey(Item, on_delete=models.CASCADE, limit_choices_to={"on_sale": True})
    gifts = models.ManyToManyField(Item, related_name="given")
"""

FORMS = """
from django import forms

from .models import Item, Order


class LabelledField(forms.ModelChoiceField):
    def label_from_instance(self, item):
        return item.name.upper()


class PickForm(forms.Form):
    item = forms.ModelChoiceField(queryset=Item.objects.order_by("name"))
    code = LabelledField(queryset=Item.objects.all(), to_field_name="code", required=False)


OrderForm = forms.modelform_factory(Order, fields=["item", "gifts"])
PickFormSet = forms.formset_factory(PickForm, extra=1)
"""

OBJECTS = [
    {
        "model": "shop.kind",
        "pk": 1,
        "fields": {"name": "fruit", "secret_notes": "not-for-the-page"},
    },
    {
        "model": "shop.item",
        "pk": 3,
        "fields": {"code": "pear", "name": "Pear", "on_sale": True, "kind": 1},
    },
    {
        "model": "shop.item",
        "pk": 4,
        "fields": {"code": "apple", "name": "Apple", "on_sale": False, "kind": 1},
    },
    {"model": "elsewhere.thing", "pk": 1, "fields": {"name": "of no concern"}},
]


@pytest.fixture
def shop(tmp_path):
    package(tmp_path, shop__models=MODELS, shop__forms=FORMS)
    (tmp_path / "items.json").write_text(json.dumps(OBJECTS))
    return tmp_path


def options(folder, name):
    """Return the options of a select in the built page: value to label."""
    html = (folder / "site" / "index.html").read_text("utf-8")
    select = re.search(rf'<select[^>]* name="{name}".*?</select>', html, re.DOTALL)[0]
    return dict(re.findall(r'<option value="([^"]+)"[^>]*>(.*?)</option>', select))


def test_a_fixture_gives_the_choices_of_all_kinds_of_forms(shop):
    targets = [f"shop/forms.py:{name}" for name in ("PickForm", "OrderForm", "PickFormSet")]
    done = command(shop, "build", *targets, "--prefix", "pick", "--prefix", "order", "--prefix", "set",
                   "--fixture", "items.json", "--out", "site")  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    everything = {"4": "Apple (fruit)", "3": "Pear (fruit)"}
    assert options(shop, "pick-item") == options(shop, "set-0-item") == everything
    assert list(options(shop, "pick-item")) == ["4", "3"]
    assert options(shop, "pick-code") == {"pear": "PEAR", "apple": "APPLE"}
    assert options(shop, "order-item") == {"3": "Pear (fruit)"}
    assert options(shop, "order-gifts") == everything
    found = [name for name, data in content(shop / "site").items() if b"not-for-the-page" in data]
    assert found == []


def test_the_project_s_database_gives_them_as_well(shop):
    settings = (
        "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': 'shop.sqlite3'}}\n"
        "INSTALLED_APPS = ['shop']\nSECRET_KEY = 'k9'\nDEFAULT_AUTO_FIELD = 'django.db.models.AutoField'\n"
    )
    (shop / "conf.py").write_text(settings)
    with sqlite3.connect(shop / "shop.sqlite3") as made:
        made.executescript(
            "create table shop_kind (id integer primary key, name text, secret_notes text);"
            "create table shop_item (id integer primary key, code text, name text, on_sale bool, kind_id integer);"
            "insert into shop_kind values (1, 'fruit', '');"
            "insert into shop_item values (3, 'pear', 'Pear', 1, 1), (4, 'apple', 'Apple', 1, 1);"
        )
    done = command(
        shop,
        "build",
        "shop/forms.py:PickForm",
        "--settings",
        "conf",
        "--choices-from-database",
        "--out",
        "site",
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert options(shop, "item") == {"4": "Apple (fruit)", "3": "Pear (fruit)"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--fixture", "none.json"), r"none\.json could not be read"),
        (("--fixture", "shop/forms.py"), r"shop/forms\.py: give a fixture as JSON"),
        (("--fixture", "broken.json"), r"broken\.json is no fixture"),
        (("--choices-from-database",), r"say whose, with --settings"),
    ],
)
def test_what_gives_no_choices_is_told(shop, arguments, said):
    (shop / "broken.json").write_text("[{")
    assert re.search(said, refused(shop, "shop/forms.py:PickForm", *arguments))

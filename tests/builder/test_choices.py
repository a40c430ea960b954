"""Choices from the database: of fixtures or of a project's own, put into the page at build time."""

import json
import os
import re
import subprocess
import sys

import pytest

from tests.builder.test_apps import package
from tests.builder.test_build import command, content, refused
from tests.support.unpacking import unpacked

MODELS = """
from django.db import models


class Kind(models.Model):
    name = models.CharField(max_length=20)
    secret_notes = models.TextField(default="")

    def __str__(self):
        return self.name


class Tag(models.Model):
    name = models.CharField(max_length=20)


class Item(models.Model):
    code = models.SlugField(unique=True)
    name = models.CharField(max_length=20)
    on_sale = models.BooleanField(default=True)
    kind = models.ForeignKey(Kind, on_delete=models.CASCADE)
    tags = models.ManyToManyField(Tag)

    def __str__(self):
        return f"{self.name} ({self.kind})"


class Offer(models.Model):
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="offers")


class Basket(models.Model):
    items = models.ManyToManyField(Item, related_name="baskets")


def chosen(to_field=None, **limit):
    return models.ForeignKey(
        Item, on_delete=models.CASCADE, related_name="+", to_field=to_field, limit_choices_to=limit
    )


class Order(models.Model):
    on_sale = chosen(on_sale=True)
    of_kind = chosen(kind__name="fruit")
    tagged = chosen(tags__name="new")
    offered = chosen(offers__isnull=False)
    in_basket = chosen(baskets__isnull=False)
    by_code = chosen("code")
    labelled = chosen()
    grouped = chosen()
    gifts = models.ManyToManyField(Item, related_name="+", limit_choices_to={"on_sale": True})
"""

FORMS = """
from itertools import groupby

from django import forms
from django.forms.models import ModelChoiceIterator

from .models import Item, Order


class LabelledField(forms.ModelChoiceField):
    def label_from_instance(self, item):
        return item.name.upper()


class ByKind(ModelChoiceIterator):
    def __iter__(self):
        yield "", self.field.empty_label
        for kind, items in groupby(self.queryset.order_by("kind__name", "name"), lambda item: item.kind):
            yield kind.name, [self.choice(item) for item in items]


class GroupedField(forms.ModelChoiceField):
    iterator = ByKind


def among(field=forms.ModelChoiceField, to_field_name=None, **limit):
    return field(queryset=Item.objects.filter(**limit), to_field_name=to_field_name)


class PickForm(forms.Form):
    on_sale = among(on_sale=True)
    of_kind = among(kind__name="fruit")
    tagged = among(tags__name="new")
    offered = among(offers__isnull=False)
    in_basket = among(baskets__isnull=False)
    by_code = among(to_field_name="code")
    labelled = among(LabelledField)
    grouped = among(GroupedField)
    gifts = among(forms.ModelMultipleChoiceField, on_sale=True)


class OrderForm(forms.ModelForm):
    class Meta:
        model = Order
        fields = list(PickForm.base_fields)
        field_classes = {"labelled": LabelledField, "grouped": GroupedField}


class SortedForm(forms.Form):
    item = forms.ModelChoiceField(queryset=Item.objects.order_by("name"))


PickFormSet = forms.formset_factory(PickForm, extra=1)
OrderFormSet = forms.modelformset_factory(Order, form=OrderForm, extra=1)
"""

ITEMS = {3: ("pear", True, 1, [1]), 4: ("apple", False, 1, []), 5: ("leek", True, 2, [])}
OBJECTS = [
    *(
        {"model": "shop.kind", "pk": pk, "fields": {"name": name, "secret_notes": "not-for-the-page"}}
        for pk, name in ((1, "fruit"), (2, "vegetable"))
    ),
    {"model": "shop.tag", "pk": 1, "fields": {"name": "new"}},
    *(
        {
            "model": "shop.item",
            "pk": pk,
            "fields": {
                "code": code, "name": code.title(), "on_sale": on_sale, "kind": kind, "tags": tags
            },
        }
        for pk, (code, on_sale, kind, tags) in ITEMS.items()
    ),
    {"model": "shop.offer", "pk": 1, "fields": {"item": 4}},
    {"model": "shop.basket", "pk": 1, "fields": {"items": [5]}},
    {"model": "elsewhere.thing", "pk": 1, "fields": {"name": "of no concern"}},
]  # fmt: skip

SETTINGS = """
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": "shop.sqlite3"}}
INSTALLED_APPS = ["shop"]
SECRET_KEY = "k9"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
"""

PEAR, APPLE, LEEK = {"3": "Pear (fruit)"}, {"4": "Apple (fruit)"}, {"5": "Leek (vegetable)"}
SHOWN = {
    "on_sale": PEAR | LEEK,
    "of_kind": PEAR | APPLE,
    "tagged": PEAR,
    "offered": APPLE,
    "in_basket": LEEK,
    "by_code": {"pear": "Pear (fruit)", "apple": "Apple (fruit)", "leek": "Leek (vegetable)"},
    "labelled": {"3": "PEAR", "4": "APPLE", "5": "LEEK"},
    "grouped": PEAR | APPLE | LEEK,
    "gifts": PEAR | LEEK,
}


@pytest.fixture
def shop(tmp_path):
    package(tmp_path, shop__models=MODELS, shop__forms=FORMS)
    (tmp_path / "items.json").write_text(json.dumps(OBJECTS))
    (tmp_path / "conf.py").write_text(SETTINGS)
    return tmp_path


@pytest.fixture(params=["fixture", "database"])
def source(request, shop):
    """The options that give a build its objects: from a file, or from the project's SQLite, filled from it."""
    if request.param == "fixture":
        return ("--fixture", "items.json")
    for line in (["migrate", "--run-syncdb"], ["loaddata", "--ignorenonexistent", "items.json"]):
        done = subprocess.run(
            [sys.executable, "-m", "django", *line, "--settings", "conf"],
            cwd=shop,
            env={**os.environ, "PYTHONPATH": str(shop)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    return ("--settings", "conf", "--choices-from-database")


def select(folder, name):
    html = (folder / "site" / "index.html").read_text("utf-8")
    return re.search(rf'<select[^>]* name="{name}".*?</select>', html, re.DOTALL)[0]


def options(folder, name):
    """Return the options of a select in the built page: value to label."""
    return dict(re.findall(r'<option value="([^"]+)"[^>]*>(.*?)</option>', select(folder, name)))


def test_all_kinds_of_forms_show_the_choices_of_a_fixture_and_of_a_database(shop, source):
    prefixes = {"PickForm": "pick", "OrderForm": "order", "PickFormSet": "picks", "OrderFormSet": "orders",
                "SortedForm": "sorted"}  # fmt: skip
    arguments = [f"shop/forms.py:{name}" for name in prefixes]
    for prefix in prefixes.values():
        arguments += ["--prefix", prefix]
    done = command(shop, "build", *arguments, *source, "--out", "site")
    assert (done.returncode, done.stderr) == (0, "")
    for prefix in ("pick", "order", "picks-0", "orders-0"):
        found = {name: options(shop, f"{prefix}-{name}") for name in SHOWN}
        assert found == SHOWN, prefix
        groups = re.split(r'<optgroup label="(.+?)">', select(shop, f"{prefix}-grouped"))[1:]
        assert groups[::2] == ["fruit", "vegetable"]
        assert [re.findall(r"<option[^>]*>(\w+)", each) for each in groups[1::2]] == [
            ["Apple", "Pear"],
            ["Leek"],
        ]
        assert " multiple" in select(shop, f"{prefix}-gifts").partition(">")[0]
    assert list(options(shop, "sorted-item")) == ["4", "5", "3"]
    # Of a whole project's site, test_project_settings.py searches the runtime and the page of one file as well.
    searched = {
        name: b"\n".join(unpacked(data))
        for name, data in content(shop / "site").items()
        if not name.startswith("static-") and name != "offline.html"
    }
    assert [name for name, data in searched.items() if b"not-for-the-page" in data] == []
    assert any(b"class LabelledField" in data for data in searched.values())


def test_a_database_that_is_not_set_up_is_told(shop):
    (shop / "conf.py").write_text(SETTINGS)
    line = refused(
        shop, "shop/forms.py:SortedForm", "--settings", "conf", "--choices-from-database"
    )
    assert re.search(r"database failed: no such table: shop_\w+\. .*manage\.py migrate", line)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--fixture", "none.json"), r"none\.json could not be read"),
        (("--fixture", "shop/forms.py"), r"shop/forms\.py: give a fixture as JSON"),
        (("--fixture", "broken.json"), r"broken\.json is not a fixture"),
        (("--choices-from-database",), r"name the project's settings with --settings"),
    ],
)
def test_what_gives_no_choices_is_told(shop, arguments, said):
    (shop / "broken.json").write_text("[{")
    assert re.search(said, refused(shop, "shop/forms.py:SortedForm", *arguments))

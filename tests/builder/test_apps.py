"""Which Django apps a built page gets, and what of `django.contrib` is packed with an author's forms."""

import io
import re
import zipfile

import pytest

from clientforms.builder.author import inspection
from clientforms.builder.author.bundle import Bundle
from clientforms.builder.author.failures import NoForm
from tests.builder.test_build import command, page_module, refused, shipped, write

ITEM = "from django.db import models\n\n\nclass Item(models.Model):\n    name = models.CharField(max_length=20)\n"
ORDER = (
    "from django.db import models\nfrom stock.models import Item\n\n\nclass Order(models.Model):\n"
    "    item = models.ForeignKey(Item, on_delete=models.CASCADE)\n"
    "    amount = models.PositiveIntegerField()\n"
)
ORDER_FORM = (
    "from django import forms\nfrom .models import Order\n\n\nclass OrderForm(forms.ModelForm):\n"
    "    class Meta:\n        model = Order\n        fields = ['amount']\n"
)
FIND_FORM = "from django import forms\n\n\nclass FindForm(forms.Form):\n    q = forms.CharField()\n"


def package(folder, **modules):
    """Write modules, and the `__init__.py` of each package among them."""
    write(folder, **modules)
    for name in modules:
        (folder / name.split("__")[0] / "__init__.py").touch()


def built(folder, *arguments, **environment):
    """Build a site; return what its page knows of the project, and the names of what is packed."""
    done = command(folder, "build", *arguments, "--out", "site", **environment)
    assert done.returncode == 0, done.stderr
    with zipfile.ZipFile(shipped(folder / "site", "app/packed.data")) as packed:
        names = set(packed.namelist())
    return page_module(folder / "site"), names


def test_each_package_whose_models_are_imported_is_an_app(tmp_path):
    package(tmp_path, orders__models=ORDER, orders__forms=ORDER_FORM, stock__models=ITEM)
    start, names = built(tmp_path, "orders/forms.py:OrderForm")
    assert "APPS, APPS_WITHOUT_MODELS = ['stock', 'orders'], []\n" in start
    assert {"stock/models.py", "orders/models.py"} <= names


def test_models_that_no_form_imports_stay_out(tmp_path):
    package(
        tmp_path, docs__forms=FIND_FORM, docs__models="from django.contrib.gis.db import models\n"
    )
    (tmp_path / "docs" / "templates").mkdir()
    (tmp_path / "docs" / "templates" / "a.html").write_text("a")
    start, names = built(tmp_path, "docs/forms.py:FindForm")
    assert "APPS, APPS_WITHOUT_MODELS = [], ['docs']\n" in start
    assert "docs/templates/a.html" in names
    assert "docs/models.py" not in names


def test_an_app_keeps_the_label_of_its_own_configuration(tmp_path):
    label = (
        "from django.apps import AppConfig\n\n\nclass StockConfig(AppConfig):\n"
        "    name = 'stock'\n    label = 'store'\n"
    )
    reads = "\n    def clean(self):\n        assert Item._meta.app_label == 'store'\n"
    package(tmp_path, stock__models=ITEM, stock__apps=label)
    package(
        tmp_path,
        shop__forms=FIND_FORM.replace("\n\n\n", "\nfrom stock.models import Item\n\n\n", 1) + reads,
    )
    start, names = built(tmp_path, "shop/forms.py:FindForm")
    assert "APPS, APPS_WITHOUT_MODELS = ['stock'], []\n" in start
    assert "stock/apps.py" in names


def test_two_apps_with_one_label_are_told_apart_before_anything_is_written(tmp_path):
    package(tmp_path, one__stock__models=ITEM, two__stock__models=ITEM)
    for name in ("one", "two"):
        (tmp_path / name / "stock" / "__init__.py").touch()
    forms = "import one.stock.models\nimport two.stock.models\n" + FIND_FORM
    write(tmp_path, forms=forms)
    line = refused(tmp_path, "forms.py:FindForm")
    assert re.search(r"one\.stock and two\.stock are both the app 'stock'.*label of its own", line)


def test_an_installed_package_can_be_a_target(tmp_path):
    """Its module lies beside Django's, which is not the author's for that."""
    installed, elsewhere = tmp_path / "site-packages", tmp_path / "elsewhere"
    package(
        installed,
        minipkg__forms="from .words import WORD\n" + FIND_FORM,
        minipkg__words="WORD = 1\n",
    )
    facts = installed / "minipkg-1.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: minipkg\nVersion: 1\n")
    names = [f"minipkg/{each}.py" for each in ("__init__", "forms", "words")]
    (facts / "RECORD").write_text("".join(f"{name},,\n" for name in names))
    elsewhere.mkdir()
    search = f"{installed}:{command.__globals__['ROOT'] / 'app'}"
    _, packed = built(elsewhere, "minipkg.forms:FindForm", PYTHONPATH=search)
    assert set(names) <= packed
    assert not [name for name in packed if name.startswith("django/")]


def test_of_contrib_what_is_imported_is_packed(tmp_path):
    late = "\n    def clean_q(self):\n        from django.contrib.humanize.templatetags import humanize\n"
    top = "from django.contrib.auth.password_validation import validate_password\n"
    write(tmp_path, forms=top + FIND_FORM + late)
    start, names = built(tmp_path, "forms.py:FindForm")
    contrib = {name for name in names if name.startswith("django/")}
    assert {
        "django/contrib/__init__.pyc",
        "django/contrib/auth/password_validation.pyc",
        "django/contrib/humanize/templatetags/humanize.pyc",
    } <= contrib
    assert not [
        name for name in contrib if "admin" in name or not name.startswith("django/contrib/")
    ]
    assert (
        "APPS, APPS_WITHOUT_MODELS = [], ['django.contrib.auth', 'django.contrib.humanize']\n"
        in start
    )
    # That of English has a head and no translation.
    assert "django/contrib/auth/locale/en/LC_MESSAGES/django.mo" not in names
    assert "django/contrib/auth/locale/de/LC_MESSAGES/django.mo" not in names


def test_a_relation_to_the_user_brings_django_s_own_user(tmp_path):
    notes = (
        "from django import forms\nfrom django.conf import settings\nfrom django.db import models\n\n\n"
        "class Note(models.Model):\n    title = models.CharField(max_length=30)\n"
        "    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)\n\n"
        "    class Meta:\n        app_label = 'notes'\n\n\n"
        "NoteForm = forms.modelform_factory(Note, fields=['title'])\n"
    )
    write(tmp_path, notes=notes)
    start, names = built(tmp_path, "notes.py:NoteForm")
    assert "contrib_apps.Auth" in start
    assert "contrib_apps.ContentTypes" in start
    assert "django/contrib/auth/models.pyc" in names


def test_contrib_that_takes_compiled_code_is_refused_with_a_word(tmp_path):
    write(tmp_path, forms="from django.contrib.gis.forms import fields\n" + FIND_FORM)
    line = refused(tmp_path, "forms.py:FindForm")
    assert re.search(r"forms\.py:1: imports django\.contrib\.gis, which needs GDAL and GEOS", line)


POP = (
    "from django import forms\n\n\nclass PopForm(forms.Form):\n    title = forms.CharField()\n\n"
    "    def __init__(self, *args, **kwargs):\n        self.user = kwargs.pop('user')\n"
    "        super().__init__(*args, **kwargs)\n\n\nclass AskForm(forms.Form):\n"
    "    def __init__(self, *args, request, **kwargs):\n        super().__init__(*args, **kwargs)\n\n\n"
    "def make_pop_form():\n    return PopForm(user='Ann')\n"
)


WANTING = (
    POP
    + """

class TwoForm(forms.Form):
    def __init__(self, user, request, **kwargs):
        super().__init__(**kwargs)


class BaseOwnFormSet(forms.BaseFormSet):
    def __init__(self, *args, **kwargs):
        self.user = kwargs.pop("user")
        super().__init__(*args, **kwargs)


class PlainForm(forms.Form):
    title = forms.CharField()


class HeirForm(PopForm):
    pass


PopFormSet = forms.formset_factory(PopForm)
AskFormSet = forms.formset_factory(AskForm, extra=2)
TwoFormSet = forms.formset_factory(TwoForm, extra=0)
OwnFormSet = forms.formset_factory(PlainForm, formset=BaseOwnFormSet)


def make_for_view(request, *, user):
    return PlainForm(prefix=user)


def make_ask_class():
    return AskFormSet
"""
)
WANTED = {
    "PopForm": ["user"], "AskForm": ["request"], "TwoForm": ["user", "request"], "HeirForm": ["user"],
    "PopFormSet": ["user"], "AskFormSet": ["request"], "TwoFormSet": ["user", "request"],
    "OwnFormSet": ["user"], "make_for_view": ["request", "user"], "make_ask_class": ["request"],
}  # fmt: skip


def test_what_wants_what_views_give_it_is_made_by_the_function_that_is_told(tmp_path, monkeypatch):
    """The functions that the messages show work as they stand, with values for what views give."""
    write(tmp_path, wanting=WANTING)
    monkeypatch.syspath_prepend(tmp_path)
    file, targets, text = str(tmp_path / "wanting.py"), [], WANTING
    for name, arguments in WANTED.items():
        with pytest.raises(NoForm) as caught:
            inspection._form("wanting", name, file, [str(tmp_path)])
        line = WANTING.splitlines()[caught.value.line - 1]
        assert re.match(rf"(class |def )?{name}\b", line)
        said = str(caught.value)
        assert f"needs {' and '.join(map(repr, arguments))}, which views pass to it." in said
        if name == "OwnFormSet":
            assert "Add a default for that to its __init__()" in said
            text = text.replace('self.user = kwargs.pop("user")', 'kwargs.pop("user", None)')
            targets.append(f"wanting.py:{name}")
            continue
        definition, target = re.search(
            r"such as (def .*), and name .* target: (.*)$", said
        ).groups()
        text += f"\n{definition.replace('…', repr('Ann'))}\n"
        targets.append(target)
    write(tmp_path, wanting=text)
    prefixes = [word for number in range(len(targets)) for word in ("--prefix", f"p{number}")]
    done = command(tmp_path, "check", *targets, *prefixes)
    assert done.returncode == 0, done.stderr


def test_a_form_that_wants_what_views_give_it_is_refused(tmp_path):
    write(tmp_path, forms=WANTING)
    told = refused(tmp_path, "forms.py:PopFormSet")
    assert told.startswith("forms.py:")
    assert "PopForm, the form of PopFormSet, needs 'user'" in told


def test_a_function_is_a_target(tmp_path):
    write(tmp_path, forms=POP)
    built(tmp_path, "forms.py:make_pop_form")
    html = (tmp_path / "site" / "index.html").read_text("utf-8")
    assert 'data-form="forms.make_pop_form"' in html
    assert 'name="title"' in html
    assert "<title>Pop</title>" in html


@pytest.mark.parametrize("name", ["PickForm", "OrderForm", "PickFormSet"])
def test_choices_that_nobody_knows_are_a_warning(tmp_path, name):
    shop = (
        "from django import forms\nfrom django.db import models\n\n\n"
        "class Item(models.Model):\n    class Meta:\n        app_label = 'shop'\n\n\n"
        "class Order(models.Model):\n    item = models.ForeignKey(Item, on_delete=models.CASCADE)\n\n"
        "    class Meta:\n        app_label = 'shop'\n\n\n"
        "class PickForm(forms.Form):\n    item = forms.ModelChoiceField(queryset=Item.objects.all())\n\n\n"
        "OrderForm = forms.modelform_factory(Order, fields=['item'])\n"
        "PickFormSet = forms.formset_factory(PickForm, extra=1)\n"
    )
    write(tmp_path, shop=shop)
    done = command(tmp_path, "build", f"shop.py:{name}", "--out", "site")
    assert done.returncode == 0, done.stderr
    assert re.search(
        rf"^warning: shop\.py:\d+: {name}\.item has choices from the database, but none is known",
        done.stderr, re.MULTILINE,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("whole_packages", "more"), [(False, set()), (True, {"django/contrib/auth/of_the_page.pyc"})]
)
def test_contrib_is_that_of_the_page_s_django(whole_packages, more):
    here = ("django/contrib/__init__.py", "django/contrib/auth/forms.py", "shop.py")
    there = (*here[:2], "django/contrib/auth/of_the_page.py", "django/contrib/sites/models.py")
    packed = Bundle(made=dict.fromkeys(here, b"of here")).archive(
        compiled=dict.fromkeys(there, b"of the page"), whole_packages=whole_packages
    )
    with zipfile.ZipFile(io.BytesIO(packed)) as archive:
        found = {name: archive.read(name) for name in archive.namelist()}
    assert found.pop("shop.py") == b"of here"
    assert found.keys() == {f"{name}c" for name in here[:2]} | more
    assert set(found.values()) == {b"of the page"}

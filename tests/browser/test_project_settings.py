"""What a project's settings do to forms they do in a page: to those in its HTML, and to rows that it renders itself.

SETTINGS has those that docs/what-works.md lists.
"""

import re

from babel.messages import mofile
from babel.messages.catalog import Catalog
from playwright.sync_api import expect

from tests.browser.battery import wait_until_live
from tests.browser.live_page import LivePage
from tests.browser.test_template_packs import write
from tests.builder.test_build import command
from tests.conftest import ROOT
from tests.support.projects import write_project
from tests.support.sites import serving_folder

SETTINGS = """from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent
SECRET_KEY = "stays here"
LANGUAGE_CODE = "de"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.forms", "people", "shop", "tags"]
AUTH_USER_MODEL = "people.Person"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 9}},
]
TEMPLATES = [{
    "BACKEND": "django.template.backends.django.DjangoTemplates", "DIRS": [BASE_DIR / "looks"], "APP_DIRS": True,
}]
FORM_RENDERER = "shop.rendering.ShopRenderer"
LOCALE_PATHS = [BASE_DIR / "words"]
FORMAT_MODULE_PATH = "shop.formats"
USE_THOUSAND_SEPARATOR = True
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"
ROOT_URLCONF = "addresses"
FORCE_SCRIPT_NAME = "/branch"
MEDIA_URL = "pictures/"
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
ORDER_MAX = 7
"""
FILES = {
    "conf.py": SETTINGS,
    "addresses.py": "from django.urls import path\n\n"
    "urlpatterns = [path('find/', lambda request: None, name='find')]\n",
    "people/__init__.py": "",
    "people/models.py": """from django.contrib.auth.models import AbstractUser
from django.db import models


class Person(AbstractUser):
    nick = models.CharField(max_length=5)
""",
    "tags/__init__.py": "",
    "tags/templatetags/__init__.py": "",
    "tags/templatetags/shop_tags.py": """from django import template

register = template.Library()


@register.filter
def shout(words):
    return words.upper()
""",
    "looks/order.html": "{% load shop_tags %}<h3>{{ 'order'|shout }}</h3>{{ form.as_div }}",
    "shop/__init__.py": "",
    "shop/rendering.py": """from django.forms.renderers import TemplatesSetting


class ShopRenderer(TemplatesSetting):
    field_template_name = "shop/field.html"
""",
    "shop/templates/shop/field.html": "<em>{{ field.label }}</em>{{ field.errors }}{{ field }}",
    "shop/formats/__init__.py": "",
    "shop/formats/de/__init__.py": "",
    "shop/formats/de/formats.py": "DATE_INPUT_FORMATS = ['%d/%m-%Y']\n",
    "shop/forms.py": """from decimal import Decimal

from django import forms
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _


class OrderForm(forms.Form):
    template_name = "order.html"

    price = forms.DecimalField(localize=True, initial=Decimal("1234.5"))
    day = forms.DateField()
    when = forms.DateTimeField()
    password = forms.CharField()
    word = forms.CharField(widget=forms.TextInput({"data-url": reverse_lazy("find"), "data-media": settings.MEDIA_URL}))
    count = forms.IntegerField()

    def clean_password(self):
        validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]

    def clean_word(self):
        if self.cleaned_data["word"] == "late":
            raise ValidationError(_("Too late."))
        if self.cleaned_data["word"] == "where":
            raise ValidationError(reverse("find"))
        return self.cleaned_data["word"]

    def clean_count(self):
        if self.cleaned_data["count"] > settings.ORDER_MAX:
            raise ValidationError(f"At most {settings.ORDER_MAX}.")
        return self.cleaned_data["count"]


OrderFormSet = forms.formset_factory(OrderForm, extra=1)
PersonForm = forms.modelform_factory(get_user_model(), fields=["nick"])
""",
}
# Field to what is refused in it, why, what is right, and the cleaned value.
TYPED = {
    "price": ("viel", "Bitte eine Zahl eingeben.", "2.000,5", "2000.5"),
    "day": ("24.12.2030", "Bitte ein gültiges Datum eingeben.", "24/12-2030", "2030-12-24"),
    "when": ("dann", "Bitte ein gültiges Datum und Uhrzeit eingeben.", "24.12.2030 20:30",
             "2030-12-24T20:30:00+09:00"),
    "password": ("kurz", "Dieses Passwort ist zu kurz. Es muss mindestens 9 Zeichen enthalten.",
                 "lang genug", "lang genug"),
    "word": ("late", "Zu spät.", "soon", "soon"),
    "count": ("8", "At most 7.", "7", 7),
}  # fmt: skip


def test_they_do_in_a_page_what_they_do_on_a_server(page, complaints, tmp_path):
    write(tmp_path, FILES)
    words = tmp_path / "words" / "de" / "LC_MESSAGES" / "django.mo"
    words.parent.mkdir(parents=True)
    catalog = Catalog(locale="de")
    catalog.add("Too late.", "Zu spät.")
    with words.open("wb") as file:
        mofile.write_mo(file, catalog)
    targets = ("shop/forms.py:OrderFormSet", "shop/forms.py:PersonForm")
    named = ("--prefix", "orders", "--prefix", "person", "--settings", "conf", "--out", "site")
    done = command(tmp_path, "build", *targets, *named)
    assert (done.returncode, done.stderr) == (0, "")
    with serving_folder(tmp_path / "site") as address:
        complaints.allow_origin(address)
        live = LivePage(page, address)
        page.goto(address)
        wait_until_live(live)
        live.button("orders", "add").click()
        for index in (0, 1):  # in the HTML, and rendered by the page
            row, prefix = live.rows("orders").nth(index), f"orders-{index}"
            expect(row.locator("h3")).to_have_text("ORDER")
            expect(row.locator("em")).to_have_count(len(TYPED))
            expect(live.control(f"{prefix}-price")).to_have_value("1.234,5")
            for name, place in (("url", "find"), ("media", "pictures")):
                address = f"/branch/{place}/"
                expect(live.control(f"{prefix}-word")).to_have_attribute(f"data-{name}", address)
            for name, (wrong, message, right, _) in TYPED.items():
                live.type(f"{prefix}-{name}", wrong)
                live.expect_errors(f"{prefix}-{name}", message)
                live.type(f"{prefix}-{name}", right)
                live.expect_errors(f"{prefix}-{name}")
        assert (
            live.formset("orders", "cleanedData()")
            == [{name: cleaned for name, (*_, cleaned) in TYPED.items()}] * 2
        )
        assert page.locator("html").get_attribute("lang") == "de"
        # An address that is looked up as somebody types
        live.type("orders-1-word", "where")
        live.expect_errors("orders-1-word", "/branch/find/")
        live.type("person-nick", " ")
        live.expect_errors("person-nick", "Dieses Feld ist zwingend erforderlich.")


def test_addresses_and_words_are_those_of_the_page_s_language(page, complaints, tmp_path):
    write_project(tmp_path)
    arguments = ("shop/cards.py:NoteFormSet", "--settings", "mysite.settings", "--out", "site")
    assert command(tmp_path, "build", *arguments).returncode == 0
    with serving_folder(tmp_path / "site") as address:
        complaints.allow_origin(address)
        live = LivePage(page, address)
        page.goto(address)
        wait_until_live(live)
        live.formset("form", "addAnother()")
        for row in (0, 1):  # in the HTML, and rendered by the page
            word = live.control(f"form-{row}-word")
            expect(word).to_have_attribute("data-url", "/de/shop/search/")  # by i18n_patterns()
            expect(word).to_have_attribute("data-numbered", "/de/shop/0007/")  # by a converter
            expect(word).to_have_attribute("data-media", "/pictures/")
            for name, labels in (
                ("language", ["Deutsch", "Niederländisch, wie wir sagen"]),  # LANGUAGES
                ("kind", ["Niederländisch, wie wir sagen"]),
            ):
                options = live.control(f"form-{row}-{name}").locator("option")
                assert options.all_text_contents() == labels
        # A library that TEMPLATES names, and one of the app that the form is in
        expect(page.locator(".title")).to_have_text(["[NOTE]", "[NOTE]"])
        live.type("form-1-word", "two words")
        expect(live.errors("form-1-word")).to_have_count(1)


def test_the_documentation_lists_what_is_tried_here():
    text = (ROOT / "docs" / "what-works.md").read_text("utf-8")
    table = text.partition("\n## Settings\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    listed = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    tried = set(re.findall(r"^([A-Z_]+) =", SETTINGS, re.MULTILINE))
    assert listed == tried - {"BASE_DIR", "SECRET_KEY"}

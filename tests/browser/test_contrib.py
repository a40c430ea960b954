"""What a project has of `django.contrib`, and of its own apps' machinery, in a page: each tried in added rows too."""

from playwright.sync_api import expect

from tests.browser.battery import wait_until_live
from tests.browser.live_page import LivePage
from tests.browser.test_template_packs import write
from tests.builder.test_build import command
from tests.support.sites import serving_folder

FILES = {
    "conf.py": """SECRET_KEY = "stays here"
INSTALLED_APPS = ["django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.messages", "django.contrib.humanize", "shop.apps.ShopConfig"]
USE_THOUSAND_SEPARATOR = True
DEFAULT_AUTO_FIELD = "django.db.models.AutoField"
""",
    "shop/__init__.py": "",
    "shop/apps.py": """from django.apps import AppConfig


class ShopConfig(AppConfig):
    name = "shop"

    def ready(self):
        from shop import signals

        signals.connected.append("ready")
        signals.open_the_till()
""",
    "shop/signals.py": """from django.core.signals import Signal
from django.db.models.signals import class_prepared, post_init

connected, prepared = [], []
sold = Signal()


def open_the_till():
    raise RuntimeError("no till here")


def note(sender, **given):
    prepared.append(sender.__name__)


def fill(sender, instance, **given):
    instance.label = instance.label or "from a signal"


class_prepared.connect(note)
post_init.connect(fill)
""",
    "shop/models.py": """from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.messages import constants
from django.contrib.sessions.models import AbstractBaseSession
from django.db import models

from shop import signals


class Labelled(models.Model):
    label = models.CharField(max_length=20, blank=True)

    class Meta:
        abstract = True

    def clean(self):
        if self.label == "bad":
            from django.core.exceptions import ValidationError

            raise ValidationError({"label": "Of the base."})


class Dated(Labelled):
    level = models.IntegerField(choices=[(constants.INFO, "info"), (constants.ERROR, "error")])

    class Meta(Labelled.Meta):
        abstract = True


class Item(Dated):
    price = models.IntegerField(default=1234567)


class Visit(AbstractBaseSession):
    pass


class Guest(AbstractBaseUser):
    USERNAME_FIELD = "password"
""",
    "shop/templates/shop/item.html": """{% load humanize %}
<p class="human">{{ form.price.value|intcomma }} {{ 3|apnumber }} {{ 2|ordinal }}</p>
<p class="signals">{{ form.told }}</p>{{ form.as_div }}
""",
    "shop/forms.py": """from django import forms
from django.contrib.messages import constants
from django.contrib.messages.utils import get_level_tags

from shop import signals
from shop.models import Guest, Item, Visit


class ItemForm(forms.ModelForm):
    template_name = "shop/item.html"

    class Meta:
        model = Item
        fields = ["label", "level", "price"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.made = self.instance.label

    def told(self):
        return f"{sorted({'Item', 'Visit', 'Guest'} & set(signals.prepared))} {self.made} {signals.connected}"

    def clean_level(self):
        level = self.cleaned_data["level"]
        if level == constants.ERROR:
            raise forms.ValidationError(get_level_tags()[level])
        return level

    def clean_label(self):
        answers = [answer for _, answer in signals.sold.send(ItemForm, label=self.cleaned_data["label"])]
        if answers == ["sold"]:
            raise forms.ValidationError("Sold.")
        return self.cleaned_data["label"]


def answer(sender, label, **given):
    return "sold" if label == "old" else "there"


signals.sold.connect(answer)
ItemFormSet = forms.formset_factory(ItemForm, extra=1)
""",
}


def test_they_do_in_a_page_what_they_do_on_a_server(page, complaints, tmp_path):
    write(tmp_path, FILES)
    done = command(
        tmp_path, "build", "shop/forms.py:ItemFormSet", "--prefix", "items", "--settings", "conf",
        "--out", "site",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    (warning,) = done.stderr.splitlines()
    assert warning.startswith("warning: shop.apps.ShopConfig: its ready() is left to the server")
    assert warning.endswith("RuntimeError: no till here (shop/signals.py, line 9).")
    with serving_folder(tmp_path / "site") as address:
        complaints.allow_origin(address)
        live = LivePage(page, address)
        page.goto(address)
        wait_until_live(live)
        live.button("items", "add").click()
        for index in (0, 1):  # in the HTML, and rendered by the page
            row, prefix = live.rows("items").nth(index), f"items-{index}"
            expect(row.locator(".human")).to_have_text("1,234,567 three 2nd")
            expect(row.locator(".signals")).to_have_text(
                "['Guest', 'Item', 'Visit'] from a signal ['ready']"
            )
            live.type(f"{prefix}-label", "bad")
            live.control(f"{prefix}-level").select_option(label="info")
            live.expect_errors(f"{prefix}-label", "Of the base.")
            live.type(f"{prefix}-label", "old")
            live.expect_errors(f"{prefix}-label", "Sold.")
            live.type(f"{prefix}-label", "new")
            live.expect_errors(f"{prefix}-label")
            live.control(f"{prefix}-level").select_option(label="error")
            live.expect_errors(f"{prefix}-level", "error")

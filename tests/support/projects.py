"""A Django project for tests: settings of every kind, apps, a user model, URLs, and things to keep secret."""

from __future__ import annotations

import json
from pathlib import Path

from babel.messages import mofile
from babel.messages.catalog import Catalog

__all__ = ["SECRETS", "write_project"]

SECRETS = (
    "k9-not-for-anyone",
    "db-password-1",
    "mail-password-2",
    "tok-3-shop",
    "PaymentServiceAddress4",
    "sk_live_5OptionOfAValidator",
    "sk_live_6OptionOfAnEngine",
    "sk_live_7EndOfAnAddress",
    "notes-8-about-kinds",
    "pbkdf2_sha256$9$of-a-user",
    "mail-10@example.org",
    "view-11-of-the-shop",
    "template-12-that-no-form-uses",
    "static-13-that-no-form-names",
    "environment-14",
)
"""What stands in the settings or lies beside the forms, and must be nowhere in a site."""

_SETTINGS = f'''
from decimal import Decimal
from pathlib import Path

from django.utils.translation import gettext_lazy as _

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "{SECRETS[0]}"
DEBUG = True
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": "x", "PASSWORD": "{SECRETS[1]}"}}}}
EMAIL_HOST_PASSWORD = "{SECRETS[2]}"
SHOP_TOKEN = "{SECRETS[3]}"
PAYMENT = "{SECRETS[4]}"
ORDER_MAX = 7
ORDER_STEP = Decimal("0.5")
ORDER_KINDS = [("n", _("Netherlandish"))]
INSTALLED_APPS = [
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.messages", "people", "shop.apps.ShopConfig", "looks",
]
ROOT_URLCONF = "mysite.urls"
TEMPLATES = [{{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [BASE_DIR / "templates"],
    "APP_DIRS": True,
    "OPTIONS": {{
        "context_processors": ["django.template.context_processors.request"],
        "libraries": {{"auth_tags": "shop.more_tags"}},
        "string_if_invalid": "{SECRETS[6]}",
    }},
}}]
FORM_RENDERER = "mysite.rendering.Renderer"
INSTALLED_APPS += ["django.forms"]
LANGUAGE_CODE = "de"
LANGUAGES = [("de", _("German")), ("nl", _("Netherlandish"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = "mysite.formats"
MEDIA_URL = "/pictures/"
STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "assets", ("vendor", BASE_DIR / "third_party")]
STATIC_ROOT = BASE_DIR / "collected"
LOGIN_REDIRECT_URL = "/in/?token={SECRETS[7]}"
ADMINS = [("Ada", "{SECRETS[10]}")]
TIME_ZONE = "Europe/Vienna"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
AUTH_USER_MODEL = "people.Person"
AUTH_PASSWORD_VALIDATORS = [
    {{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {{"min_length": 9}}}},
    {{"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"}},
    {{"NAME": "shop.validators.OutsideValidator", "OPTIONS": {{"api_key": "{SECRETS[5]}"}}}},
]
'''

_FILES = {
    ".env": f"SHOP={SECRETS[14]}\n",
    "mysite/__init__.py": "",
    "mysite/settings.py": _SETTINGS,
    "mysite/urls.py": """
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import include, path, register_converter
from django.urls.converters import StringConverter


class CodeConverter(StringConverter):
    regex = "[a-z]{3}"

    def to_url(self, value):
        return value.lower()


register_converter(CodeConverter, "code")
urlpatterns = [path("admin/", admin.site.urls), path("code/<code:code>/", admin.site.login, name="code")]
urlpatterns += i18n_patterns(path("shop/", include("shop.urls")))
""",
    "mysite/rendering.py": """
from django.forms.renderers import TemplatesSetting


class Renderer(TemplatesSetting):
    field_template_name = "own_field.html"
""",
    "mysite/formats/__init__.py": "",
    "mysite/formats/de/__init__.py": "",
    "mysite/formats/de/formats.py": 'DATE_INPUT_FORMATS = ["%Y_%m_%d"]\n',
    "people/__init__.py": "",
    "people/models.py": "from django.contrib.auth.models import AbstractUser\n\n\nclass Person(AbstractUser):\n    pass\n",
    "shop/__init__.py": "",
    "shop/apps.py": "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    label = 'store'\n",
    "shop/models.py": """
from django.conf import settings
from django.db import models


class Kind(models.Model):
    name = models.CharField(max_length=20)
    notes = models.TextField(default="")

    def __str__(self):
        return self.name


class Order(models.Model):
    amount = models.PositiveIntegerField()
    kind = models.ForeignKey(Kind, on_delete=models.CASCADE)
    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
""",
    "shop/views.py": f"""
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse


@login_required
def search(request):
    return HttpResponse("{SECRETS[11]}")
""",
    "shop/converters.py": """
class NumberConverter:
    regex = "[0-9]{4}"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return f"{value:04}"
""",
    "shop/urls.py": """
from django.urls import path, register_converter

from . import converters, views

register_converter(converters.NumberConverter, "number")
app_name = "shop"
urlpatterns = [
    path("search/", views.search, name="search"),
    path("<number:number>/", views.search, name="numbered"),
]
""",
    "shop/validators.py": """
class OutsideValidator:
    def __init__(self, api_key):
        self.api_key = api_key

    def validate(self, password, user=None):
        pass
""",
    "shop/more_tags.py": """
from django import template

register = template.Library()
register.filter("framed", lambda text: f"[{text}]")
""",
    "shop/templatetags/__init__.py": "",
    "shop/templatetags/shop_tags.py": """
from django import template

register = template.Library()
register.filter("loud", lambda text: text.upper())
""",
    "shop/forms.py": """
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.urls import reverse_lazy

from .models import Order


class OrderForm(forms.ModelForm):
    password = forms.CharField(widget=forms.PasswordInput)

    class Meta:
        model = Order
        fields = ["amount", "kind", "buyer"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["amount"] = forms.IntegerField(max_value=settings.ORDER_MAX)

    def clean_password(self):
        validate_password(self.cleaned_data["password"])
        return self.cleaned_data["password"]

    def rounded(self):
        return getattr(settings, "ORDER_STEP", 1)

    def send(self):
        return settings.SHOP_TOKEN


class CardForm(forms.Form):
    template_name = "card.html"
    name = forms.CharField()


class LinkForm(forms.Form):
    q = forms.CharField(widget=forms.TextInput({"data-url": reverse_lazy("shop:search")}))
""",
    "shop/cards.py": """
from django import forms
from django.conf import settings
from django.urls import reverse


class NoteForm(forms.Form):
    template_name = "note.html"
    word = forms.SlugField()
    day = forms.DateField(required=False)
    language = forms.ChoiceField(choices=settings.LANGUAGES, required=False)
    kind = forms.ChoiceField(choices=settings.ORDER_KINDS, required=False)

    class Media:
        css = {"all": ["own.css"]}
        js = ["vendor/tool.js", "looks/look.js", "collected.js"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["word"].widget.attrs["data-url"] = reverse("shop:search")
        self.fields["word"].widget.attrs["data-numbered"] = reverse("shop:numbered", kwargs={"number": 7})
        self.fields["word"].widget.attrs["data-media"] = settings.MEDIA_URL

    def send(self):
        return settings.DEBUG, settings.ADMINS, settings.LOGIN_REDIRECT_URL, settings.STATIC_URL


NoteFormSet = forms.formset_factory(NoteForm, extra=1)
""",
    "templates/card.html": "<p>A card</p>{{ form.name }}",
    "templates/note.html": '{% load shop_tags auth_tags %}<p class="title">{{ "note"|loud|framed }}{{ form.absent }}</p>'
    "{% for field in form %}{{ field.as_field_group }}{% endfor %}",
    "templates/own_field.html": '<div class="own">{{ field.label_tag }}{{ field.errors }}{{ field }}</div>',
    "templates/unused.html": SECRETS[12],
    "assets/own.css": ".own { background: url(vendor/mark.svg) }\n",
    "assets/unused.js": f'"{SECRETS[13]}";\n',
    "third_party/tool.js": '"tool";\n',
    "third_party/mark.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
    "looks/__init__.py": "",
    "looks/static/looks/look.js": '"look";\n',
    "collected/collected.js": '"collected";\n',
}

_OBJECTS = [
    {"model": "store.kind", "pk": 1, "fields": {"name": "fruit", "notes": SECRETS[8]}},
    {
        "model": "people.person",
        "pk": 1,
        "fields": {"username": "ada", "password": SECRETS[9], "email": SECRETS[10]},
    },
]


def write_project(folder: Path) -> None:
    """Write the project into `folder`, which Python then finds its packages in.

    Its objects are in `objects.json`, its own words for German in `locale`.
    """
    for name, text in {**_FILES, "objects.json": json.dumps(_OBJECTS)}.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text.lstrip("\n"), "utf-8")
    catalog = Catalog(locale="de")
    catalog.add("Netherlandish", "Niederländisch, wie wir sagen")
    place = folder / "locale" / "de" / "LC_MESSAGES" / "django.mo"
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as file:
        mofile.write_mo(file, catalog)

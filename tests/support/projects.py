"""A Django project for tests: settings of every kind, apps, a user model, URLs, and things to keep secret."""

from __future__ import annotations

from pathlib import Path

__all__ = ["SECRETS", "write_project"]

SECRETS = (
    "k9-not-for-anyone",
    "db-password-1",
    "mail-password-2",
    "tok-3-shop",
    "PaymentServiceAddress4",
)
"""What stands in the settings and must be nowhere in a site."""

_SETTINGS = f'''
from decimal import Decimal
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
SECRET_KEY = "{SECRETS[0]}"
DEBUG = True
DATABASES = {{"default": {{"ENGINE": "django.db.backends.sqlite3", "NAME": "x", "PASSWORD": "{SECRETS[1]}"}}}}
EMAIL_HOST_PASSWORD = "{SECRETS[2]}"
SHOP_TOKEN = "{SECRETS[3]}"
PAYMENT = "{SECRETS[4]}"
ORDER_MAX = 7
ORDER_STEP = Decimal("0.5")
INSTALLED_APPS = [
    "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
    "django.contrib.messages", "people", "shop.apps.ShopConfig",
]
ROOT_URLCONF = "mysite.urls"
TEMPLATES = [{{
    "BACKEND": "django.template.backends.django.DjangoTemplates",
    "DIRS": [BASE_DIR / "templates"],
    "APP_DIRS": True,
    "OPTIONS": {{"context_processors": ["django.template.context_processors.request"]}},
}}]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
INSTALLED_APPS += ["django.forms"]
LANGUAGE_CODE = "de"
TIME_ZONE = "Europe/Vienna"
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
AUTH_USER_MODEL = "people.Person"
AUTH_PASSWORD_VALIDATORS = [
    {{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {{"min_length": 9}}}},
    {{"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"}},
]
'''

_FILES = {
    "mysite/__init__.py": "",
    "mysite/settings.py": _SETTINGS,
    "mysite/urls.py": "from django.contrib import admin\nfrom django.urls import include, path\n\nurlpatterns = ["
    "path('admin/', admin.site.urls), path('shop/', include('shop.urls'))]\n",
    "people/__init__.py": "",
    "people/models.py": "from django.contrib.auth.models import AbstractUser\n\n\nclass Person(AbstractUser):\n    pass\n",
    "shop/__init__.py": "",
    "shop/apps.py": "from django.apps import AppConfig\n\n\nclass ShopConfig(AppConfig):\n    name = 'shop'\n    label = 'store'\n",
    "shop/models.py": "from django.conf import settings\nfrom django.db import models\n\n\nclass Order(models.Model):\n"
    "    amount = models.PositiveIntegerField()\n"
    "    buyer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)\n",
    "shop/views.py": "from django.contrib.auth.decorators import login_required\nfrom django.http import HttpResponse\n\n\n"
    "@login_required\ndef search(request):\n    return HttpResponse()\n",
    "shop/urls.py": "from django.urls import path\n\nfrom . import views\n\napp_name = 'shop'\n"
    "urlpatterns = [path('search/', views.search, name='search')]\n",
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
        fields = ["amount"]

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
    "templates/card.html": "<p>A card</p>{{ form.name }}",
    "templates/unused.html": SECRETS[4],
}


def write_project(folder: Path) -> None:
    """Write the project into `folder`, which Python then finds its packages in."""
    for name, text in _FILES.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text.lstrip("\n"), "utf-8")

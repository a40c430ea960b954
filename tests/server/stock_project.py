"""A project whose server knows more than its pages: stored codes that are unique, and a rule that asks the ORM."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.conftest import serving_folder
from tests.server.startproject import Project

__all__ = ["StockProject"]

_MODELS = """
from django.db import models


class Product(models.Model):
    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=20)
"""
_FORMS = """
from django import forms

from .models import Product


class ProductForm(forms.ModelForm):
    class Meta:
        model = Product
        fields = ["code", "name"]


ProductFormSet = forms.modelformset_factory(Product, form=ProductForm, extra=2)


class LineForm(forms.Form):
    product = forms.CharField(max_length=20)
    count = forms.IntegerField(min_value=1)

    def clean_product(self):
        code = self.cleaned_data["product"]
        if not Product.objects.filter(code=code).exists():
            raise forms.ValidationError("There is no product %(code)s.", code="gone", params={"code": code})
        return code


LineFormSet = forms.formset_factory(LineForm, extra=2, can_order=True, can_delete=True)


class SecretForm(forms.Form):
    word = forms.CharField()

    def clean_word(self):
        if self.cleaned_data["word"] == "mellon":
            raise forms.ValidationError("Everybody knows this word.", code="known")
        return self.cleaned_data["word"]


class BrokenForm(forms.Form):
    word = forms.CharField()

    def clean_word(self):
        raise LookupError("a detail of the server")
"""
_TRIPS = """
from django import forms

from .dangers import FORBIDDEN
from .models import Product


class TripForm(forms.Form):
    place = forms.CharField(max_length=20)
    day = forms.DateField()
    how = forms.ChoiceField(choices=[("", "Choose"), ("walk", "On foot"), ("ride", "On a horse")])
    food = forms.CharField(required=False)

    def clean_place(self):
        place = self.cleaned_data["place"]
        if place in FORBIDDEN:
            raise forms.ValidationError(f"One does not simply walk into {place}.", code="forbidden")
        return place

    def clean_food(self):
        food = self.cleaned_data["food"]
        if food and not Product.objects.filter(code=food).exists():
            raise forms.ValidationError("We have no such food.")
        return food

    def clean(self):
        if self.cleaned_data.get("how") == "ride" and not self.cleaned_data.get("food"):
            raise forms.ValidationError("Horses want to eat.")
        if self.cleaned_data.get("how") == "walk" and self.cleaned_data.get("place") == "Rohan":
            self.add_error("place", "Nobody walks in Rohan.")
        return self.cleaned_data


TripFormSet = forms.formset_factory(TripForm, extra=1, max_num=4, can_order=True, can_delete=True)
"""
_DANGERS = """
FORBIDDEN = ["Mordor", "Moria"]
"""
_APPS = """
from django.apps import AppConfig


class OrdersConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "orders"

    def ready(self):
        from clientforms.server import register

        from . import forms, trips

        register(forms.ProductForm)
        register(forms.LineFormSet)
        register(forms.SecretForm, name="secret", has_permission=lambda request: "key" in request.COOKIES)
        register(forms.BrokenForm, name="broken")
        register(trips.TripForm, name="trip", packed=False)
        register(trips.TripFormSet, name="trips", packed=False)
"""
_VIEWS = """
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from .forms import LineFormSet, ProductForm
from .models import Product
from .trips import TripForm, TripFormSet


def product(request, pk=None):
    instance = get_object_or_404(Product, pk=pk) if pk else None
    form = ProductForm(request.POST or None, instance=instance)
    if request.method == "POST" and form.is_valid():
        return HttpResponse(f"Stored {form.save().code}")
    return render(request, "orders/product.html", {"form": form})


def lines(request):
    formset = LineFormSet(request.POST or None, prefix="lines")
    if request.method == "POST" and formset.is_valid():
        return HttpResponse("Ordered " + ", ".join(form["product"] for form in formset.cleaned_data if form))
    return render(request, "orders/lines.html", {"lines": formset})


def trip(request):
    form = TripForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return HttpResponse("Off to " + form.cleaned_data["place"])
    return render(request, "orders/product.html", {"form": form})


def trips(request):
    formset = TripFormSet(request.POST or None, prefix="trips")
    if request.method == "POST" and formset.is_valid():
        return HttpResponse("Off to " + ", ".join(form["place"] for form in formset.cleaned_data if form))
    return render(request, "orders/lines.html", {"lines": formset})
"""
_URLS = """
from django.urls import include, path

from orders import views

urlpatterns = [
    path("clientforms/", include("clientforms.server.urls")),
    path("product/", views.product),
    path("product/<int:pk>/", views.product),
    path("lines/", views.lines),
    path("trip/", views.trip),
    path("trips/", views.trips),
]
"""
_PAGE = """{{% load clientforms %}}<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Stock</title>{{% clientforms_scripts %}}</head>
<body><form method="post">{{% csrf_token %}}{tag}<button>Save</button></form></body>
</html>
"""
_ASGI = """
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "mysite.settings")

from channels.routing import ProtocolTypeRouter, URLRouter
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.asgi import get_asgi_application

application = get_asgi_application()

from clientforms.server.consumers import websocket_urlpatterns

application = ProtocolTypeRouter(
    {"http": ASGIStaticFilesHandler(application), "websocket": URLRouter(websocket_urlpatterns)}
)
"""
_STORE = """
from orders.models import Product
Product.objects.create(code="tea", name="Tea")
Product.objects.create(code="salt", name="Salt")
"""


class StockProject(Project):
    """The project in `folder`, with two products in its SQLite file."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.write("orders/models.py", _MODELS)
        self.write("orders/forms.py", _FORMS)
        self.write("orders/dangers.py", _DANGERS)
        self.write("orders/trips.py", _TRIPS)
        self.write("orders/apps.py", _APPS)
        self.write("orders/views.py", _VIEWS)
        self.write("mysite/urls.py", _URLS)
        self.write("mysite/asgi.py", _ASGI)
        self.write(
            "orders/templates/orders/product.html", _PAGE.format(tag="{% clientform form %}")
        )
        self.write(
            "orders/templates/orders/lines.html", _PAGE.format(tag="{% clientformset lines %}")
        )
        self.add_settings('CLIENTFORMS = {"FORMS": []}')
        self.manage_all(["makemigrations", "orders"], ["migrate"], ["shell", "-c", _STORE])

    @contextmanager
    def serving_sockets(
        self, *options: str, application: str = "mysite.asgi:application"
    ) -> Iterator[str]:
        """Run an ASGI server; yields its address."""
        server = [sys.executable, "-m", "uvicorn", application]
        command = [*server, "--port", "{port}", *options]
        with serving_folder(self.folder, command, self.environment()) as address:
            yield address

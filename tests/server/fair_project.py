"""A project whose server pushes: stalls of a fair are taken, sizes are gone, a form is closed."""

from __future__ import annotations

from pathlib import Path

from tests.server.stock_project import StockProject

__all__ = ["FairProject"]

_FAIR = """
from django import forms
from django.utils.translation import gettext_lazy as _

from .models import Product


class StallForm(forms.Form):
    product = forms.ModelChoiceField(Product.objects.all())
    note = forms.CharField(required=False)


class ShirtForm(forms.Form):
    size = forms.ChoiceField(choices=[("s", "Small"), ("m", "Medium"), ("l", "Large")])
    name = forms.CharField()


StallFormSet = forms.formset_factory(StallForm)
ShirtFormSet = forms.formset_factory(ShirtForm, extra=2)


class ProductForm(forms.ModelForm):
    class Meta:
        model = Product
        fields = ["name"]


class StaffForm(forms.Form):
    word = forms.CharField()


class SeatForm(forms.Form):
    seat = forms.ChoiceField()

    def __init__(self, *args, user=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["seat"].choices = [("1", _("Name")), ("2", str(user))]


class QuietForm(forms.Form):
    name = forms.CharField()
"""
_SIGNS = """
from django import forms

from .models import Product


class SignForm(forms.Form):
    colour = forms.ChoiceField(choices=[("r", "Red"), ("b", "Blue")])
    text = forms.CharField()

    def clean_text(self):
        if not Product.objects.filter(code=self.cleaned_data["text"]).exists():
            raise forms.ValidationError("There is no such product.")
        return self.cleaned_data["text"]
"""
_APPS = """
from django.apps import AppConfig


class OrdersConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "orders"

    def ready(self):
        from clientforms.server import register

        from . import fair, signs

        register(fair.StallForm, name="stall", pushed=True)
        register(fair.ShirtForm, name="shirt", pushed=True)
        register(signs.SignForm, name="sign", pushed=True, packed=False)
        register(fair.ShirtFormSet, name="shirts", pushed=True)
        register(fair.StallFormSet, name="stalls", pushed=True)
        register(fair.ProductForm, name="product", pushed=True)
        register(
            fair.StaffForm, name="staff", pushed=True,
            has_permission=lambda request: request.user.is_authenticated,
        )
        register(
            fair.SeatForm, name="seat", pushed=True, get_form_kwargs=lambda request: {"user": request.user},
        )
        register(fair.QuietForm, name="quiet")
"""
_VIEWS = """
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from clientforms.server import apush_errors, push_errors

from . import fair
from .models import Product


def show(request, form_class):
    return render(request, "orders/product.html", {"form": form_class()})


def shirts(request):
    return render(request, "orders/lines.html", {"lines": fair.ShirtFormSet(prefix="shirts")})


def product(request, pk):
    form = fair.ProductForm(instance=get_object_or_404(Product, pk=pk))
    return render(request, "orders/product.html", {"form": form})


def close(request):
    push_errors(fair.ShirtForm, "The stall is closed.")
    return HttpResponse("closed")


async def close_soon(request):
    await apush_errors(fair.ShirtForm, "The stall closes soon.")
    try:
        push_errors(fair.ShirtForm, "Never shown.")
    except RuntimeError as error:
        return HttpResponse(str(error))
"""
_URLS = """
from django.urls import include, path

from orders import fair, signs, views

urlpatterns = [
    path("clientforms/", include("clientforms.server.urls")),
    path("stall/", views.show, {"form_class": fair.StallForm}),
    path("shirt/", views.show, {"form_class": fair.ShirtForm}),
    path("sign/", views.show, {"form_class": signs.SignForm}),
    path("shirts/", views.shirts),
    path("product/<int:pk>/", views.product),
    path("quiet/", views.show, {"form_class": fair.QuietForm}),
    path("close/", views.close),
    path("close-soon/", views.close_soon),
]
"""
_IMPORTS = """
from orders.models import Product
from clientforms.server import push_choices, push_errors
from django.utils.translation import gettext_lazy as _
"""


class FairProject(StockProject):
    """The project in `folder`, with a form of each kind that is registered with `pushed=True`."""

    def __init__(self, folder: Path, *settings: str) -> None:
        super().__init__(folder)
        self.write("orders/fair.py", _FAIR)
        self.write("orders/signs.py", _SIGNS)
        self.write("orders/apps.py", _APPS)
        self.write("orders/views.py", _VIEWS)
        self.write("mysite/urls.py", _URLS)
        self.add_settings(*settings)

    def push(self, line: str) -> str:
        """Run a line of Python in a process of its own, as `manage.py shell` does; return what it prints."""
        return self.manage("shell", "-v", "0", "-c", f"{_IMPORTS}\n{line}").strip()

    def refusal_of(self, line: str) -> str:
        """Run a line of Python that fails; return the last line that it prints."""
        return self.manage("shell", "-v", "0", "-c", f"{_IMPORTS}\n{line}", status=1).splitlines()[
            -1
        ]

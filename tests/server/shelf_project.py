"""The stock project with more forms: boxes whose rows have items inside, and a remote form that takes a file."""

from __future__ import annotations

from pathlib import Path

from tests.server.stock_project import StockProject

__all__ = ["ShelfProject"]

_BOXES = """
from django import forms

from .models import Product


class ItemForm(forms.Form):
    code = forms.CharField(max_length=20)
    note = forms.CharField(required=False)

    def clean_code(self):
        code = self.cleaned_data["code"]
        if not Product.objects.filter(code=code).exists():
            raise forms.ValidationError("There is no product %(code)s.", code="gone", params={"code": code})
        return code


class BaseItemFormSet(forms.BaseFormSet):
    def clean(self):
        filled = [form for form in self.forms if form.has_changed()]
        if len(filled) > Product.objects.count():
            raise forms.ValidationError("We have fewer products than that.", code="few")


ItemFormSet = forms.formset_factory(ItemForm, formset=BaseItemFormSet, extra=1, can_delete=True)


class BoxForm(forms.Form):
    name = forms.CharField(max_length=20)


class BaseBoxFormSet(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        data = form.data if form.is_bound else None
        form.items = ItemFormSet(data=data, prefix=f"{form.prefix}-items")


class ParcelForm(forms.Form):
    code = forms.CharField()
    picture = forms.FileField(required=False)

    def clean_code(self):
        code = self.cleaned_data["code"]
        if not Product.objects.filter(code=code).exists():
            raise forms.ValidationError("There is no product %(code)s.", code="gone", params={"code": code})
        return code

    def clean(self):
        product = Product.objects.get(code=self.cleaned_data["code"]) if "code" in self.cleaned_data else None
        if product and product.name == "Tea" and not self.cleaned_data["picture"]:
            raise forms.ValidationError("For tea, we need a picture.")
        return self.cleaned_data


BoxFormSet = forms.formset_factory(BoxForm, formset=BaseBoxFormSet, extra=2, can_order=True, can_delete=True)
"""
_REPORTS = """
from django import forms

from .models import Product


class ReportForm(forms.Form):
    title = forms.CharField(max_length=20)
    paper = forms.FileField(error_messages={"required": "Attach the paper."})
    appendix = forms.FileField(required=False)

    def clean_title(self):
        title = self.cleaned_data["title"]
        if Product.objects.filter(code=title).exists():
            raise forms.ValidationError("This is the code of a product.", code="product")
        return title

    def clean(self):
        if not self.cleaned_data.get("paper"):
            raise forms.ValidationError("A report without a paper is none.", code="no_paper")
        if self.cleaned_data.get("title") == "Annual" and not self.cleaned_data.get("appendix"):
            self.add_error("title", "An annual report has an appendix.")
        return self.cleaned_data


ReportFormSet = forms.formset_factory(ReportForm, extra=2)
"""
_VIEWS = """
from django.http import HttpResponse
from django.shortcuts import render

from .boxes import BoxFormSet, ParcelForm
from .reports import ReportForm, ReportFormSet


def boxes(request):
    return render(request, "orders/lines.html", {"lines": BoxFormSet(request.POST or None, prefix="boxes")})


def parcel(request):
    form = ParcelForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return HttpResponse(f"{form.cleaned_data['code']}: {form.cleaned_data['picture']}")
    return render(request, "orders/upload.html", {"form": form})


def report(request):
    form = ReportForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        return HttpResponse(f"{form.cleaned_data['title']}: {form.cleaned_data['paper'].read().decode()}")
    return render(request, "orders/upload.html", {"form": form})


def reports(request):
    formset = ReportFormSet(request.POST or None, request.FILES or None, prefix="reports")
    if request.method == "POST" and formset.is_valid():
        return HttpResponse(", ".join(each["paper"].read().decode() for each in formset.cleaned_data if each))
    return render(request, "orders/uploads.html", {"lines": formset})
"""
_URLS = """
from orders import shelf_views

urlpatterns += [
    path("boxes/", shelf_views.boxes),
    path("parcel/", shelf_views.parcel),
    path("report/", shelf_views.report),
    path("reports/", shelf_views.reports),
]
"""
_REGISTER = """
        from . import boxes, reports

        register(boxes.BoxFormSet)
        register(boxes.ParcelForm)
        register(reports.ReportForm, packed=False)
        register(reports.ReportFormSet, packed=False)
"""


class ShelfProject(StockProject):
    """The project in `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.write("orders/boxes.py", _BOXES)
        self.write("orders/reports.py", _REPORTS)
        self.write("orders/shelf_views.py", _VIEWS)
        self._append("orders/apps.py", _REGISTER)
        self._append("mysite/urls.py", _URLS)
        for name, source in (("upload", "product"), ("uploads", "lines")):
            html = (folder / f"orders/templates/orders/{source}.html").read_text("utf-8")
            with_files = html.replace("<form ", '<form enctype="multipart/form-data" ')
            self.write(f"orders/templates/orders/{name}.html", with_files)

    def _append(self, name: str, text: str) -> None:
        self.write(name, (self.folder / name).read_text("utf-8") + text)

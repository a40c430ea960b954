"""An invoice: what was done, in sections, and in each section lines of its own."""

from datetime import date
from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

VAT = Decimal("0.20")
CENT = Decimal("0.01")


class InvoiceForm(forms.Form):
    number = forms.RegexField(
        r"^\d{4}-\d{3}$",
        help_text="Such as 2026-017",
        error_messages={"invalid": "Four digits, a hyphen, three digits."},
    )
    customer = forms.CharField(max_length=80)
    issued = forms.DateField(initial=date.today, widget=forms.DateInput({"type": "date"}))
    due = forms.DateField(widget=forms.DateInput({"type": "date"}))

    def clean(self):
        data = super().clean()
        if data.get("issued") and data.get("due") and data["due"] < data["issued"]:
            self.add_error("due", "An invoice is due after it is issued.")
        return data


class LineForm(forms.Form):
    item = forms.CharField(max_length=60)
    quantity = forms.DecimalField(min_value=Decimal("0.25"), max_digits=6, decimal_places=2)
    price = forms.DecimalField(min_value=0, max_digits=8, decimal_places=2)

    def clean(self):
        data = super().clean()
        if data.get("quantity") is not None and data.get("price") is not None:
            data["amount"] = (data["quantity"] * data["price"]).quantize(CENT)
        return data


LineFormSet = forms.formset_factory(LineForm, extra=0, min_num=1, can_delete=True)


class SectionForm(forms.Form):
    title = forms.CharField(max_length=60)


class BaseSectionFormSet(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.lines = LineFormSet(
            data=form.data if form.is_bound else None,
            prefix=f"{form.prefix}-lines",
            initial=form.initial.get("lines"),
        )

    def clean(self):
        titles = [form.cleaned_data.get("title") for form in self.forms]
        titles = [title for title in titles if title]
        if len(titles) != len(set(titles)):
            raise ValidationError("Two sections have the same title.")


SectionFormSet = forms.formset_factory(
    SectionForm,
    formset=BaseSectionFormSet,
    extra=0,
    min_num=1,
    max_num=5,
    can_delete=True,
)


def make_sections(**given):
    given.setdefault("initial", [
        {"title": "Design", "lines": [
            {"item": "Sketches", "quantity": "6.5", "price": "80"},
            {"item": "Typeface, licence", "quantity": "1", "price": "45.90"},
        ]},
        {"title": "Print", "lines": [{"item": "Posters, A2", "quantity": "120", "price": "1.85"}]},
    ])  # fmt: skip
    return SectionFormSet(**given)


def total(sections):
    """Return net, VAT and their sum, of the sections' cleaned data."""
    lines = [line for section in kept(sections) for line in kept(section["lines"])]
    net = sum((Decimal(line["amount"]) for line in lines), Decimal(0))
    vat = (net * VAT).quantize(CENT)
    return net, vat, net + vat


def kept(cleaned):
    return [data for data in cleaned if data and not data.get("DELETE")]

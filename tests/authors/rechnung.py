"""Numbers and dates as another language writes them."""

from decimal import Decimal

from django import forms


class Betrag(forms.DecimalField):
    def __init__(self, **given):
        super().__init__(localize=True, max_digits=9, decimal_places=2, **given)


class RechnungForm(forms.Form):
    datum = forms.DateField(localize=True)
    netto = Betrag(min_value=0)
    steuer = Betrag(initial=Decimal("0.19"))

    def clean(self):
        data = super().clean()
        if data.get("netto") is not None and data.get("steuer") is not None:
            data["brutto"] = (data["netto"] * (1 + data["steuer"])).quantize(Decimal("0.01"))
        return data

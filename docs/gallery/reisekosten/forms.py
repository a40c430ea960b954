"""Eine Reisekostenabrechnung: Django spricht Deutsch und liest Daten und Zahlen, wie man sie schreibt."""

from decimal import Decimal

from django import forms
from django.core.exceptions import ValidationError

KILOMETER = Decimal("0.30")


class IbanField(forms.CharField):
    def clean(self, value):
        iban = super().clean(value).replace(" ", "").upper()
        digits = "".join(str(int(each, 36)) for each in iban[4:] + iban[:4] if each.isalnum())
        if not 15 <= len(iban) <= 34 or not iban.isalnum() or int(digits) % 97 != 1:
            raise ValidationError("Diese IBAN stimmt nicht. Vielleicht ein Zahlendreher?")
        return iban


class ReiseForm(forms.Form):
    name = forms.CharField(max_length=60)
    iban = IbanField(label="IBAN", help_text="Zum Beispiel DE89 3704 0044 0532 0130 00")
    beginn = forms.DateField(label="Abreise", localize=True, help_text="TT.MM.JJJJ")
    ende = forms.DateField(label="Rückkehr", localize=True, help_text="TT.MM.JJJJ")
    kilometer = forms.DecimalField(
        label="Gefahrene Kilometer", min_value=0, decimal_places=1, localize=True, initial=0
    )

    def clean(self):
        data = super().clean()
        if data.get("beginn") and data.get("ende") and data["ende"] < data["beginn"]:
            self.add_error("ende", "Die Rückkehr liegt vor der Abreise.")
        if data.get("kilometer") is not None:
            data["kilometergeld"] = (data["kilometer"] * KILOMETER).quantize(Decimal("0.01"))
        return data


class BelegForm(forms.Form):
    ARTEN = [
        ("", "Bitte wählen"),
        ("bahn", "Bahn"),
        ("hotel", "Übernachtung"),
        ("sonst", "Sonstiges"),
    ]

    art = forms.ChoiceField(choices=ARTEN)
    betrag = forms.DecimalField(
        label="Betrag in €",
        max_digits=7,
        decimal_places=2,
        min_value=Decimal("0.01"),
        localize=True,
    )


BelegFormSet = forms.formset_factory(BelegForm, extra=0, min_num=1, max_num=9, can_delete=True)

from django import forms
from djmoney.forms import MoneyField


class PriceForm(forms.Form):
    price = MoneyField(
        max_digits=8, decimal_places=2, currency_choices=[("EUR", "Euro"), ("USD", "Dollar")]
    )

from django import forms

from .models import Line, Order

LineFormSet = forms.inlineformset_factory(
    Order, Line, fields=["product", "email", "quantity", "day", "packing"], extra=2
)

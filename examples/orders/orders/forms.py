"""The forms of an order: they run in the page and on the server."""

from django import forms
from django.forms import inlineformset_factory
from django.utils import timezone

from .models import Line, Order


class OrderForm(forms.ModelForm):
    """An order without its lines."""

    class Meta:
        model = Order
        fields = ["number", "customer", "day", "attachment"]

    def clean_day(self):
        day = self.cleaned_data["day"]
        if day < timezone.localdate():
            raise forms.ValidationError("Choose a day to come.", code="past")
        return day


class LineForm(forms.ModelForm):
    """One line. Whether there is enough of the product only the server knows."""

    class Meta:
        model = Line
        fields = ["product", "label", "count"]

    def clean(self):
        data = super().clean()
        product, count = data.get("product"), data.get("count")
        if product and count and count > product.stock:
            raise forms.ValidationError(
                "There are %(stock)d left.", code="stock", params={"stock": product.stock}
            )
        return data


LineFormSet = inlineformset_factory(Order, Line, LineForm, extra=2, max_num=20, can_delete=True)

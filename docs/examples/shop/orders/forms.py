"""An order and its lines, as a view of the project uses them."""

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone

from .models import Order, OrderLine


class OrderForm(forms.ModelForm):
    class Meta:
        model = Order
        fields = ("name", "email", "delivery", "note")

    def clean_delivery(self):
        delivery = self.cleaned_data["delivery"]
        if delivery <= timezone.localdate():
            raise ValidationError("Wir liefern frühestens morgen.")
        return delivery


class OrderLineForm(forms.ModelForm):
    class Meta:
        model = OrderLine
        fields = ("product", "quantity")

    def clean_quantity(self):
        quantity = self.cleaned_data["quantity"]
        if quantity > settings.ORDER_MAX_QUANTITY:
            raise ValidationError(f"Höchstens {settings.ORDER_MAX_QUANTITY} Stück je Artikel.")
        return quantity


OrderLineFormSet = forms.inlineformset_factory(
    Order, OrderLine, form=OrderLineForm, extra=0, min_num=1, validate_min=True, max_num=5
)

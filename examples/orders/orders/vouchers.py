"""A form whose rules nobody may read: no page gets this module."""

import hashlib

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .models import Order

PERCENT_BY_DIGEST = {  # of the codes SPRING and LOYAL
    "247249930a03e7d1": 10,
    "f4076bdfd1c90909": 25,
}


class VoucherForm(forms.Form):
    """Which order gets a discount."""

    number = forms.CharField(label=_("Number of the order"), max_length=20)
    code = forms.CharField(label=_("Code on the voucher"), max_length=20)

    def clean_number(self):
        number = self.cleaned_data["number"]
        self.order = Order.objects.filter(number=number).first()
        if self.order is None:
            raise ValidationError(_("There is no such order."), code="unknown")
        if self.order.discount:
            raise ValidationError(_("This order has its discount."), code="used")
        return number

    def clean_code(self):
        digest = hashlib.sha256(self.cleaned_data["code"].upper().encode()).hexdigest()[:16]
        if digest not in PERCENT_BY_DIGEST:
            raise ValidationError(_("This is not the code of a voucher."), code="invalid")
        self.percent = PERCENT_BY_DIGEST[digest]
        return self.cleaned_data["code"]

    def save(self):
        """Give the order its discount, and return it."""
        self.order.discount = self.percent
        self.order.save(update_fields=["discount"])
        return self.order

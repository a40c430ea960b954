"""The forms of an order. They run in the page and on the server."""

from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import BaseInlineFormSet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .models import Line, Order

MOST_OF_ALL = 100


class OrderForm(forms.ModelForm):
    """An order without its lines."""

    class Meta:
        model = Order
        fields = ["number", "customer", "email", "day", "deposit", "attachment"]
        localized_fields = ["deposit"]  # 1,234.50 or 1.234,50
        widgets = {"day": forms.DateInput({"type": "date"}, format="%Y-%m-%d")}

    def clean_day(self):
        """An order that was stored may keep its day, others are for the days to come."""
        day = self.cleaned_data["day"]
        if "day" in self.changed_data and day < timezone.localdate():
            raise ValidationError(_("This day is over."), code="past")
        if day.weekday() == 6:
            raise ValidationError(_("We do not deliver on Sundays."), code="sunday")
        return day

    def clean(self):
        data = super().clean()
        if data.get("customer", "").startswith("@") and not data.get("email"):
            raise ValidationError(_("Nicknames need an email address."), code="nickname")
        return data


class LineForm(forms.ModelForm):
    """One line."""

    class Meta:
        model = Line
        fields = ["product", "label", "count"]

    def clean_count(self):
        count = self.cleaned_data["count"]
        if count > 12 and count % 12:
            raise ValidationError(
                _("More than 12 come in dozens: %(less)d or %(more)d."),
                code="dozens",
                params={"less": count - count % 12, "more": count + 12 - count % 12},
            )
        return count

    def clean(self):
        """Only the server knows what is in stock, so only there this rule runs."""
        data = super().clean()
        product, count = data.get("product"), data.get("count")
        if product and count and count > product.stock:
            raise ValidationError(
                ngettext("Only %(stock)d is left.", "Only %(stock)d are left.", product.stock),
                code="stock",
                params={"stock": product.stock},
            )
        return data


class BaseLineFormSet(BaseInlineFormSet):
    """The lines of an order, in the order of the page."""

    def clean(self):
        super().clean()
        counts = [
            form.cleaned_data.get("count") or 0
            for form in self.forms
            if not self._should_delete_form(form)
        ]
        if sum(counts) > MOST_OF_ALL:
            raise ValidationError(
                _("%(sum)d are too many for one order: the most is %(most)d."),
                code="too_many",
                params={"sum": sum(counts), "most": MOST_OF_ALL},
            )

    def save_new(self, form, commit=True):
        form.instance.position = form.cleaned_data.get("ORDER") or 0
        return super().save_new(form, commit)

    def save_existing(self, form, obj, commit=True):
        form.instance.position = form.cleaned_data.get("ORDER") or 0
        return super().save_existing(form, obj, commit)


LineFormSet = forms.inlineformset_factory(
    Order,
    Line,
    form=LineForm,
    formset=BaseLineFormSet,
    extra=1,
    min_num=1,
    max_num=20,
    validate_min=True,
    validate_max=True,
    can_order=True,
    can_delete=True,
)

"""Django's forms with the classes of Bootstrap."""

from django import forms
from django.forms.utils import ErrorList

CLASSES = {"select": "form-select", "checkbox": "form-check-input"}


class BootstrapField(forms.BoundField):
    """Says `is-invalid` while the field has errors."""

    def build_widget_attrs(self, attrs, widget=None):
        attrs = super().build_widget_attrs(attrs, widget)
        look = CLASSES.get(self.widget_type, "form-control")
        attrs["class"] = f"{look} is-invalid" if self.errors else look
        return attrs


class BootstrapErrors(ErrorList):
    template_name = "workshop/errors.html"


class BootstrapForm(forms.Form):
    bound_field_class = BootstrapField
    template_name = "workshop/form.html"

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **{**kwargs, "error_class": BootstrapErrors})

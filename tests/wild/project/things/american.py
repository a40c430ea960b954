from django import forms
from localflavor.us.forms import (
    USSocialSecurityNumberField,
    USStateField,
    USStateSelect,
    USZipCodeField,
)


class TaxForm(forms.Form):
    number = USSocialSecurityNumberField()
    state = USStateField(widget=USStateSelect)
    zip_code = USZipCodeField(required=False)

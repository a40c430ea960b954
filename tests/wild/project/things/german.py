from django import forms
from localflavor.de.forms import DEStateSelect, DEZipCodeField
from localflavor.generic.forms import BICFormField, IBANFormField


class BankForm(forms.Form):
    zip_code = DEZipCodeField()
    state = forms.CharField(widget=DEStateSelect)
    iban = IBANFormField()
    bic = BICFormField(required=False)

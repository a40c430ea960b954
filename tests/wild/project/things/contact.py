from django import forms
from localflavor.generic.forms import IBANFormField
from phonenumber_field.formfields import PhoneNumberField


class ContactForm(forms.Form):
    name = forms.CharField()
    phone = PhoneNumberField(region="DE")
    iban = IBANFormField()

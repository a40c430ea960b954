from django import forms
from phonenumber_field.formfields import PhoneNumberField, SplitPhoneNumberField


class PhoneForm(forms.Form):
    phone = PhoneNumberField(region="DE")
    abroad = PhoneNumberField(required=False)


class SplitPhoneForm(forms.Form):
    phone = SplitPhoneNumberField()

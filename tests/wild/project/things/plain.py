from django import forms


class PlainContactForm(forms.Form):
    """As ContactForm, with text in the place of a phone number and an IBAN."""

    name = forms.CharField()
    phone = forms.CharField()
    iban = forms.CharField()

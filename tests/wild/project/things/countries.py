from django import forms
from django_countries.fields import CountryField


class TravelForm(forms.Form):
    country = CountryField().formfield()
    visited = CountryField(multiple=True, blank=True).formfield()

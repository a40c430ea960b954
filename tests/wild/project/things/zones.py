from django import forms
from timezone_field import TimeZoneFormField


class ZoneForm(forms.Form):
    zone = TimeZoneFormField()

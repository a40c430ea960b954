from colorfield.forms import ColorField
from django import forms


class PaintForm(forms.Form):
    color = ColorField()

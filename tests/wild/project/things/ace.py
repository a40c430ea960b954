from django import forms
from django_ace import AceWidget


class CodeForm(forms.Form):
    code = forms.CharField(widget=AceWidget(mode="python"), max_length=100)

"""JSON that people type, kept as text until Django reads it."""

from django import forms


class DataForm(forms.Form):
    name = forms.CharField(required=False, max_length=5)
    data = forms.JSONField(required=False, widget=forms.Textarea)

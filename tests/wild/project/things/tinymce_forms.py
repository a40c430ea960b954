from django import forms
from tinymce.widgets import TinyMCE


class LetterForm(forms.Form):
    text = forms.CharField(widget=TinyMCE(attrs={"cols": 60, "rows": 10}), max_length=200)

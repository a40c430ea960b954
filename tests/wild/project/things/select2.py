from django import forms
from django_select2.forms import Select2MultipleWidget, Select2Widget

COLORS = [("r", "Red"), ("g", "Green"), ("b", "Blue")]


class ColorsForm(forms.Form):
    color = forms.ChoiceField(choices=COLORS, widget=Select2Widget)
    others = forms.MultipleChoiceField(choices=COLORS, widget=Select2MultipleWidget, required=False)

from django import forms
from mptt.forms import TreeNodeChoiceField

from .models import Place


class PlaceForm(forms.Form):
    place = TreeNodeChoiceField(queryset=Place.objects.all())

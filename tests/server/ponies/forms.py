from django import forms

from .models import Parcel, Pony, Stable


class StableForm(forms.ModelForm):
    class Meta:
        model = Stable
        fields = ["name"]


PonyFormSet = forms.inlineformset_factory(Stable, Pony, fields=["name", "age"], extra=1)


class LetterForm(forms.Form):
    subject = forms.CharField(max_length=40)
    picture = forms.FileField(required=False)


class ParcelForm(forms.ModelForm):
    class Meta:
        model = Parcel
        fields = ["title", "content"]


ParcelFormSet = forms.modelformset_factory(
    Parcel, form=ParcelForm, extra=1, can_order=True, can_delete=True
)

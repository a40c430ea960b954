from datetime import date

from django import forms
from django.core.exceptions import ValidationError

MEALS = [("", "Choose a meal"), ("meat", "Meat"), ("fish", "Fish"), ("vegan", "Vegan")]


class GuestForm(forms.Form):
    name = forms.CharField(max_length=40)
    meal = forms.ChoiceField(choices=MEALS)
    born = forms.DateField(required=False, help_text="For children: year-month-day")

    def clean_born(self):
        born = self.cleaned_data["born"]
        if born and born > date.today():
            raise ValidationError("That is in the future.")
        return born


class BaseGuestFormSet(forms.BaseFormSet):
    def clean(self):
        names = [
            form.cleaned_data.get("name") for form in self.forms if form not in self.deleted_forms
        ]
        names = [name for name in names if name]
        if len(names) != len(set(names)):
            raise ValidationError("Two guests have the same name.")


GuestFormSet = forms.formset_factory(
    GuestForm,
    formset=BaseGuestFormSet,
    extra=1,
    min_num=1,
    max_num=6,
    validate_max=True,
    can_delete=True,
)

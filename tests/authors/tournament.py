"""A formset with limits, an order, and a rule over all of its rows."""

from collections import Counter

from django import forms


class TeamForm(forms.Form):
    name = forms.CharField(max_length=20)
    players = forms.IntegerField(min_value=5, initial=11)


class BaseTeamFormSet(forms.BaseFormSet):
    def clean(self):
        names = Counter(form.cleaned_data.get("name") for form in self.forms if form.is_valid())
        twice = [name for name, count in names.items() if name and count > 1]
        if twice:
            raise forms.ValidationError(f"{twice[0]} is there twice.")


TeamFormSet = forms.formset_factory(
    TeamForm,
    formset=BaseTeamFormSet,
    extra=1,
    min_num=2,
    max_num=4,
    validate_min=True,
    can_order=True,
    can_delete=True,
)

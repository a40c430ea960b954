"""Sign-up for a workshop: who pays, and who comes."""

from django import forms
from django.core.exceptions import ValidationError

from .bootstrap import BootstrapForm

LEVELS = [("", "Choose…"), ("new", "Never tried it"), ("some", "A little"), ("pro", "Every day")]


class BookingForm(BootstrapForm):
    company = forms.CharField(max_length=60)
    email = forms.EmailField(label="Email for the bill")
    notes = forms.CharField(
        required=False, widget=forms.Textarea({"rows": 2}), help_text="Diets, access, questions"
    )


class PersonForm(BootstrapForm):
    template_name = "workshop/person.html"

    name = forms.CharField(max_length=40)
    level = forms.ChoiceField(choices=LEVELS)


class BasePeople(forms.BaseFormSet):
    template_name = "workshop/people.html"

    def clean(self):
        names = [form.cleaned_data.get("name") for form in self.forms]
        names = [name for name in names if name]
        if len(names) != len(set(names)):
            raise ValidationError("One of them is on the list twice.")


PeopleFormSet = forms.formset_factory(
    PersonForm, formset=BasePeople, extra=0, min_num=2, max_num=6, can_delete=True
)

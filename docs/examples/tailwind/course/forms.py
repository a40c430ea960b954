from django import forms

from .tailwind import TailwindForm

DAYS = [("mo", "Monday"), ("we", "Wednesday")]


class PupilForm(TailwindForm):
    name = forms.CharField(max_length=40)
    email = forms.EmailField(help_text="For the confirmation.")
    day = forms.ChoiceField(choices=DAYS, widget=forms.RadioSelect)
    vegetarian = forms.BooleanField(required=False)


class BasePupils(forms.BaseFormSet):
    template_name = "course/pupils.html"


PupilFormSet = forms.formset_factory(
    PupilForm, formset=BasePupils, extra=1, min_num=1, max_num=5, can_delete=True
)

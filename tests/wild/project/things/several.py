from django import forms
from multiselectfield.forms.fields import MultiSelectFormField


class DaysForm(forms.Form):
    days = MultiSelectFormField(
        choices=[("mo", "Monday"), ("tu", "Tuesday"), ("we", "Wednesday")], max_choices=2
    )

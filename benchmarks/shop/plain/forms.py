"""The same forms without models."""

from django import forms


class RegistrationForm(forms.Form):
    username = forms.CharField(max_length=150)
    email = forms.EmailField()
    password1 = forms.CharField(widget=forms.PasswordInput)
    password2 = forms.CharField(widget=forms.PasswordInput)


class LineForm(forms.Form):
    product = forms.ChoiceField(choices=[("", "---------"), ("1", "Lamp"), ("2", "Chair")])
    email = forms.EmailField()
    quantity = forms.IntegerField(min_value=0, initial=1)
    day = forms.DateField()
    packing = forms.ChoiceField(choices=[("box", "Box"), ("bag", "Bag")], initial="box")


LineFormSet = forms.formset_factory(LineForm, extra=2, can_delete=True)

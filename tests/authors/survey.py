"""One form with the fields that most forms have, and a rule over two of them."""

from django import forms


class SurveyForm(forms.Form):
    name = forms.CharField(max_length=40, strip=True)
    email = forms.EmailField(required=False)
    age = forms.IntegerField(min_value=18, max_value=120)
    arrival = forms.DateField()
    departure = forms.DateField()
    wake_up = forms.TimeField(required=False)
    diet = forms.ChoiceField(choices=[("all", "Everything"), ("veg", "Vegetables")])
    languages = forms.MultipleChoiceField(
        choices=[("py", "Python"), ("js", "JavaScript"), ("rs", "Rust")],
        widget=forms.CheckboxSelectMultiple,
    )
    site = forms.URLField(required=False, assume_scheme="https")
    code = forms.RegexField(
        r"[A-Z]{2}\d{3}", error_messages={"invalid": "Two letters, three digits."}
    )
    agreed = forms.BooleanField()
    token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def clean(self):
        data = super().clean()
        if data.get("arrival") and data.get("departure") and data["arrival"] >= data["departure"]:
            raise forms.ValidationError("You leave before you arrive.", code="order")
        return data

"""A file, and a value in several controls."""

from django import forms


class PhoneWidget(forms.MultiWidget):
    def __init__(self):
        super().__init__({"country": forms.TextInput, "number": forms.TextInput})

    def decompress(self, value):
        return value.split(" ", 1) if value else ["+47", ""]


class PhoneField(forms.MultiValueField):
    def __init__(self, **given):
        fields = [forms.RegexField(r"\+\d+"), forms.CharField()]
        super().__init__(fields, widget=PhoneWidget(), **given)

    def compress(self, values):
        return " ".join(values)


class ApplicationForm(forms.Form):
    phone = PhoneField()
    letter = forms.FileField()

    def clean_letter(self):
        letter = self.cleaned_data["letter"]
        if b"dear" not in letter.read().lower():
            raise forms.ValidationError("A letter begins with “Dear”.")
        return letter

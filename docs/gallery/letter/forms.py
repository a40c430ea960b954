"""A letter that nobody wants to write twice: it is kept in the browser as it is typed."""

from django import forms
from django.core.exceptions import ValidationError

TOPICS = [
    ("", "Choose a topic"),
    ("roads", "Roads and paths"),
    ("parks", "Parks"),
    ("schools", "Schools"),
    ("other", "Something else"),
]


class LetterForm(forms.Form):
    topic = forms.ChoiceField(choices=TOPICS)
    name = forms.CharField(label="Your name", max_length=80)
    letter = forms.CharField(widget=forms.Textarea({"rows": 9}), help_text="Twenty words or more")
    passport = forms.CharField(
        label="Passport number",
        required=False,
        widget=forms.TextInput({"data-draft": "off", "autocomplete": "off"}),
        help_text="Never kept in the draft",
    )

    def clean_letter(self):
        letter = self.cleaned_data["letter"]
        words = len(letter.split())
        if words < 20:
            raise ValidationError(
                "%(words)d words so far. Say a little more.", params={"words": words}
            )
        return letter

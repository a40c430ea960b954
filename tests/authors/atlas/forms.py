"""Choices from a file beside the package, and a template of the form's own."""

from django import forms

from .places import CITIES, country_of


class TripForm(forms.Form):
    template_name = "atlas/trip.html"

    start = forms.ChoiceField(choices=[(city, city) for city in CITIES])
    end = forms.ChoiceField(choices=[(city, city) for city in CITIES])

    def clean(self):
        data = super().clean()
        if data.get("start") == data.get("end"):
            raise forms.ValidationError("Go somewhere.")
        data["countries"] = [country_of(data["start"]), country_of(data["end"])]
        return data

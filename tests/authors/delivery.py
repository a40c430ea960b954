"""Fields that depend on others."""

from django import forms

from clientforms import ConditionalFieldsMixin

CITIES = {"no": [("oslo", "Oslo")], "it": [("rome", "Rome"), ("bari", "Bari")]}


class DeliveryForm(ConditionalFieldsMixin, forms.Form):
    by_post = forms.BooleanField(required=False)
    country = forms.ChoiceField(choices=[("no", "Norway"), ("it", "Italy")])
    city = forms.ChoiceField()

    show_if = {"country": "by_post", "city": "by_post"}
    choices_for = {"city": lambda data: CITIES.get(data["country"], [])}

"""An order whose fields depend on each other, in the page as on the server."""

from django import forms

from clientforms import ConditionalFieldsMixin

WAYS = [("post", "By post"), ("courier", "By courier"), ("shop", "I fetch it")]
CITIES = {
    "at": [("graz", "Graz"), ("linz", "Linz"), ("wien", "Vienna")],
    "it": [("bari", "Bari"), ("rome", "Rome"), ("turin", "Turin")],
    "no": [("bergen", "Bergen"), ("oslo", "Oslo")],
}
COUNTRIES = [("", "Choose a country"), ("at", "Austria"), ("it", "Italy"), ("no", "Norway")]


def is_sent(data):
    return data["way"] in ("post", "courier")


class DeliveryForm(ConditionalFieldsMixin, forms.Form):
    way = forms.ChoiceField(
        label="Delivery", choices=WAYS, widget=forms.RadioSelect, initial="post"
    )
    country = forms.ChoiceField(choices=COUNTRIES)
    city = forms.ChoiceField()
    street = forms.CharField(max_length=60)
    phone = forms.RegexField(
        r"^[+\d][\d ]{5,}$",
        required=False,
        help_text="The courier asks for it",
        error_messages={"invalid": "Digits and spaces, please."},
    )
    worth = forms.DecimalField(label="Worth in €", min_value=0, decimal_places=2)
    insured = forms.BooleanField(label="Insure it", required=False, help_text="From 100 € upwards")
    gift = forms.BooleanField(label="It is a gift", required=False)
    greeting = forms.CharField(max_length=120, required=False, widget=forms.Textarea({"rows": 2}))

    show_if = {"country": is_sent, "city": is_sent, "street": is_sent, "greeting": "gift"}
    enable_if = {"insured": lambda data: (data["worth"] or 0) >= 100}
    require_if = {"phone": lambda data: data["way"] == "courier", "greeting": "gift"}
    choices_for = {
        "city": lambda data: [("", "Choose a city"), *CITIES.get(data["country"], [])],
    }

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Column, Layout, Row, Submit
from django import forms


class AddressForm(forms.Form):
    template_name = "things/address.html"

    street = forms.CharField(max_length=20)
    zip_code = forms.RegexField(r"^\d{5}$")
    city = forms.CharField()

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "street", Row(Column("zip_code"), Column("city")), Submit("save", "Save")
        )

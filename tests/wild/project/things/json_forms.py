from django import forms
from django_jsonform.forms.fields import JSONFormField


class ConfigurationForm(forms.Form):
    names = JSONFormField(schema={"type": "array", "items": {"type": "string"}})

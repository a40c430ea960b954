"""A rule that other people's packages know."""

import tomlkit
from django import forms
from sortedcontainers import SortedDict
from tomlkit.exceptions import TOMLKitError


class RecipeForm(forms.Form):
    text = forms.CharField(widget=forms.Textarea, initial='flour = "500 g"')

    def clean_text(self):
        try:
            return dict(SortedDict(tomlkit.parse(self.cleaned_data["text"]).unwrap()))
        except TOMLKitError as error:
            raise forms.ValidationError(f"This is no TOML: {error}") from error

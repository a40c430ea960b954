from django import forms
from taggit.forms import TagField


class TaggedForm(forms.Form):
    title = forms.CharField()
    tags = TagField()

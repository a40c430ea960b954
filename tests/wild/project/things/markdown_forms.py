from django import forms
from markdownx.fields import MarkdownxFormField


class NoteForm(forms.Form):
    text = MarkdownxFormField(max_length=40)

"""A form of a model."""

from django import forms

from library.models import Book


class BookForm(forms.ModelForm):
    class Meta:
        model = Book
        fields = ["title", "pages", "published", "kind"]
        help_texts = {"pages": "At least ten."}

    def clean_title(self):
        return self.cleaned_data["title"].title()

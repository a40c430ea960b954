"""Models without a table: what forms of models are tested with if there is no database."""

from django import forms
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=40)

    class Meta:
        app_label = "tests_library"

    def __str__(self):
        return self.name


class Tag(models.Model):
    word = models.CharField(max_length=20)

    class Meta:
        app_label = "tests_library"


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    title = models.CharField(max_length=30)
    isbn = models.CharField(max_length=13, unique=True)
    pages = models.PositiveIntegerField(default=1)
    published = models.DateField(null=True, blank=True)
    tags = models.ManyToManyField(Tag, blank=True)

    class Meta:
        app_label = "tests_library"
        unique_together = [("author", "title")]
        constraints = [
            models.CheckConstraint(condition=models.Q(pages__gte=1), name="has_a_page"),
            models.UniqueConstraint(fields=["title", "published"], name="once_a_day"),
        ]


BookFormSet = forms.modelformset_factory(
    Book, fields=["author", "title", "isbn", "published"], extra=1, can_delete=True
)
AuthorBookFormSet = forms.inlineformset_factory(
    Author, Book, fields=["title", "isbn"], extra=1, can_order=True
)


class BookForm(forms.ModelForm):
    class Meta:
        model = Book
        fields = ["author", "title", "isbn", "pages", "tags"]


def ann():
    return Author(pk=1, name="Ann")


def books():
    return [
        Book(pk=11, author=ann(), title="One", isbn="1"),
        Book(pk=12, author=ann(), title="Two", isbn="2"),
    ]

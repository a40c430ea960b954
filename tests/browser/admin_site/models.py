"""Authors with books and addresses."""

from django.core.exceptions import ValidationError
from django.db import models


class Author(models.Model):
    name = models.CharField(max_length=30)

    class Meta:
        app_label = "admin_site"

    def __str__(self):
        return self.name


class Book(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    title = models.CharField(max_length=12)
    slug = models.SlugField(unique=True)
    published = models.DateField(null=True, blank=True)

    class Meta:
        app_label = "admin_site"

    def __str__(self):
        return self.title

    def clean(self):
        if self.title == "Taken":
            raise ValidationError("Only the server knows this one.")


class Address(models.Model):
    author = models.ForeignKey(Author, models.CASCADE)
    street = models.CharField(max_length=30)
    kind = models.CharField(max_length=1, choices=[("h", "Home"), ("w", "Work")], default="h")

    class Meta:
        app_label = "admin_site"

    def __str__(self):
        return self.street

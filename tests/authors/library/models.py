from django.core.validators import MinValueValidator
from django.db import models


class Book(models.Model):
    title = models.CharField(max_length=30)
    pages = models.PositiveIntegerField(validators=[MinValueValidator(10)])
    published = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=4, choices=[("f", "Fiction"), ("n", "Non-fiction")])

    class Meta:
        app_label = "library"

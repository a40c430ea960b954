"""Models of a project that uses other people's fields."""

from django.db import models
from mptt.models import MPTTModel, TreeForeignKey


class Place(MPTTModel):
    name = models.CharField(max_length=30)
    parent = TreeForeignKey("self", null=True, blank=True, on_delete=models.CASCADE)

    def __str__(self) -> str:
        return self.name


class Thing(models.Model):
    name = models.CharField(max_length=30)
    price = models.DecimalField(max_digits=6, decimal_places=2)
    bought = models.DateField(null=True, blank=True)

    def __str__(self) -> str:
        return self.name

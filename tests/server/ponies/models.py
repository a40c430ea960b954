from django.db import models
from django.urls import reverse


class Stable(models.Model):
    name = models.CharField(max_length=30, unique=True)
    is_open = models.BooleanField(default=False)
    position = models.IntegerField(default=0)

    class Meta:
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("stable", args=[self.pk])


class Pony(models.Model):
    stable = models.ForeignKey(Stable, models.CASCADE, related_name="ponies")
    name = models.CharField(max_length=20, unique=True)
    age = models.PositiveIntegerField()


class Parcel(models.Model):
    """What the tests of the outbox send: each counts."""

    title = models.CharField(max_length=40, unique=True)
    sender = models.CharField(max_length=20, blank=True)
    content = models.FileField(upload_to="parcels", blank=True)

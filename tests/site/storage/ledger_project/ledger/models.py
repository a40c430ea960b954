"""Rows that refer to each other and to files."""

from django.db import models


class Account(models.Model):
    name = models.CharField(max_length=50, unique=True)

    def __str__(self):
        return self.name


class Entry(models.Model):
    account = models.ForeignKey(Account, models.CASCADE)
    text = models.TextField()
    receipt = models.FileField(blank=True)

    def __str__(self):
        return self.text

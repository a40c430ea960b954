"""A user model of one's own."""

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    phone = models.CharField("Telefon", max_length=30, blank=True)

from django.contrib.auth.models import AbstractUser
from django.db import models


class Member(AbstractUser):
    number = models.PositiveIntegerField(unique=True)

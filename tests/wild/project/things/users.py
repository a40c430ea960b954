"""Forms of Django's own that want a user to speak of."""

from django.contrib.auth import forms
from django.contrib.auth.models import User


def make_set_password_form(**kwargs):
    return forms.SetPasswordForm(User(username="ada"), **kwargs)


def make_password_change_form(**kwargs):
    return forms.PasswordChangeForm(User(username="ada"), **kwargs)

"""Forms of packages that want a user, a request or an object to speak of."""

from allauth.account import forms as allauth_forms
from django.contrib.auth.models import User
from django.http import HttpRequest
from django_comments.forms import CommentForm
from django_contact_form.forms import ContactForm

from .models import Thing


def make_allauth_add_email_form(**kwargs):
    return allauth_forms.AddEmailForm(User(username="ada"), **kwargs)


def make_contact_form(**kwargs):
    return ContactForm(request=HttpRequest(), **kwargs)


def make_comment_form(**kwargs):
    return CommentForm(Thing(pk=1, name="Lamp"), **kwargs)

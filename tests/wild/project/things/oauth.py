from django import forms
from oauth2_provider.forms import ApplicationForm
from oauth2_provider.models import Application

RegisteredApplicationForm = forms.modelform_factory(
    Application,
    form=ApplicationForm,
    fields=["name", "client_type", "authorization_grant_type", "redirect_uris"],
)

from django import forms
from django_recaptcha.fields import ReCaptchaField


class HumanForm(forms.Form):
    name = forms.CharField()
    captcha = ReCaptchaField()

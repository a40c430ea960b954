"""A rule that asks a server, from the page as from the server."""

from django import forms

from clientforms import AsyncValidationMixin


class MembershipForm(AsyncValidationMixin, forms.Form):
    nickname = forms.SlugField(max_length=20)
    email = forms.EmailField()

    async def clean_nickname(self):
        nickname = self.cleaned_data["nickname"]
        if await is_taken(nickname):
            raise forms.ValidationError("This name is taken.")
        return nickname


async def is_taken(nickname):
    try:
        from pyodide.http import pyfetch
    except ImportError:
        return False  # on the server, which asks its own table after this
    try:
        answer = await pyfetch(f"https://api.example.org/members/{nickname}")
    except OSError:
        return False  # it cannot be reached: let the server validate it
    return answer.status == 200

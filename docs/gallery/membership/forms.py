"""A rule that waits for an answer: is this name taken?"""

import asyncio

from django import forms
from django.core.exceptions import ValidationError

from clientforms import AsyncValidationMixin


class MembershipForm(AsyncValidationMixin, forms.Form):
    nickname = forms.SlugField(max_length=20, help_text="Taken are ada, grace and linus")
    email = forms.EmailField()

    async def clean_nickname(self):
        nickname = self.cleaned_data["nickname"]
        if nickname in await members():
            raise ValidationError("%(name)s is taken.", params={"name": nickname})
        return nickname


async def members():
    """Ask the file that the page names; on a server ask the table instead."""
    try:
        from js import document
        from pyodide.http import pyfetch
    except ImportError:
        return []
    await asyncio.sleep(0.5)  # as long as a busy server takes
    answer = await pyfetch(document.getElementById("members").href)
    return await answer.json()

"""A rule that has to wait for its answer."""

import asyncio

from django import forms

from clientforms import AsyncValidationMixin


class MemberForm(AsyncValidationMixin, forms.Form):
    nickname = forms.SlugField()

    async def clean_nickname(self):
        await asyncio.sleep(0)
        if self.cleaned_data["nickname"] == "admin":
            raise forms.ValidationError("This name is taken.")
        return self.cleaned_data["nickname"]

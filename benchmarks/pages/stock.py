"""What one writes today with PyScript and Django alone. Runs in stock.html."""

from typing import Any

import django
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from pyscript import document, when

settings.configure(USE_TZ=True)
django.setup()


class ArticleForm(forms.Form):
    title = forms.CharField(max_length=60)
    slug = forms.CharField(validators=[RegexValidator(r"^[-a-zA-Z0-9_]+\Z")])
    email = forms.EmailField()
    pub_date = forms.DateField()
    category = forms.ChoiceField(choices=[("", "Choose…"), ("news", "News")])


class BaseArticleFormSet(forms.BaseFormSet):
    def clean(self) -> None:
        titles = [form.cleaned_data.get("title") for form in self.forms]
        if len(set(titles)) < len(titles):
            raise ValidationError("Articles in a set must have distinct titles.")


ArticleFormSet = forms.formset_factory(ArticleForm, formset=BaseArticleFormSet, extra=3)
element = document.querySelector("#articles")
element.innerHTML = str(ArticleFormSet(prefix="articles"))


@when("input", "#articles")  # type: ignore[untyped-decorator]
def validate(event: Any) -> None:
    data = {each.name: each.value for each in element.querySelectorAll("input, select")}
    formset = ArticleFormSet(data, prefix="articles")
    formset.is_valid()
    for old in element.querySelectorAll(".errorlist"):
        old.remove()
    name = event.target.name
    for form in formset.forms:
        for field in form:
            if field.html_name == name and field.errors:
                event.target.insertAdjacentHTML("beforebegin", str(field.errors))

"""The formset that the benchmark page shows. Plain Django: a server runs the same file."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator

CATEGORIES = [
    ("", "Choose…"),
    ("news", "News"),
    ("opinion", "Opinion"),
    ("review", "Review"),
    ("howto", "How-to"),
    ("fiction", "Fiction"),
]


class ArticleForm(forms.Form):
    title = forms.CharField(max_length=60)
    slug = forms.CharField(
        validators=[
            RegexValidator(r"^[-a-zA-Z0-9_]+\Z", "Use letters, digits, hyphens and underscores.")
        ]
    )
    email = forms.EmailField()
    pub_date = forms.DateField()
    category = forms.ChoiceField(choices=CATEGORIES)


class BaseArticleFormSet(forms.BaseFormSet):
    def clean(self):
        titles = set()
        for form in self.forms:
            title = form.cleaned_data.get("title")
            if title and title in titles:
                raise ValidationError(
                    "Articles in a set must have distinct titles.", code="duplicate"
                )
            titles.add(title)


ArticleFormSet = forms.formset_factory(
    ArticleForm,
    formset=BaseArticleFormSet,
    extra=0,
    max_num=5000,
    absolute_max=5000,
)

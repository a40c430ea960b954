"""The forms of the page. Plain Django: copy them into any project and they work there too."""

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator


class ArticleForm(forms.Form):
    CATEGORIES = [
        ("", "Choose…"),
        ("news", "News"),
        ("opinion", "Opinion"),
        ("review", "Review"),
        ("howto", "How-to"),
        ("fiction", "Fiction"),
    ]

    title = forms.CharField(max_length=60)
    slug = forms.CharField(
        validators=[
            RegexValidator(r"^[-a-zA-Z0-9_]+\Z", "Use letters, digits, hyphens and underscores.")
        ],
        help_text="The last part of the address.",
    )
    email = forms.EmailField(label="Author’s email")
    pub_date = forms.DateField(label="Publish on", help_text="Year-month-day.")
    category = forms.ChoiceField(choices=CATEGORIES)


class BaseArticleFormSet(forms.BaseFormSet):
    def clean(self):
        titles = set()
        for form in self.forms:
            if self.can_delete and self._should_delete_form(form):
                continue
            title = form.cleaned_data.get("title")
            if title and title in titles:
                raise ValidationError(
                    "Articles in a set must have distinct titles.", code="duplicate"
                )
            titles.add(title)


ArticleFormSet = forms.formset_factory(
    ArticleForm,
    formset=BaseArticleFormSet,
    extra=2,
    min_num=1,
    max_num=6,
    can_order=True,
    can_delete=True,
)


class PostForm(forms.Form):
    title = forms.CharField(max_length=80)
    posted_date = forms.DateField(help_text="Year-month-day.")


class WriterForm(forms.Form):
    name = forms.CharField(max_length=60)
    email = forms.EmailField(required=False, help_text="Optional.")


PostFormSet = forms.formset_factory(PostForm, extra=1, min_num=1, max_num=4, validate_min=True)
WriterFormSet = forms.formset_factory(WriterForm, extra=1, min_num=1, max_num=3, validate_max=True)


class SignupForm(forms.Form):
    PLANS = [("free", "Free"), ("team", "Team"), ("school", "School")]

    username = forms.CharField(min_length=3, max_length=20)
    email = forms.EmailField()
    password = forms.CharField(widget=forms.PasswordInput, min_length=8)
    password_again = forms.CharField(widget=forms.PasswordInput)
    plan = forms.ChoiceField(choices=PLANS, widget=forms.RadioSelect, initial="free")
    terms = forms.BooleanField(label="I accept the terms")

    def clean_username(self):
        username = self.cleaned_data["username"]
        if username.lower() in {"admin", "root"}:
            raise ValidationError("%(name)s is taken.", params={"name": username}, code="taken")
        return username

    def clean(self):
        cleaned_data = super().clean()
        password = cleaned_data.get("password")
        again = cleaned_data.get("password_again")
        if password and again and password != again:
            self.add_error("password_again", "The two passwords are not the same.")
        return cleaned_data

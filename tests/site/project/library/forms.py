from django import forms

from .models import Author, Book, Loan, Page


class BookForm(forms.ModelForm):
    class Meta:
        model = Book
        fields = ["title", "slug", "author", "published", "pages", "genres", "cover"]


class LoanForm(forms.ModelForm):
    """Lends only what the view says: `get_form_kwargs` passes it on."""

    def __init__(self, *args, lent_by, shortest=1, **kwargs):
        super().__init__(*args, **kwargs)
        self.lent_by = lent_by
        self.fields["book"].queryset = Book.objects.filter(pages__gte=shortest)

    class Meta:
        model = Loan
        fields = ["book", "reader", "day"]

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("reader") == self.lent_by:
            self.add_error("reader", "Nobody lends to oneself.")
        return cleaned


class WishForm(forms.Form):
    title = forms.CharField(max_length=20)
    email = forms.EmailField()
    count = forms.IntegerField(min_value=1, max_value=9, initial=1)
    why = forms.CharField(widget=forms.Textarea, required=False)


class TypedForm(forms.Form):
    """A field of each kind of control."""

    date = forms.DateField(widget=forms.SelectDateWidget(years=range(2020, 2030)))
    when = forms.SplitDateTimeField()
    colour = forms.ChoiceField(
        choices=[("r", "Red"), ("g", "Green"), ("b", "Blue")], widget=forms.RadioSelect
    )
    sizes = forms.MultipleChoiceField(
        choices=[("s", "Small"), ("m", "Medium"), ("l", "Large")],
        widget=forms.CheckboxSelectMultiple,
    )
    days = forms.MultipleChoiceField(
        choices=[("1", "Monday"), ("2", "Tuesday"), ("3", "Wednesday")]
    )
    agreed = forms.BooleanField()
    maybe = forms.NullBooleanField()
    length = forms.DecimalField(decimal_places=2)
    pause = forms.DurationField()
    key = forms.UUIDField()
    data = forms.JSONField()
    secret = forms.CharField(widget=forms.HiddenInput, initial="hidden treasure")


class InterestForm(forms.Form):
    text = forms.CharField(max_length=200)
    stars = forms.IntegerField(min_value=1, max_value=5)


class AuthorForm(forms.ModelForm):
    class Meta:
        model = Author
        fields = ["name", "born"]


class PageForm(forms.ModelForm):
    class Meta:
        model = Page
        fields = ["number", "text"]

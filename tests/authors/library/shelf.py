"""Books of a model, with a formset inside each."""

from django import forms

from library.forms import BookForm


class ReviewForm(forms.Form):
    read = forms.SplitDateTimeField(label="Read on")
    stars = forms.TypedChoiceField(
        choices=[(number, str(number)) for number in range(1, 6)],
        coerce=int,
        widget=forms.RadioSelect,
    )
    text = forms.CharField(widget=forms.Textarea({"rows": 2}), required=False)


ReviewFormSet = forms.formset_factory(ReviewForm, extra=1, can_delete=True)


class BaseBookFormSet(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        data = form.data if form.is_bound else None
        form.reviews = ReviewFormSet(data=data, prefix=f"{form.prefix}-reviews")


BookFormSet = forms.formset_factory(BookForm, formset=BaseBookFormSet, extra=1, can_order=True)

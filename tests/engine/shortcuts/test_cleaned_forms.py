"""What is kept of a formset between two runs: its management form, and the HTML of its errors."""

import pytest
from django import forms

from clientforms import ClientFormSet


class TitleForm(forms.Form):
    title = forms.CharField(required=False)


class CountingFormSet(forms.BaseFormSet):
    """Changes its management form's cleaned data, which the next one must not show."""

    def clean(self):
        self.management_form.cleaned_data["TOTAL_FORMS"] += 1
        self.seen = self.management_form.cleaned_data["TOTAL_FORMS"]


class OwnManagementFormSet(forms.BaseFormSet):
    made = 0

    @property
    def management_form(self):
        OwnManagementFormSet.made += 1
        return super().management_form


def test_it_follows_the_counts_and_never_shows_what_clean_did_to_it():
    live = ClientFormSet(forms.formset_factory(TitleForm, CountingFormSet, extra=1), prefix="t")
    for count in (1, 1, 2, 2, 3):
        while len(live) < count:
            live.add_another()
        live.update_data([{"title": str(count)}])
        live.update_data([{"title": "x"}])
        assert live.formset.seen == count + 1


def test_a_class_with_one_of_its_own_has_it():
    live = ClientFormSet(forms.formset_factory(TitleForm, OwnManagementFormSet), prefix="t")
    before = OwnManagementFormSet.made
    live.update_data([{"title": "x"}])
    assert live.is_valid()
    assert OwnManagementFormSet.made > before


@pytest.mark.parametrize("texts", [["<b>"], ["a", "b"], []])
def test_errors_of_the_whole_are_rendered_as_django_renders_them(texts):
    class FailingFormSet(forms.BaseFormSet):
        def clean(self):
            if texts:
                raise forms.ValidationError(texts)

    live = ClientFormSet(forms.formset_factory(TitleForm, FailingFormSet), prefix="t")
    told = []
    live.subscribe(told.extend)
    for title in ("x", "y"):
        live.update_data([{"title": title}])
        live.add_error(None, "Another.")
        live.update_data([{"title": title * 2}])
    shown = [change for change in told if type(change).__name__ == "NonFormErrorsChanged"]
    last = live.non_form_errors()
    assert [error.messages for error in shown][-1:] in ([tuple(texts)], [()])
    for change in shown:
        expected = forms.utils.ErrorList(
            change.messages, error_class="nonform", renderer=last.renderer
        )
        assert change.html == (str(expected) if change.messages else "")

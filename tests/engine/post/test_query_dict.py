"""What was posted goes into live forms exactly as it was, whatever the fields are."""

import pytest
from django import forms

from clientforms import ClientForm, ClientFormSet
from tests.engine.catalogue import KINDS
from tests.engine.generated import FieldPlan

TEXTS = ['"hello"', '"5"', "5", "null", '{"a": [1]}', "true", "[", "", " 1 ", "hello", "a\r\nb"]


@pytest.mark.parametrize("prefix", [None, "p"])
@pytest.mark.parametrize("kind", [each for each in KINDS if not each.takes_file], ids=repr)
def test_each_field_gets_back_what_it_posted(kind, prefix):
    fields = {
        "f": FieldPlan(kind, required=False).make(),
        "other": forms.JSONField(required=False, initial={"a": 1}),
    }
    form = type("Form", (forms.Form,), fields)
    formset_class = forms.formset_factory(form, extra=2)
    live = ClientForm(form, prefix=prefix)
    formset = ClientFormSet(formset_class, prefix=prefix)
    name = live.form.add_prefix("f")
    for end, typed in kind.typed.items():
        for posted in typed:
            live.input(live.keys[0], {f"{name}{end}": posted})
            other = ClientForm(form, prefix=prefix)
            assert other.set_posted(live.post_data()) == []
            assert other.post_data() == live.post_data()
            assert other.errors == live.errors
            formset.input(formset.keys[1], {f"{formset.prefix}-1-f{end}": posted})
            others = ClientFormSet(formset_class, prefix=prefix)
            assert others.set_posted(formset.post_data()) == []
            assert others.post_data() == formset.post_data()


@pytest.mark.parametrize("posted", TEXTS)
def test_json_is_text_until_django_reads_it(posted):
    class DataForm(forms.Form):
        data = forms.JSONField(required=False)

    live = ClientForm(DataForm)
    live.set_posted({"data": [posted]})
    assert live.post_data() == {"data": [posted]}
    fresh = DataForm({"data": posted})
    assert live.is_valid() == fresh.is_valid()
    assert live.cleaned_data == fresh.cleaned_data


def test_names_of_no_field_are_passed_over_and_told():
    class NameForm(forms.Form):
        name = forms.CharField()
        ticked = forms.BooleanField(required=False)

    live = ClientForm(NameForm)
    assert live.set_posted({"name": ["Ada"], "age": ["36"], "": ["x"]}) == ["age", ""]
    assert live.post_data() == {"name": ["Ada"]}

    formset = ClientFormSet(forms.formset_factory(NameForm, absolute_max=3, max_num=2), prefix="p")
    unknown = formset.set_posted(
        {
            "p-TOTAL_FORMS": ["many"], "p-INITIAL_FORMS": ["-3"], "p-0-name": ["Ada"],
            "p-0-age": ["36"], "p-7-name": ["Bob"], "q-0-name": ["Cyd"], "p-2-ticked": ["on"],
        }
    )  # fmt: skip
    assert sorted(unknown) == ["p-0-age", "p-7-name", "q-0-name"]
    assert len(formset) == 3
    assert formset.post_data()["p-0-name"] == ["Ada"]
    assert formset.post_data()["p-2-ticked"] == ["on"]
    assert formset.set_posted({}) == []
    assert len(formset) == 0

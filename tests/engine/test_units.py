"""Small parts of the engine: names, plain values, and rows that differ from each other."""

import datetime
import decimal
import uuid

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from clientforms import ClientForm, ClientFormSet, DataError
from clientforms.engine.data.to_json import to_plain
from clientforms.engine.html.form_html import check_layout
from clientforms.engine.post.control_names import field_of, to_local, to_posted
from tests.engine.oracle import assert_same_verdict


@pytest.mark.parametrize(
    ("name", "prefix", "local"),
    [
        ("art-1-title", "art-1", "__prefix__-title"),
        ("art-10-title", "art-1", None),
        ("part-1-title", "art-1", None),
        ("initial-art-1-when", "art-1", "initial-__prefix__-when"),
        ("art-1-__prefix__", "art-1", "__prefix__-__prefix__"),
        ("title", None, "title"),
    ],
)
def test_local_names(name, prefix, local):
    assert to_local(name, prefix) == local
    if local is not None:
        assert to_posted(local, prefix) == name


def test_the_longest_field_name_wins():
    names = [("when", "__prefix__-when"), ("when_0", "__prefix__-when_0")]
    assert field_of("__prefix__-when_0", names) == "when_0"
    assert field_of("__prefix__-when_1", names) == "when"
    assert field_of("__prefix__-other", names) is None


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (datetime.date(2026, 1, 2), "2026-01-02"),
        (datetime.datetime(2026, 1, 2, 3, 4, 5, 6), "2026-01-02T03:04:05.000006"),
        (datetime.timedelta(hours=1), "P0DT01H00M00S"),
        (decimal.Decimal("1.50"), "1.50"),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        ({"a": {1: (True, None)}}, {"a": {"1": [True, None]}}),
        (SimpleUploadedFile("a.txt", b"abc", "text/plain"),
         {"name": "a.txt", "size": 3, "content_type": "text/plain"}),
    ],
)  # fmt: skip
def test_plain_values(value, plain):
    assert to_plain(value) == plain


def test_a_layout_that_is_not_there_is_named():
    with pytest.raises(DataError, match="choose one of div, p, ul, table"):
        check_layout("grid")


def test_rows_may_have_fields_of_their_own():
    class Growing(forms.BaseFormSet):
        def add_fields(self, form, index):
            super().add_fields(form, index)
            if index:
                form.fields[f"extra_{index}"] = forms.CharField()

    class Base(forms.Form):
        name = forms.CharField()

    live = ClientFormSet(forms.formset_factory(Base, formset=Growing, extra=3))
    assert "form-2-extra_2" in live.post_data()
    live.set_data([{"name": "a"}, {"name": "b", "extra_1": "x"}])
    assert live.is_valid()
    with pytest.raises(DataError, match="no field 'extra_2'"):
        live.set_data([{"name": "a"}, {"name": "b", "extra_2": "x"}])


def test_kwargs_by_index_follow_the_place():
    class Numbered(forms.Form):
        name = forms.CharField()

        def __init__(self, *args, number=None, **kwargs):
            super().__init__(*args, **kwargs)
            self.number = number

    class Numbering(forms.BaseFormSet):
        def get_form_kwargs(self, index):
            return super().get_form_kwargs(index) | {"number": index}

    live = ClientFormSet(forms.formset_factory(Numbered, formset=Numbering, extra=3))
    live.remove_form(0)
    assert [form.number for form in live.forms] == [0, 1]


def test_hidden_initial_values_are_posted_and_kept():
    class Dated(forms.Form):
        when = forms.DateTimeField(initial=datetime.datetime.now, show_hidden_initial=True)
        note = forms.CharField(required=False)

    live = ClientFormSet(forms.formset_factory(Dated, extra=2), prefix="dated")
    posted = live.post_data()
    assert posted["initial-dated-1-when"] == posted["dated-1-when"]
    live.remove_form(0)
    assert live.post_data()["initial-dated-0-when"] == posted["initial-dated-1-when"]
    assert not live.has_changed()
    live.update_data([{"when": "1922-02-02 10:00:00"}])
    assert live.post_data()["initial-dated-0-when"] == posted["initial-dated-1-when"]
    assert live.has_changed()
    assert_same_verdict(live)


def test_a_file_is_seen_by_clean_and_not_posted_as_text():
    class Upload(forms.Form):
        file = forms.FileField()

    live = ClientForm(Upload)
    key = live.keys[0]
    live.files(key, "file", [SimpleUploadedFile("a.txt", b"abc")])
    assert live.is_valid()
    assert live.cleaned_data["file"].read() == b"abc"
    assert "file" not in live.post_data()
    live.files(key, "file", [])
    assert live.errors["file"] == ["This field is required."]


def test_initial_data_from_json_counts_as_unchanged():
    class Dated(forms.Form):
        day = forms.DateField()
        count = forms.IntegerField()

    live = ClientFormSet(forms.formset_factory(Dated, extra=0))
    live.reset(live.initial_from_json([{"day": "2026-01-02", "count": "3"}]))
    assert live.initial == [{"day": datetime.date(2026, 1, 2), "count": 3}]
    assert not live.has_changed()
    with pytest.raises(DataError, match="a list of one object per form"):
        live.initial_from_json({"day": "x"})
    with pytest.raises(DataError, match="an object with field names"):
        live.initial_from_json(["x"])

"""Cleaned data in the words of the form: every kind of field, in two languages."""

import datetime
import uuid
from decimal import Decimal

import pytest
from django import forms
from django.utils import translation

from clientforms import ClientForm, ClientFormSet
from clientforms.engine.data.to_json import to_plain
from clientforms.engine.data.to_words import FormWords

KINDS = [("Books", [("a", "Fiction"), ("b", "Fact")]), ("c", "Other")]


class Every(forms.Form):
    text = forms.CharField(label="Title")
    secret = forms.CharField(widget=forms.PasswordInput)
    hidden = forms.CharField(widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=KINDS)
    kinds = forms.MultipleChoiceField(choices=KINDS)
    count = forms.TypedChoiceField(choices=[(1, "One"), (2, "Two")], coerce=int)
    agreed = forms.BooleanField(required=False)
    maybe = forms.NullBooleanField(required=False)
    day = forms.DateField()
    at = forms.SplitDateTimeField()
    moment = forms.DateTimeField()
    hour = forms.TimeField()
    lasts = forms.DurationField()
    price = forms.DecimalField()
    ratio = forms.FloatField()
    data = forms.JSONField()
    file = forms.FileField(required=False)
    id = forms.UUIDField()
    empty = forms.IntegerField(required=False)


CLEANED = {
    "text": "Ulysses", "secret": "x", "hidden": "h", "kind": "b", "kinds": ["a", "c"], "count": 2,
    "agreed": True, "maybe": None, "day": datetime.date(2026, 11, 30),
    "at": datetime.datetime(2026, 11, 30, 14, 5, tzinfo=datetime.UTC),
    "moment": datetime.datetime(2026, 11, 30, 14, 5, tzinfo=datetime.UTC),
    "hour": datetime.time(14, 5), "lasts": datetime.timedelta(days=1, minutes=2),
    "price": Decimal("10.50"), "ratio": 0.5, "data": {"a": [1, None]}, "file": None,
    "id": uuid.UUID(int=1), "empty": None, "of_clean": [1, 2], "DELETE": False,
}  # fmt: skip

SEEN = {
    "en": {
        "Title": "Ulysses", "Secret": "••••••••", "Kind": "Fact", "Kinds": "Fiction, Other",
        "Count": "Two", "Agreed": "Yes", "Maybe": "Unknown", "Day": "Nov. 30, 2026",
        "At": "Nov. 30, 2026, 2:05 p.m.", "Moment": "Nov. 30, 2026, 2:05 p.m.", "Hour": "2:05 p.m.",
        "Lasts": "1 00:02:00", "Price": "10.50", "Ratio": "0.5", "Data": '{"a": [1, null]}',
        "File": "", "Id": "00000000-0000-0000-0000-000000000001", "Empty": "", "Of clean": "1, 2",
    },
    "de": {"Agreed": "Ja", "Day": "30. November 2026", "Price": "10,50", "Ratio": "0,5"},
}  # fmt: skip


@pytest.mark.parametrize("language", SEEN)
def test_every_kind_of_value_is_in_the_words_of_the_form(language):
    with translation.override(language):
        words = FormWords(Every()).of(to_plain(CLEANED))
    seen = {word.label: word.text for word in words}
    assert list(seen) == list(SEEN["en"])
    assert {label: seen[label] for label in SEEN[language]} == SEEN[language]
    assert [word.name for word in words if word.needs_label] == ["agreed"]


def test_what_is_no_value_of_its_field_is_shown_as_it_is():
    names = [name for name in Every.base_fields if name not in ("secret", "hidden")]
    for value in ("odd", 7, ["x"], {"a": 1}, None, True, "", 1.5, [[]], [{}]):
        words = FormWords(Every()).of(dict.fromkeys(names, value))
        assert [word.name for word in words] == names


class Page(forms.Form):
    text = forms.CharField()


PageFormSet = forms.formset_factory(Page, can_delete=True)


class BaseBookFormSet(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        data = form.data if form.is_bound else None
        form.pages = PageFormSet(data=data, prefix=f"{form.prefix}-pages")


BookFormSet = forms.formset_factory(
    Page, formset=BaseBookFormSet, can_order=True, can_delete=True, extra=0
)


def test_rows_are_in_their_order_without_blank_and_deleted_ones():
    live = ClientFormSet(BookFormSet, prefix="books")
    rows = [
        {"text": "B", "ORDER": 2, "DELETE": False, "pages": [{"text": "b1", "DELETE": False}, {}]},
        {},
        {"text": "gone", "ORDER": 1, "DELETE": True},
        {"text": "last", "ORDER": None, "DELETE": False},
        {"text": "A", "ORDER": 1, "DELETE": False, "pages": []},
    ]
    books = FormWords(live.blank_form(0)).of_rows(rows)
    assert [[(word.label, word.text) for word in book] for book in books] == [
        [("Text", "A"), ("Pages", "")],
        [("Text", "B"), ("Pages", "")],
        [("Text", "last")],
    ]
    [[page]] = books[1][1].rows
    assert (page.label, page.text) == ("Text", "b1")


def test_a_form_that_cannot_be_read_twice_is_read_once():
    class Once(forms.Form):
        kind = forms.ChoiceField(choices=lambda: asked.append(1) or [("a", "Fiction")])

    asked = []
    live = ClientForm(Once, name="once")
    words = FormWords(live.blank_form(0))
    before = len(asked)
    assert [words.of({"kind": "a"})[0].text for _ in range(100)] == ["Fiction"] * 100
    assert len(asked) <= before + 1

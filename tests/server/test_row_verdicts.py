"""Rows that have not changed are not cleaned again, and nothing else differs."""

import random

import pytest
from django import forms
from django.test import RequestFactory

from clientforms.server.answers import answer
from clientforms.server.registry import Registration
from clientforms.server.row_verdicts import RowVerdicts

CLEANED = []


class GuestForm(forms.Form):
    name = forms.CharField(max_length=5)
    seats = forms.IntegerField(min_value=1)

    def clean_name(self):
        CLEANED.append(self.cleaned_data["name"])
        if self.cleaned_data["name"] == "Eve":
            raise forms.ValidationError("No spies.", code="spy")
        return self.cleaned_data["name"].upper()

    def clean(self):
        self.is_large = self.cleaned_data.get("seats", 0) > 3
        return self.cleaned_data


class BaseGuestFormSet(forms.BaseFormSet):
    def clean(self):
        """Adds errors to rows, and changes what was cleaned: none of that may stay."""
        seen = {}
        for form in self.forms:
            name = form.cleaned_data.pop("name", "")
            if name and name in seen:
                form.add_error("name", f"{name} comes twice.")
                seen[name].add_error(None, "Once is enough.")
            seen[name] = form
        if sum(getattr(form, "is_large", False) for form in self.forms) > 1:
            raise forms.ValidationError("One large group is enough.", code="large")


GuestFormSet = forms.formset_factory(
    GuestForm,
    formset=BaseGuestFormSet,
    extra=1,
    min_num=1,
    validate_min=True,
    can_delete=True,
    can_order=True,
)
GUESTS = Registration(GuestFormSet, "guests")


class Memory:
    """Remembers what a page has said, and what its rows got if `verdicts` are given."""

    def __init__(self, verdicts=None):
        self._verdicts = verdicts

    def find(self, name, prefix, number):
        return None

    def keep(self, name, prefix, number, state):
        return True

    def verdicts(self, name, prefix):
        return self._verdicts


def ask(memory, rows, initial=0):
    question = {"number": 1, "prefix": "guests", "initial": initial, "order": list(rows)}
    posted = {
        key: {f"__prefix__-{name}": [value] for name, value in row.items()}
        for key, row in rows.items()
    }
    return answer(GUESTS, RequestFactory().post("/"), {**question, "rows": posted}, memory)


def guests(*names):
    return {f"r{index}": {"name": name, "seats": "1"} for index, name in enumerate(names)}


def cleaned(memory, rows, initial=0):
    """Return which names are cleaned for the answer."""
    CLEANED.clear()
    ask(memory, rows, initial)
    return list(CLEANED)


def test_only_the_row_that_has_changed_is_cleaned():
    memory = Memory(RowVerdicts())
    assert cleaned(memory, guests("Ada", "Bob", "Cy")) == ["Ada", "Bob", "Cy"]
    assert cleaned(memory, guests("Ada", "Bo", "Cy")) == ["Bo"]
    assert cleaned(memory, guests("Ada", "Bo", "Cy")) == []
    assert cleaned(memory, guests("Ada", "Bo", "Cy"), initial=1) == ["Ada", "Bo", "Cy"]
    assert cleaned(Memory(), guests("Ada", "Bo", "Cy")) == ["Ada", "Bo", "Cy"]


def test_what_the_database_had_is_believed_for_ten_seconds():
    seconds = [0.0]
    memory = Memory(RowVerdicts(clock=lambda: seconds[0]))
    cleaned(memory, guests("Ada", "Bob"))
    seconds[0] = 9.9
    assert cleaned(memory, guests("Ada", "Bo")) == ["Bo"]
    seconds[0] = 10.1
    assert cleaned(memory, guests("Ada", "Bo")) == ["Ada"]


@pytest.mark.parametrize("seed", range(5))
def test_answers_are_those_of_a_formset_that_is_cleaned_as_a_whole(seed):
    chance = random.Random(seed)
    memory, rows, initial, differing = Memory(RowVerdicts()), guests("Ada", "Bob", "Eve"), 0, set()
    for step in range(120):
        _edit(chance, rows, step)
        items = list(rows.items())
        if chance.random() < 0.2:
            chance.shuffle(items)
        rows = dict(items)
        initial = min(len(rows), chance.choice((0, 0, 0, 1)))
        here, there = ask(memory, rows, initial), ask(Memory(), rows, initial)
        assert here == there
        differing.add(str(here))
    assert len(differing) > 40


def _edit(chance, rows, step):
    kind = chance.random()
    key = chance.choice(list(rows))
    if kind < 0.1:
        rows[f"new{step}"] = {"name": "", "seats": ""}
    elif kind < 0.2 and len(rows) > 1:
        del rows[key]
    elif kind < 0.3:
        rows[key] = {**rows[key], "DELETE": chance.choice(("on", ""))}
    elif kind < 0.4:
        rows[key] = {**rows[key], "ORDER": chance.choice(("", "1", "x"))}
    elif kind < 0.7:
        rows[key] = {**rows[key], "seats": chance.choice(("", "0", "1", "4", "5", "x"))}
    else:
        rows[key] = {**rows[key], "name": chance.choice(("", "Ada", "Bob", "Eve", "Methuselah"))}

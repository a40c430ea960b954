"""The order that the page shows is the order that Django finds, whatever a row was moved past."""

import pytest
from django import forms

from clientforms import ClientFormSet
from clientforms.engine.drafts import draft_data
from tests.engine.builders import type_into
from tests.engine.oracle import assert_same_verdict


class TitleForm(forms.Form):
    name = forms.CharField(max_length=20, required=False)


TitleFormSet = forms.formset_factory(TitleForm, extra=1, can_delete=True, can_order=True)
STORED = [{"name": name} for name in "abc"]


def titles(*, initial=STORED):
    return ClientFormSet(TitleFormSet, prefix="t", initial=initial)


def shown(live):
    """The names as the page shows them, `-` for a blank row, without those that are deleted."""
    posted = live.post_data()
    return "".join(
        posted[f"{live.prefix_of(index)}-name"][0] or "-"
        for index in map(live.index_of, live.order)
        if not live.is_deleted(index)
    )


def found(live):
    """The names as a server finds them."""
    oracle = assert_same_verdict(live)
    return "".join(form.cleaned_data["name"] for form in oracle.ordered_forms)


def agree(live, names):
    assert shown(live) == names
    assert found(live) == names.replace("-", "")


def type_at(live, position, name):
    type_into(live, live.index_of(live.order[position]), name=name)


def test_a_blank_row_that_was_moved_up_is_found_there_once_it_is_filled():
    live = titles()
    live.move(3, 0)
    agree(live, "-abc")
    before = live.post_data()
    type_at(live, 0, "x")
    agree(live, "xabc")
    type_at(live, 0, "xy")
    type_at(live, 0, "")
    agree(live, "-abc")
    type_at(live, 0, "z")
    agree(live, "zabc")
    while live.post_data() != before:
        assert live.undo()
    agree(live, "-abc")
    live.redo()
    assert found(live) == shown(live).replace("-", "")


@pytest.mark.parametrize(
    "fill",
    [
        lambda live: live.update_data({"t-3-name": "x"}),
        lambda live: live.update_data([{}, {}, {}, {"name": "x"}]),
        lambda live: live.input(live.keys[3], {"t-3-name": ["x"]}),
    ],
)
def test_whoever_fills_a_row_it_has_its_place(fill):
    live = titles()
    live.move(3, 1)
    fill(live)
    agree(live, "axbc")


def test_rows_that_come_in_have_their_place():
    live = titles(initial=[])
    live.update_data([{"name": "a"}])
    for index, name in enumerate("bc", start=1):
        live.add_another()
        type_into(live, index, name=name)
    live.move(2, 0)
    live.insert(0)
    agree(live, "-cab")
    type_at(live, 0, "x")
    agree(live, "xcab")
    live.duplicate(1)
    agree(live, "xccab")
    live.in_page.adopt(1, {"new-name": ["n"]}, "new")
    agree(live, "xnccab")


def test_duplicating_an_initial_row_that_was_moved():
    live = titles()
    live.remove_form(3)
    live.move(0, 2)
    live.duplicate(0)
    agree(live, "bcaa")
    live.duplicate(1)
    agree(live, "bbcaa")


def test_rows_that_come_back_have_their_place():
    live = titles()
    type_into(live, 3, name="x")
    live.remove_form(1)
    live.move(0, 2)
    live.move(3, 0)
    agree(live, "xca")
    live.restore(1)
    assert found(live) == shown(live)
    live.undo()
    agree(live, "xca")


def test_a_removal_that_is_taken_back_has_its_place():
    live = titles()
    type_into(live, 3, name="x")
    live.add_another()
    live.move(4, 0)
    live.remove_form(4)
    agree(live, "-abc")
    type_at(live, 0, "y")
    live.take_back(live.removals()[0])
    agree(live, "yabcx")


@pytest.mark.parametrize("are_stored", [True, False])
@pytest.mark.parametrize(
    ("blank", "gone"), [(blank, gone) for blank in range(4) for gone in range(4) if blank != gone]
)
def test_a_removal_is_taken_back_beside_a_row_that_was_blank(are_stored, blank, gone):
    live = titles(initial=STORED if are_stored else None)
    if not are_stored:
        live.set_data([*STORED, {}])
    live.move(3, blank)
    names, key = shown(live), live.order[blank]
    live.remove_form([live.index_of(live.order[gone])])
    type_at(live, live.order.index(key), "x")
    assert live.take_back(live.removals()[0])
    agree(live, names.replace("-", "x"))


@pytest.mark.parametrize("way", ["initial", "reset", "set_data", "posted", "take_over"])
def test_rows_that_come_with_an_order_are_shown_in_it(way):
    rows = [{"name": name, "ORDER": order} for name, order in zip("abc", (3, 1, 2), strict=True)]
    live = titles(initial=rows if way == "initial" else STORED if way == "take_over" else None)
    posted = {
        f"t-{i}-{name}": [str(each)] for i, row in enumerate(rows) for name, each in row.items()
    }
    match way:
        case "reset":
            live.reset(rows)
        case "set_data":
            live.set_data(rows)
        case "posted":
            live.set_data({**posted, "t-TOTAL_FORMS": ["3"], "t-INITIAL_FORMS": ["2"]})
        case "take_over":
            given = [{n: v for n, v in posted.items() if n.startswith(f"t-{i}-")} for i in range(3)]
            live.in_page.take_over(given, 3)
    assert shown(live).replace("-", "") == found(live) == "bca"


def test_who_types_an_order_has_it():
    live = titles()
    type_into(live, 0, ORDER="9")
    type_into(live, 3, name="x")
    assert [live.post_data()[f"t-{i}-ORDER"] for i in range(4)] == [["9"], ["2"], ["3"], [""]]
    assert found(live) == "bcax"


def test_a_draft_brings_the_order_back():
    live = titles()
    live.move(3, 0)
    type_at(live, 0, "x")
    draft = draft_data.draft_of(live)
    other = titles()
    draft_data.restore(other, draft)
    agree(other, "xabc")


def test_order_that_somebody_typed_stays_if_an_older_removal_is_taken_back():
    live = titles(initial=STORED)
    type_into(live, 0, ORDER="9")
    live.remove_form([0])
    live.remove_form([1])
    assert live.take_back(live.removals()[1])
    assert [live.post_data()[f"t-{i}-ORDER"] for i in range(3)] == [["9"], ["2"], ["3"]]


def test_order_that_somebody_typed_stays_beside_a_row_that_was_blank():
    live = titles(initial=None)
    live.set_data([{}, {}, {}])
    type_into(live, 2, ORDER="1")
    live.remove_form([2])
    type_into(live, 0, name="x")
    assert live.take_back(live.removals()[0])
    assert [live.post_data()[f"t-{row}-ORDER"] for row in range(3)] == [[""], [""], ["1"]]


def test_removals_are_taken_back_in_any_order_also_beyond_the_maximum():
    live = ClientFormSet(forms.formset_factory(TitleForm, max_num=1), prefix="t")
    live.set_data([{"name": name} for name in "abcd"])
    for _ in range(3):
        live.remove_form(0)
    type_into(live, 0, name="e")  # so none of them was the last step
    for removal in reversed(live.removals()):
        assert live.take_back(removal)
    assert [form["name"].value() for form in live.forms] == ["a", "b", "c", "e"]


class SizeForm(forms.Form):
    """Its select posts the first option: no row of it is blank."""

    name = forms.CharField(required=False)
    size = forms.ChoiceField(choices=[("s", "S"), ("l", "L")], required=False)


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("values", [None, {"name": "x"}])
@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_new_row_that_counts_is_found_where_it_came_in(place, values, count):
    """Only rows that came with values got a number: Django sorted a row without one last."""
    size_formset = forms.formset_factory(SizeForm, extra=2, can_order=True)
    live = ClientFormSet(size_formset, prefix="t")
    live.move(0, 1)
    before = live.post_data()
    live.insert(place, values if count == 1 else [values] * count)
    after = live.post_data()
    oracle = assert_same_verdict(live)
    assert [form.prefix for form in oracle.ordered_forms] == [
        live.prefix_of(live.index_of(key)) for key in live.order
    ]
    live.undo()
    assert live.post_data() == before
    live.redo()
    assert live.post_data() == after

"""What scripts ask of live forms: several rows in one step, places that change, single fields."""

import pytest
from django import forms

from clientforms import ClientForm, ClientFormSet
from clientforms.errors import DataError, LimitError, TargetError


class ItemForm(forms.Form):
    name = forms.CharField(max_length=5)
    count = forms.IntegerField(required=False, initial=1)


ItemFormSet = forms.formset_factory(ItemForm, extra=0, can_delete=True, can_order=True, max_num=6)
KeptFormSet = forms.formset_factory(
    ItemForm, extra=0, can_delete=True, min_num=1, validate_min=True
)
INITIAL = [{"name": "a"}, {"name": "b"}]


def items(initial=(), formset=ItemFormSet):
    return ClientFormSet(formset, prefix="i", initial=list(initial) or None)


def names(live):
    return [live.post_data()[f"i-{index}-name"][0] for index in range(len(live))]


def shown(live):
    return [live.post_data()[f"i-{live.index_of(key)}-name"][0] for key in live.order]


def is_as_a_fresh_formset(live):
    fresh = live.formset_class(
        {name: each for name, [each] in live.post_data().items()}, prefix="i", initial=live.initial
    )
    return (live.is_valid(), live.errors) == (fresh.is_valid(), fresh.errors)


def test_rows_come_with_values_in_one_step():
    live = items(INITIAL)
    assert live.add_another({"name": "c", "count": 3}) == 2
    assert live.add_another([{"name": "d"}, {}]) == 3
    assert live.insert(2, [{"name": "x"}, {"name": "far too long"}][:1]) == 2
    assert names(live) == ["a", "b", "x", "c", "d", ""]
    assert [live.post_data()[f"i-{index}-count"] for index in (2, 3)] == [["1"], ["3"]]
    assert is_as_a_fresh_formset(live)
    live.undo()
    live.undo()
    assert names(live) == ["a", "b", "c"]
    live.redo()
    assert names(live) == ["a", "b", "c", "d", ""]


def test_several_rows_come_between_others_in_their_order():
    live = items()
    live.add_another([{"name": "a"}, {"name": "d"}])
    assert live.insert(1, [{"name": "b"}, {"name": "c"}]) == 1
    assert names(live) == shown(live) == ["a", "b", "c", "d"]
    live.undo()
    assert names(live) == shown(live) == ["a", "d"]


def test_rows_that_do_not_fit_change_nothing():
    live = items(INITIAL)
    before = live.post_data()
    with pytest.raises(LimitError, match="not 5 forms can be added, max_num is 6"):
        live.add_another([{"name": str(number)} for number in range(5)])
    with pytest.raises(DataError, match="i, form 3: there is no field 'nmae'"):
        live.add_another([{"name": "c"}, {"nmae": "d"}])
    with pytest.raises(DataError, match="an object or a list"):
        live.add_another("c")
    assert live.add_another([]) == 2
    assert live.post_data() == before
    assert not live.undo()


def test_values_from_a_script_show_their_errors():
    live = items()
    live.add_another({"name": "far too long"})
    assert live.rows[0].touched == {"name"}
    assert "at most 5" in live.errors[0]["name"][0]


def test_several_rows_go_in_one_step():
    live = items(INITIAL)
    live.add_another([{"name": "c"}, {"name": "d"}, {"name": "e"}])
    live.remove_form([0, 2, 4, 4])
    assert names(live) == ["a", "b", "d"]
    assert [live.is_deleted(index) for index in range(3)] == [True, False, False]
    assert is_as_a_fresh_formset(live)
    live.undo()
    assert names(live) == ["a", "b", "c", "d", "e"]
    assert not live.is_deleted(0)


def test_rows_that_have_to_stay_keep_the_others_there():
    live = items([{"name": "a"}], KeptFormSet)
    live.add_another([{"name": "b"}])
    with pytest.raises(
        LimitError, match=r"2 forms cannot be removed. Please submit at least 1 form."
    ):
        live.remove_form([0, 1])
    with pytest.raises(TargetError, match="there is no form 7"):
        live.remove_form([1, 7])
    assert names(live) == ["a", "b"]


def test_two_rows_change_places():
    live = items()
    live.add_another([{"name": "a"}, {"name": "b"}, {"name": "c"}])
    live.swap(2, 0)
    assert shown(live) == ["c", "b", "a"]
    assert [each["name"] for each in live.cleaned_data if each] == names(live)
    assert [form.cleaned_data["name"] for form in live.ordered_forms] == ["c", "b", "a"]
    live.swap(1, 1)
    live.undo()
    assert shown(live) == ["a", "b", "c"]
    with pytest.raises(TargetError, match="there is no form 3"):
        live.swap(0, 3)


def type_into(live, name, text, index=0):
    live.input(live.keys[index], {name: [text]})


def test_what_was_typed_outlives_a_reset_that_says_so():
    live = ClientForm(ItemForm, initial={"name": "a", "count": 1})
    type_into(live, "count", "7")
    live.reset({"name": "b", "count": 2}, keep_typed=True)
    assert live.post_data() == {"name": ["b"], "count": ["7"]}
    assert live.changed_data == ["count"]
    live.reset()
    assert live.post_data() == {"name": ["b"], "count": ["2"]}


def test_what_was_typed_into_rows_outlives_a_reset_that_says_so():
    live = items(INITIAL)
    live.add_another()
    type_into(live, "i-1-count", "7", index=1)
    type_into(live, "i-2-name", "new", index=2)
    live.reset([{"name": "A"}, {"name": "B"}, {"name": "C"}], keep_typed=True)
    assert names(live) == ["A", "B", "C", "new"]
    assert [live.post_data()[f"i-{index}-count"] for index in range(4)] == [
        ["1"],
        ["7"],
        ["1"],
        ["1"],
    ]
    assert is_as_a_fresh_formset(live)
    live.reset([{"name": "A"}], keep_typed=True)
    assert names(live) == ["A", "", "new"], "a row whose initial data went keeps what was typed"
    live.reset()
    assert names(live) == ["A"]


def test_one_field_is_reset():
    live = items(INITIAL)
    type_into(live, "i-1-name", "far too long", index=1)
    type_into(live, "i-1-count", "7", index=1)
    assert not live.validate_field("i-1-name")
    live.reset_field("i-1-name")
    assert (names(live), live.post_data()["i-1-count"]) == (["a", "b"], ["7"])
    assert live.rows[1].touched == set()
    live.undo()
    assert names(live) == ["a", "far too long"]
    form = ClientForm(ItemForm, initial={"name": "a"})
    type_into(form, "name", "b")
    form.reset_field("name")
    assert not form.has_changed()
    for name in ("nmae", "i-0"):
        with pytest.raises(DataError, match=name):
            live.reset_field(name)


def test_one_field_is_validated():
    form = ClientForm(ItemForm)
    told = []
    form.subscribe(told.extend)
    assert form.validate_field("count")
    assert not form.validate_field("name")
    assert [each.field for each in told if hasattr(each, "messages") and each.messages] == ["name"]
    live = items()
    live.add_another()
    assert live.validate_field("i-0-name"), "a blank row is none"
    type_into(live, "i-0-count", "7")
    assert not live.validate_field("i-0-name")
    assert live.validate_field("i-0-count")

"""Drafts of what controls held: which row is which, what was typed late, and what nobody should believe."""

import json

import pytest
from django import forms

from clientforms import ClientForm, ClientFormSet
from clientforms.engine.drafts.control_drafts import (
    draft_of_controls,
    with_early,
    with_late_controls,
)
from clientforms.engine.drafts.draft_data import draft_of, restore
from clientforms.errors import DataError
from tests.engine.builders import type_into


class Note(forms.Form):
    id = forms.IntegerField(required=False, widget=forms.HiddenInput)
    title = forms.CharField()
    text = forms.CharField(required=False, widget=forms.Textarea)


NoteFormSet = forms.formset_factory(Note, extra=1, can_delete=True)


def notes(*initial):
    return ClientFormSet(NoteFormSet, prefix="notes", initial=list(initial))


def control(start, now=None, *, hidden=False):
    held = {"start": [start], "label": "", "hidden": hidden}
    return held if now is None else held | {"now": [now]}


def row(index, key=None, prefix="notes", **controls):
    named = {f"{prefix}-{index}-{name}": each for name, each in controls.items()}
    return {"index": index, "key": key, "controls": named, "again": {}, "nested": {}}


def part(*rows, initial=0, total=None, order=None, prefix="notes"):
    count = len(rows) if total is None else total
    return {"kind": "formset", "path": "", "id": "", "prefix": prefix, "total": count,
            "initial": initial, "began": count, "rows": list(rows), "order": order}  # fmt: skip


def titles(live):
    return [values for name, values in live.post_data().items() if name.endswith("title")]


def test_rows_are_known_by_their_hidden_fields_wherever_they_are_now():
    kept = part(
        row(0, id=control("7", "7", hidden=True), title=control("Seven", "Changed")),
        row(1, id=control("8", "8", hidden=True), title=control("Eight", "Eight")),
        initial=2, order=[0, 1],
    )  # fmt: skip
    live = notes({"id": 8, "title": "Eight"}, {"id": 7, "title": "Seven, edited by another"})
    assert restore(live, draft_of_controls(live, kept)).misfits == ()
    assert titles(live)[:2] == [["Eight"], ["Changed"]]


def test_a_row_that_is_gone_is_told_with_what_it_held():
    kept = part(
        row(0, id=control("7", "7", hidden=True), title=control("Seven", "Changed")),
        initial=1, order=[0],
    )  # fmt: skip
    live = notes()
    [misfit] = restore(live, draft_of_controls(live, kept)).misfits
    assert (misfit.reason, misfit.number, misfit.values) == ("row", 1, ("Changed",))


def test_rows_without_hidden_fields_are_known_by_what_they_began_with():
    kept = part(
        row(0, title=control("One", "Changed"), gone=control("x", "x")), initial=1, order=[0]
    )
    live = notes({"title": "One"})
    assert restore(live, draft_of_controls(live, kept)).misfits == ()
    other = notes({"title": "Another"})
    [misfit] = restore(other, draft_of_controls(other, kept)).misfits
    assert misfit.reason == "started otherwise"


def test_a_form_that_got_a_prefix_takes_what_it_held_without():
    kept = part(
        {"index": 0, "key": None, "controls": {"title": control("", "Typed")}, "again": {}, "nested": {}},
        order=[0], prefix="",
    ) | {"kind": "form"}  # fmt: skip
    live = ClientForm(Note, prefix="note")
    restore(live, draft_of_controls(live, kept))
    assert live.post_data()["note-title"] == ["Typed"]


def test_nothing_typed_is_no_draft():
    assert draft_of_controls(notes(), part(row(0, title=control("", "")), order=[0])) is None


def test_what_was_typed_late_goes_to_its_row_whatever_its_number():
    live = notes({"title": "One"})
    live.add_another()
    type_into(live, 2, title="Early")
    draft = json.loads(json.dumps(draft_of(live)))
    key = live.keys[2]
    live.remove_form(1)
    late = part(row(1, key, title=control("", "Early and late")), initial=1, total=2)
    whole = with_late_controls(draft, live, late)
    assert [each["typed"].get("__prefix__-title") for each in whole["rows"]] == [
        None, None, ["Early and late"],
    ]  # fmt: skip
    added = part(row(3, "new", title=control("", "Added")), initial=1, total=4)
    assert with_late_controls(whole, live, added)["rows"][3]["typed"] == {
        "__prefix__-title": ["Added"]
    }
    back = part(row(1, key, title=control("", "")), initial=1, total=2)
    assert with_late_controls(draft, live, back)["rows"][2]["typed"] == {}


def test_what_was_typed_before_the_first_draft_has_its_blank_neighbours():
    live = notes({"title": "One"})
    draft = with_late_controls(
        None, live, part(row(2, title=control("", "Third")), initial=1, total=3)
    )
    other = notes({"title": "One"})
    restore(other, draft)
    assert titles(other) == [["One"], [""], ["Third"]]


def test_what_was_typed_into_several_rows_before_the_first_draft_stays_in_them():
    live = notes({"title": "One"}, {"title": "Two"})
    draft = None
    for index, start, now, key in (
        (3, "", "Fourth", "d"), (1, "Two", "2", None), (0, "One", "1", "a"), (3, "", "4", "d"),
        (0, "One", "first", "a"),
    ):  # fmt: skip
        late = part(row(index, key, title=control(start, now)), initial=2, total=4)
        draft = with_late_controls(draft, live, late)
    other = notes({"title": "One"}, {"title": "Two"})
    assert restore(other, draft).misfits == ()
    assert titles(other) == [["first"], ["2"], [""], ["4"]]


def test_what_was_typed_into_rows_of_rows_before_the_first_draft_stays_in_them():
    class Item(forms.Form):
        what = forms.CharField()

    class Order(forms.Form):
        name = forms.CharField()

        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            initial = [{"what": "Tea"}] if self.initial else None
            self.items = forms.formset_factory(Item, extra=2)(
                self.data if self.is_bound else None, prefix=f"{self.prefix}-items", initial=initial
            )

    def orders():
        formset_class = forms.formset_factory(Order, extra=1)
        return ClientFormSet(formset_class, prefix="orders", initial=[{"name": "Ada"}])

    def late(outer, inner, start, now, key=None):
        prefix = f"orders-{outer}-items"
        initial = 1 - outer
        items = part(
            row(inner, key, prefix, what=control(start, now)),
            initial=initial, total=2 + initial, prefix=prefix,
        )  # fmt: skip
        return part(row(outer, str(outer)) | {"nested": {"items": items}}, initial=1, total=2,
                    prefix="orders")  # fmt: skip

    live, draft = orders(), None
    assert "orders-0-items-2-what" in live.post_data(), "a formset in each row"
    for each in (
        late(1, 1, "", "Salt"), late(0, 0, "Tea", "Coffee", "k"), late(0, 2, "", "Milk"),
        late(0, 0, "Tea", "Cocoa", "k"),
    ):  # fmt: skip
        draft = with_late_controls(draft, live, each)
    other = orders()
    assert restore(other, draft).misfits == ()
    found = {k: v for k, [v] in other.post_data().items() if k.endswith("what") and v}
    assert found == {
        "orders-0-items-0-what": "Cocoa", "orders-0-items-2-what": "Milk",
        "orders-1-items-1-what": "Salt",
    }  # fmt: skip


def test_what_is_typed_already_stays_unless_the_draft_has_the_field():
    live = notes()
    type_into(live, 0, title="Early", text="Stays")
    kept = draft_of_controls(live, part(row(0, title=control("", "Kept")), order=[0]))
    [typed] = (each["typed"] for each in with_early(kept, draft_of(live))["rows"])
    assert typed == {"__prefix__-title": ["Kept"], "__prefix__-text": ["Stays"]}


GOOD = part(row(0, title=control("", "x")), order=[0])


@pytest.mark.parametrize(
    "hostile",
    [
        None, [], "text", {}, GOOD | {"total": -1}, GOOD | {"total": 10**9}, GOOD | {"initial": 5},
        GOOD | {"order": ["0"]}, GOOD | {"order": [-1]}, GOOD | {"rows": [1]}, GOOD | {"rows": [{}]},
        GOOD | {"rows": [row(10**9)]}, GOOD | {"rows": [row(0, title={"start": [1]})]},
        GOOD | {"rows": [row(0, title=control("", 5))]}, GOOD | {"rows": [row(0) | {"again": 1}]},
    ],
)  # fmt: skip
def test_nothing_is_believed(hostile):
    live = notes()
    before = live.post_data()
    with pytest.raises(DataError):
        draft_of_controls(live, hostile)
    assert live.post_data() == before

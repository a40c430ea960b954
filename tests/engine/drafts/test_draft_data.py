"""Drafts of live forms: what is in one, what is not, and how it fits a form of another day."""

import json
from datetime import datetime

import pytest
from django import forms

from clientforms import ClientForm, ClientFormSet
from clientforms.engine.drafts.draft_data import (
    adopt,
    all_typed,
    draft_of,
    is_there,
    restore,
    state_of,
    with_changes,
)
from clientforms.engine.rules.conditions import ConditionalFieldsMixin
from clientforms.errors import DataError
from demo.forms import ArticleFormSet, SignupForm
from tests.engine.builders import type_into


def articles(**kwargs):
    return ClientFormSet(ArticleFormSet, prefix="articles", **kwargs)


def through_json(draft):
    """As a browser keeps it."""
    return json.loads(json.dumps(draft))


def without_keys(rows):
    """The rows of a draft without the keys that they have in one page."""
    return [{name: each for name, each in row.items() if name != "key"} for row in rows]


def typed_form(form_class, **values):
    live = ClientForm(form_class)
    type_into_form(live, **values)
    return live


def type_into_form(live, **values):
    for name, value in values.items():
        live.input(live.keys[0], {name: value if value is None else [value]})
        live.validate_field(live.keys[0], name)


def formset(form_class, **kwargs):
    return forms.formset_factory(form_class, **kwargs)


class Note(forms.Form):
    title = forms.CharField()
    text = forms.CharField(required=False, widget=forms.Textarea)


NoteFormSet = formset(Note, extra=2, can_delete=True, can_order=True)
TWO = [{"title": "One"}, {"title": "Two"}]


class Nesting(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.notes = NoteFormSet(
            form.data if form.is_bound else None, prefix=f"{form.prefix}-notes"
        )


Boxes = formset(Note, formset=Nesting, extra=1)


def notes(initial=None, formset_class=NoteFormSet):
    return ClientFormSet(formset_class, prefix="notes", initial=initial)


# What is in a draft


def test_there_is_no_draft_of_what_nobody_typed():
    assert draft_of(articles()) is None
    assert draft_of(notes(TWO)) is None
    assert draft_of(ClientForm(SignupForm)) is None


def test_what_is_undone_leaves_no_draft():
    live = notes(TWO)
    type_into(live, 0, title="Other")
    live.add_another()
    live.remove_form(1)
    live.move(0, 1)
    assert draft_of(live)
    while live.undo():
        pass
    assert draft_of(live) is None
    type_into(live, 0, title="Other")
    type_into(live, 0, title="One")
    assert draft_of(live) is None


def test_everything_typed_comes_back_with_rows_deletions_and_order():
    live = notes(TWO)
    type_into(live, 0, title="Changed")
    live.add_another()
    type_into(live, 4, title="Fifth", text="Two\nlines")
    live.remove_form(1)
    live.move(4, 0)
    draft = through_json(draft_of(live))
    other = notes(TWO)
    restored = restore(other, draft)
    assert restored.misfits == ()
    assert other.post_data() == live.post_data()
    assert [other.keys.index(key) for key in other.order] == [2, 0, 1, 3, 4]
    assert other.is_deleted(1)
    assert without_keys(draft_of(other)["rows"]) == without_keys(draft["rows"])
    assert is_there(other, draft)


def test_a_restored_formset_is_one_step_back():
    live = notes()
    type_into(live, 0, title="Old", text="Long")
    live.add_another()
    draft = draft_of(live)
    other = notes()
    type_into(other, 1, title="New")
    before = other.post_data()
    restore(other, draft)
    assert other.post_data() == live.post_data()
    assert other.undo()
    assert other.post_data() == before
    assert other.redo()
    assert other.post_data() == live.post_data()


def test_only_what_was_typed_shows_its_errors():
    live = articles()
    type_into(live, 0, slug="no spaces", email="half@")
    other = articles()
    shown = []
    other.subscribe(lambda changes: shown.extend(changes))
    restore(other, draft_of(live))
    fields = {each.field for each in shown if getattr(each, "messages", ()) and each.field}
    assert fields == {"slug", "email"}


def test_what_a_server_changed_meanwhile_stays_changed():
    live = notes([{"title": "One", "text": "Old"}])
    type_into(live, 0, title="Typed")
    draft = draft_of(live)
    other = notes([{"title": "One", "text": "Corrected by a colleague"}])
    restore(other, draft)
    assert other.post_data()["notes-0-title"] == ["Typed"]
    assert other.post_data()["notes-0-text"] == ["Corrected by a colleague"]


def test_a_blank_row_with_a_moving_default_stays_blank():
    class Meeting(forms.Form):
        when = forms.DateTimeField(initial=datetime.now, show_hidden_initial=True)
        title = forms.CharField()

    Meetings = formset(Meeting, extra=2)
    live = ClientFormSet(Meetings, prefix="m")
    type_into(live, 0, title="Monday")
    other = ClientFormSet(Meetings, prefix="m")
    restore(other, draft_of(live))
    assert other.is_valid()
    assert not other.forms[1].has_changed()


def test_formsets_inside_rows_come_back_too():
    live = ClientFormSet(Boxes, prefix="boxes")
    assert draft_of(live) is None
    live.add_another()
    type_into(live, 1, title="Box")
    type_into(live.nested(live.keys[1])["notes"], 0, title="Inside")
    live.nested(live.keys[1])["notes"].add_another()
    draft = through_json(draft_of(live))
    other = ClientFormSet(Boxes, prefix="boxes")
    restored = restore(other, draft)
    assert restored.misfits == ()
    assert other.post_data() == live.post_data()
    assert other.post_data()["boxes-1-notes-0-title"] == ["Inside"]
    assert is_there(other, draft)
    flat = ClientFormSet(formset(Note, extra=1), prefix="boxes")
    (misfit,) = restore(flat, draft).misfits
    assert (misfit.reason, misfit.name, misfit.values) == ("form", "notes", ("Inside",))


def test_a_choice_that_depends_on_another_field_comes_back():
    class Place(ConditionalFieldsMixin, forms.Form):
        country = forms.ChoiceField(choices=[("ie", "Ireland"), ("it", "Italy")])
        town = forms.ChoiceField(choices=[("", "?")])
        choices_for = {
            "town": lambda data: [("t", "Trieste") if data["country"] == "it" else ("d", "Dublin")]
        }

    live = ClientForm(Place)
    type_into_form(live, country="it")
    type_into_form(live, town="t")
    other = ClientForm(Place)
    assert restore(other, draft_of(live)).misfits == ()
    assert other.post_data() == live.post_data()


# What is never in one


class Secrets(forms.Form):
    class Shown(forms.PasswordInput):
        input_type = "text"

    class Pair(forms.MultiWidget):
        def decompress(self, value):
            return value or ["", ""]

    name = forms.CharField()
    password = forms.CharField(widget=forms.PasswordInput)
    shown = forms.CharField(widget=Shown)
    typed = forms.CharField(widget=forms.TextInput({"type": "password"}))
    code = forms.CharField(widget=forms.TextInput({"autocomplete": "section-a one-time-code"}))
    card = forms.CharField(widget=forms.TextInput({"autocomplete": "cc-number"}))
    pair = forms.MultiValueField(
        (forms.CharField(), forms.CharField()),
        widget=Pair([forms.TextInput, forms.PasswordInput]),
    )
    refused = forms.CharField(widget=forms.TextInput({"data-draft": "off"}))
    by_page = forms.CharField()
    file = forms.FileField()


SECRET = "correct horse"
WITHHELD = ["password", "shown", "typed", "code", "card", "refused", "by_page"]


def test_secrets_and_files_are_in_no_draft_and_are_asked_for_again():
    live = typed_form(Secrets, **dict.fromkeys(WITHHELD, SECRET), pair_1=SECRET)
    assert draft_of(live, {"by_page"}) is None
    type_into_form(live, name="Ada")
    draft = draft_of(live, {"by_page"}, {(live.keys[0], "file")})
    assert SECRET not in json.dumps(draft)
    assert "Ada" in json.dumps(draft)
    other = ClientForm(Secrets)
    restored = restore(other, draft, {"by_page"})
    assert {name for _, name in restored.again} == {*WITHHELD, "pair", "file"}
    assert restored.misfits == ()


def test_a_secret_that_stands_in_the_page_is_left_there():
    live = typed_form(Secrets, name="Ada")
    other = typed_form(Secrets, password="typed by now")
    restore(other, draft_of(live))
    assert other.post_data()["password"] == ["typed by now"]
    assert other.post_data()["name"] == ["Ada"]


def test_a_field_that_is_a_secret_by_now_gets_nothing_of_an_old_draft():
    class Pin(forms.Form):
        pin = forms.CharField()

    class SecretPin(forms.Form):
        pin = forms.CharField(widget=forms.PasswordInput)

    other = ClientForm(SecretPin)
    restore(other, draft_of(typed_form(Pin, pin="1234")))
    assert other.post_data() == {"pin": [""]}


# What does not fit


class Before(forms.Form):
    title = forms.CharField()
    subtitle = forms.CharField(label="Second line")
    colour = forms.ChoiceField(choices=[("red", "Red"), ("blue", "Blue")])
    tags = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B"), ("c", "C")])
    count = forms.CharField()


class After(forms.Form):
    title = forms.CharField()
    colour = forms.ChoiceField(choices=[("red", "Red"), ("green", "Green")])
    tags = forms.MultipleChoiceField(choices=[("a", "A"), ("d", "D")])
    count = forms.IntegerField()


def test_a_form_that_changed_takes_what_fits_and_names_the_rest():
    live = ClientForm(Before)
    typed = {"title": ["T"], "subtitle": ["S"], "colour": ["blue"], "tags": ["a", "b"],
             "count": ["many"]}  # fmt: skip
    live.input(live.keys[0], typed)
    other = ClientForm(After)
    restored = restore(other, draft_of(live))
    assert other.post_data() == {
        "title": ["T"], "colour": ["red"], "tags": ["a"], "count": [""]
    }  # fmt: skip
    assert {(each.reason, each.label, each.values) for each in restored.misfits} == {
        ("field", "Second line", ("S",)),
        ("value", "Colour", ("blue",)),
        ("value", "Tags", ("b",)),
        ("value", "Count", ("many",)),
    }


def test_more_rows_than_there_may_be_are_named_and_blank_ones_go_first():
    live = notes()
    for _ in range(2):
        live.add_another()
    for index in (0, 2, 3):
        type_into(live, index, title=f"Title {index}")
    other = notes(formset_class=formset(Note, max_num=2, can_delete=True, can_order=True))
    restored = restore(other, draft_of(live))
    assert [form["title"].value() for form in other.forms] == ["Title 0", "Title 2"]
    (misfit,) = restored.misfits
    assert (misfit.reason, misfit.number, misfit.values) == ("limit", 4, ("Title 3",))


def test_there_are_never_fewer_rows_than_the_form_wants_now():
    live = notes(formset_class=formset(Note, extra=1))
    type_into(live, 0, title="Only")
    other = notes(formset_class=formset(Note, min_num=3, extra=0))
    restore(other, draft_of(live))
    assert other.total_form_count() == 3


def test_rows_with_initial_data_are_found_by_their_id():
    class Saved(forms.Form):
        id = forms.IntegerField(widget=forms.HiddenInput)
        title = forms.CharField()

    Saveds = formset(Saved, extra=0)
    three = [{"id": n, "title": f"Title {n}"} for n in (1, 2, 3)]
    live = notes(three, Saveds)
    type_into(live, 1, title="Second, typed")
    type_into(live, 2, title="Third, typed")
    other = notes([{"id": 4, "title": "New"}, three[2] | {"title": "Mended"}], Saveds)
    restored = restore(other, draft_of(live))
    assert [form["title"].value() for form in other.forms] == ["New", "Third, typed"]
    (misfit,) = restored.misfits
    assert (misfit.reason, misfit.number, misfit.values) == ("row", 2, ("Second, typed",))


def test_rows_without_an_id_are_found_by_what_they_began_with():
    live = notes(TWO)
    type_into(live, 1, text="About two")
    other = notes([{"title": "Two"}, {"title": "One"}])
    assert restore(other, draft_of(live)).misfits == ()
    assert other.post_data()["notes-0-text"] == ["About two"]
    other = notes([{"title": "Zero"}, {"title": "Other"}])
    (misfit,) = restore(other, draft_of(live)).misfits
    assert (misfit.reason, misfit.number) == ("started otherwise", 2)
    assert other.post_data()["notes-1-text"] == ["About two"]


def test_controls_of_a_field_with_several_come_back():
    class When(forms.Form):
        at = forms.SplitDateTimeField()
        day = forms.DateField(widget=forms.SelectDateWidget(years=[2026, 2027]))
        sure = forms.BooleanField(required=False, initial=True)
        maybe = forms.NullBooleanField()

    live = typed_form(When, at_0="2026-01-02", day_year="2027", day_month="3", sure=None,
                      maybe="true")  # fmt: skip
    other = ClientForm(When)
    assert restore(other, draft_of(live)).misfits == ()
    assert other.post_data() == live.post_data()


def test_a_form_that_is_gone_is_told_in_full():
    draft = draft_of(typed_form(Before, title="T", subtitle="S"))
    told = {(each.label, each.values) for each in all_typed(draft, "Before")}
    assert told == {("Title", ("T",)), ("Second line", ("S",))}


# What a server rendered


def test_a_page_that_shows_what_was_sent_has_the_draft_already():
    live = notes()
    type_into(live, 0, title="Sent")
    draft = draft_of(live)
    served = notes()
    rows = [{"notes-0-title": ["Sent"], "notes-0-text": [""], "notes-0-ORDER": [""]},
            {"notes-1-title": [""], "notes-1-text": [""], "notes-1-ORDER": [""]}]  # fmt: skip
    served.in_page.take_over(rows, 0)
    assert is_there(served, draft)
    assert draft_of(served) is None
    adopt(served, draft)
    assert without_keys(draft_of(served)["rows"]) == without_keys(draft["rows"])


# What nobody should believe

HOSTILE = [
    None, [], "text", {}, {"rows": 1}, {"fields": {}, "rows": [1], "order": [0]},
    {"fields": {"a": 1}, "rows": [], "order": []},
    {"fields": {}, "rows": [{"was": None, "typed": {"a": 1}}], "order": [0]},
    {"fields": {}, "rows": [{"was": None, "typed": {"a": [1]}}], "order": [0]},
    {"fields": {}, "rows": [{"was": 1, "typed": {}}], "order": [0]},
    {"fields": {}, "rows": [{"was": None, "typed": {}, "again": "x"}], "order": [0]},
    {"fields": {}, "rows": [{"was": None, "typed": {}}], "order": [True]},
    {"fields": {}, "rows": [{"was": None, "typed": {}}], "order": [5]},
    {"fields": {}, "rows": [{"was": None, "typed": {}}], "order": ["0"]},
]  # fmt: skip


@pytest.mark.parametrize("draft", HOSTILE)
@pytest.mark.parametrize("make", [notes, lambda: ClientForm(Note)])
def test_what_is_no_draft_changes_nothing(make, draft):
    live = make()
    before = live.post_data()
    with pytest.raises(DataError, match=r"this is not a (draft of a form|row of a draft)"):
        restore(live, draft)
    assert live.post_data() == before


def test_names_that_mean_something_elsewhere_are_fields_that_are_gone():
    typed = {"__proto__": ["x"], "__prefix__-constructor": ["x"], "notes-TOTAL_FORMS": ["99"],
             "initial-__prefix__-title": ["x"], "__prefix__-title": ["<b>\ud800\0</b>"]}  # fmt: skip
    row = {"was": None, "typed": typed}
    live = notes()
    restored = restore(live, {"fields": {}, "rows": [row], "order": [0]})
    assert len(restored.misfits) == 4
    assert live.post_data()["notes-TOTAL_FORMS"] == ["1"]
    assert live.post_data()["notes-0-title"] == ["<b>\ufffd\0</b>"]  # as a POST carries it
    assert not live.is_valid()


# What changed since a draft

ACTS = {
    "add": lambda live: live.add_another(),
    "add with values": lambda live: live.add_another({"title": "Given"}),
    "insert": lambda live: live.insert(2, {"title": "Between"}),
    "duplicate": lambda live: live.duplicate(2),
    "remove": lambda live: live.remove_form(3),
    "undo a removal": lambda live: (
        live.remove_form(2),
        type_into(live, 2, text="more"),
        live.undo(),
    ),
    "mark": lambda live: live.remove_form(0),
    "restore": lambda live: (live.remove_form(0), live.restore(0)),
    "remove all": lambda live: live.remove_all(),
    "move": lambda live: live.move(3, 0),
    "swap": lambda live: live.swap(0, 2),
    "undo a move": lambda live: (live.move(3, 0), live.undo()),
    "type": lambda live: type_into(live, 1, text="changed"),
    "reset": lambda live: live.reset(),
    "other data": lambda live: live.set_data([{"title": "A"}, {"title": "B"}, {"title": "C"}]),
    "nothing": lambda live: None,
}


@pytest.mark.parametrize("act", ACTS)
def test_a_draft_and_what_changed_since_are_the_draft_of_now(act):
    live = notes(TWO)
    type_into(live, 1, title="Zwei")
    type_into(live, 2, title="Third")
    type_into(live, 3, title="Fourth")
    before, state = through_json(draft_of(live)), state_of(live)
    ACTS[act](live)
    changes = through_json(draft_of(live, since=state))
    other = notes(TWO)
    restore(other, with_changes(before, changes, "notes"))
    assert other.post_data() == live.post_data()
    whole = draft_of(live)
    if whole:
        there = with_changes(before, changes, "notes")
        assert (there["rows"], there["order"]) == (through_json(whole["rows"]), whole["order"])


def test_only_what_changed_is_told():
    live = notes(TWO)
    for index in range(4):
        type_into(live, index, title=f"Number {index}")
    before, state, keys = draft_of(live), state_of(live), live.keys
    assert draft_of(live, since=state)["rows"] == keys
    live.remove_form(2)
    live.duplicate(1)
    rows = with_changes(before, draft_of(live, since=state), "notes")["rows"]
    told = draft_of(live, since=state)["rows"]
    assert [isinstance(row, str) for row in told] == [True, True, False, True]
    assert [row["typed"]["__prefix__-title"] for row in rows] == [
        ["Number 0"], ["Number 1"], ["Number 1"], ["Number 3"],
    ]  # fmt: skip


def test_what_changed_in_a_row_of_a_row_is_told_with_its_row():
    live = ClientFormSet(Boxes, prefix="boxes")
    live.add_another()
    type_into(live, 0, title="First")
    before, state = through_json(draft_of(live)), state_of(live)
    inside = live.nested(live.keys[1])["notes"]
    type_into(inside, inside.add_another(), title="Inside")
    changes = through_json(draft_of(live, since=state))
    assert [isinstance(row, str) for row in changes["rows"]] == [True, False]
    other = ClientFormSet(Boxes, prefix="boxes")
    restore(other, with_changes(before, changes, "boxes"))
    assert other.post_data() == live.post_data()


@pytest.mark.parametrize(
    "hostile",
    [
        None, [], {}, {"fields": {}, "rows": ["nobody's"], "order": [0]},
        {"fields": {}, "rows": [[]], "order": [0]}, {"fields": {}, "rows": [], "order": [0]},
        {"fields": {"title": 1}, "rows": [], "order": []}, {"fields": {}, "rows": [], "order": 5},
    ],
)  # fmt: skip
def test_no_changes_are_believed(hostile):
    live = notes()
    type_into(live, 0, title="One")
    with pytest.raises(DataError):
        with_changes(draft_of(live), hostile, "notes")

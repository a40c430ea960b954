"""Which fields and rows are touched and changed, after everything that can be done to them."""

from django import forms

from clientforms import ClientForm, ClientFormSet, ConditionalFieldsMixin
from clientforms.changes import EditingChanged, FormAdded
from tests.engine.builders import changes_of, type_into


class ItemForm(forms.Form):
    name = forms.CharField(max_length=9)
    count = forms.IntegerField(required=False, initial=1)
    done = forms.BooleanField(required=False)


ItemFormSet = forms.formset_factory(ItemForm, extra=1, can_delete=True, can_order=True, max_num=9)
INITIAL = [{"name": "a"}, {"name": "b", "count": 2}]


class Told:
    """What a page would show of it: row key to (touched fields, changed fields, row's own answers)."""

    def __init__(self, live):
        self.live = live
        self.rows = {}
        live.subscribe(self.hear)

    def hear(self, changes):
        for each in changes:
            if isinstance(each, FormAdded):
                self.rows.pop(each.key, None)
            elif isinstance(each, EditingChanged):
                touched, changed = self.rows.get(each.key, (set(), set(), (False, False)))[:2]
                for name, (is_touched, is_changed) in each.fields.items():
                    (touched.add if is_touched else touched.discard)(name)
                    (changed.add if is_changed else changed.discard)(name)
                self.rows[each.key] = touched, changed, (each.touched, each.changed)

    def of(self, index):
        touched, changed, row = self.rows.get(self.live.keys[index], (set(), set(), (False, False)))
        assert row == (bool(touched), bool(changed))
        return sorted(touched), sorted(changed)

    def agrees(self):
        """Whether what was told is what Django says of each row."""
        for index, form in enumerate(self.live.forms):
            assert self.of(index)[1] == sorted(form.changed_data), index
        return True


def told_of(formset=ItemFormSet, **options):
    live = ClientFormSet(formset, prefix="i", initial=INITIAL, **options)
    told = Told(live)
    live.refresh()
    assert told.rows == {}  # nothing for rows that nobody was in
    return live, told


def test_what_is_typed_is_touched_and_changed_and_not_if_it_is_typed_back():
    live, told = told_of()
    type_into(live, 0, name="x")
    assert told.of(0) == (["name"], ["name"])
    assert told.of(1) == told.of(2) == ([], [])
    type_into(live, 0, name=" a ")
    assert told.of(0) == (["name"], [])
    assert told.agrees()


def test_what_is_only_left_is_touched():
    live, told = told_of()
    live.leave(live.keys[2], "count")
    assert told.of(2) == ([], [])
    live.show_editing(live.keys[2])
    assert told.of(2) == (["count"], [])
    heard = changes_of(live, EditingChanged)
    live.leave(live.keys[2], "count")
    live.show_editing(live.keys[2])
    live.show_editing("gone")
    assert heard == []


def test_it_is_told_without_cleaning_where_the_policy_is_quiet():
    class LoudForm(ItemForm):
        def clean(self):
            cleaned.append(self.prefix)

    cleaned = []
    live, told = told_of(forms.formset_factory(LoudForm, extra=1), validation="manual")
    cleaned.clear()
    live.input(live.keys[1], {"i-1-name": ["x"]})
    live.show_editing(live.keys[1])
    assert told.of(1) == (["name"], ["name"])
    assert cleaned == []


def test_it_goes_and_comes_with_every_step():
    live, told = told_of()
    states = [told.of(0)]
    type_into(live, 0, name="x")
    states.append(told.of(0))
    type_into(live, 0, done="on")
    states.append(told.of(0))
    assert states[1:] == [(["name"], ["name"]), (["done", "name"], ["done", "name"])]
    for state in reversed(states[:-1]):
        live.undo()
        assert told.of(0) == state
    for state in states[1:]:
        live.redo()
        assert told.of(0) == state
    live.reset_field("i-0-name")
    assert told.of(0) == (["done"], ["done"])
    live.reset()
    assert told.of(0) == ([], [])
    assert told.agrees()


def test_data_of_scripts_are_changed_and_nobody_has_touched_them():
    live, told = told_of()
    type_into(live, 0, name="x", count="7")
    live.update_data([{}, {"name": "y"}])
    assert told.of(0) == (["count", "name"], ["count", "name"])
    assert told.of(1) == ([], ["name"])
    live.set_data([{"name": "a", "count": 3}, *INITIAL[1:], {"name": "new", "count": 1}])
    assert told.of(0) == ([], ["count"])
    assert told.of(1) == ([], [])
    assert told.of(2) == ([], ["name"])
    live.undo()
    assert told.of(0) == (["count", "name"], ["count", "name"])
    live.add_another({"name": "z"})
    assert told.of(3) == ([], ["name"])
    live.validate()
    assert told.agrees()
    live.reset([{"name": "x"}], keep_typed=True)
    assert told.of(0) == (["count", "name"], ["count"])
    live.reset()
    assert told.agrees()


def test_it_follows_its_row():
    live, told = told_of()
    type_into(live, 2, name="c")
    live.add_another()
    live.move(2, 3)
    assert told.of(live.index_of(live.order[3]))[0] == ["name"]
    live.insert(2)
    live.remove_form(live.index_of(live.order[4]))
    live.undo()
    assert told.of(live.index_of(live.order[4]))[0] == ["name"]
    live.remove_form(0)
    assert told.of(0) == ([], ["DELETE"])
    live.restore(0)
    assert told.of(0) == ([], [])
    live.duplicate(live.index_of(live.order[-1]))
    assert told.agrees()


def test_withheld_fields_and_rules_that_fail_are_told_too():
    class PickyForm(ConditionalFieldsMixin, ItemForm):
        more = forms.CharField(required=False)
        show_if = {"more": "done"}

        def clean(self):
            if self.cleaned_data.get("name") == "boom":
                raise RuntimeError("boom")

    live = ClientForm(PickyForm)
    told = Told(live)
    type_in(live, done="on", more="x")
    assert told.of(0) == (["done", "more"], ["done", "more"])
    live.input(live.keys[0], {"done": None})
    live.validate_field(live.keys[0], "done")
    assert told.of(0) == (["done", "more"], [])
    type_in(live, name="boom")
    assert told.of(0)[0] == ["done", "more", "name"]
    type_in(live, name="fine")
    assert told.of(0) == (["done", "more", "name"], ["name"])
    live.set_data({"name": "fine"})
    assert told.of(0) == ([], ["count", "name"])
    live.reset()
    assert told.of(0) == ([], [])


def test_a_has_changed_that_raises_changes_no_verdict_of_a_form():
    class LoudField(forms.CharField):
        def has_changed(self, initial, data):
            raise RuntimeError("who asks?")

    class LoudForm(forms.Form):
        name = LoudField()

    live = ClientForm(LoudForm)
    told = Told(live)
    type_in(live, name="x")
    assert live.is_valid()
    assert told.of(0) == (["name"], [])


def type_in(live, **values):
    for name, value in values.items():
        live.input(live.keys[0], {name: [value]})
        live.validate_field(live.keys[0], name)


def test_a_select_that_shows_its_first_option_is_not_changed_by_what_is_typed_beside_it():
    class KindForm(ItemForm):
        kind = forms.ChoiceField(choices=[("a", "A"), ("b", "B")])

    live, told = told_of(forms.formset_factory(KindForm, extra=1))
    type_into(live, 2, name="x")
    assert live.forms[2].changed_data == ["name", "kind"]  # as Django sees it
    assert told.of(2) == (["name"], ["name"])
    type_into(live, 2, kind="b")
    assert told.of(2) == (["kind", "name"], ["kind", "name"])


def test_what_was_left_is_so_again_if_new_data_are_undone():
    live, told = told_of()
    live.leave(live.keys[0], "count")
    type_into(live, 0, name="x")
    live.set_data([{"name": "y", "count": 1}])
    assert told.of(0) == ([], ["name"])
    live.undo()
    assert told.of(0) == (["count", "name"], ["name"])


def test_what_a_dependent_select_shows_of_itself_is_not_changed():
    class TripForm(ConditionalFieldsMixin, forms.Form):
        country = forms.ChoiceField(choices=[("at", "Austria"), ("de", "Germany")])
        city = forms.ChoiceField()
        choices_for = {"city": lambda data: [(f"{data['country']}{n}", n) for n in range(2)]}

    live = ClientForm(TripForm, initial={"country": "at"})
    told = changes_of(live, EditingChanged)
    live.input(live.keys[0], {"country": ["de"]})
    live.refresh()
    assert live.post_data()["city"] == ["de0"]
    assert {
        name: each[1] for change in told for name, each in change.fields.items() if each[1]
    } == {"country": True}

"""Edge cases of Django's formsets that concern values: initial ones, files, many-control fields."""

import datetime
import itertools

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

from clientforms import ClientFormSet, LimitError
from clientforms.changes import FormReplaced
from clientforms.engine.html.html_controls import submitted
from tests.engine.builders import changes_of, type_into
from tests.engine.oracle import assert_same_verdict, fresh_formset

MOMENT = datetime.datetime(2026, 1, 2, 10, 30)


def live_of(form, formset=forms.BaseFormSet, initial=None, prefix=None, **options):
    options = {"extra": 2} | options
    made = forms.formset_factory(form, formset=formset, **options)
    return ClientFormSet(made, initial=initial, prefix=prefix)


class TestCallableInitial:
    """Django 6"""

    @pytest.fixture
    def live(self):
        start = MOMENT.replace(tzinfo=datetime.UTC)
        moments = (start + datetime.timedelta(seconds=second) for second in itertools.count())

        class Dated(forms.Form):
            note = forms.CharField(required=False)
            when = forms.DateTimeField(initial=lambda: next(moments))

        return live_of(Dated)

    def test_leaves_an_untouched_row_unchanged_later_on(self, live):
        assert not live.has_changed()
        live.validate()
        assert not live.has_changed()
        assert live.cleaned_data == [{}, {}]

    def test_has_changed_by_itself_in_a_fresh_django_formset(self, live):
        """A server without the page's memory says so: show_hidden_initial is Django's remedy."""
        assert fresh_formset(live).has_changed()

    def test_stays_with_its_row(self, live):
        first, second = (live.post_data()[f"form-{index}-when"] for index in range(2))
        assert first != second
        live.add_another()
        live.remove_form(0)
        assert live.post_data()["form-0-when"] == second
        assert not live.has_changed()
        live.undo()
        assert live.post_data()["form-0-when"] == first
        assert not live.has_changed()

    def test_a_row_that_comes_in_between_has_its_own(self, live):
        first = live.post_data()["form-0-when"]
        live.insert(0)
        assert live.post_data()["form-0-when"] != first == live.post_data()["form-1-when"]
        assert not live.has_changed()

    def test_is_what_a_server_called_it_in_markup_that_is_taken_over(self, live):
        posted = {"form-0-when": ["2026-01-01 00:00:00"], "form-0-note": [""]}
        typed = {"form-1-when": ["2026-01-01 00:00:00"], "form-1-note": ["x"]}
        live.in_page.take_over([posted, typed], 0)
        assert [form.has_changed() for form in live.forms] == [False, True]

    def test_counts_as_changed_when_somebody_changes_it(self, live):
        type_into(live, 0, when="2026-01-02 11:00")
        assert [form.changed_data for form in live.forms] == [["when"], []]


class TestShowHiddenInitial:
    """Django 7"""

    class Dated(forms.Form):
        when = forms.DateTimeField(initial=MOMENT, show_hidden_initial=True)

    @pytest.fixture
    def live(self):
        return live_of(self.Dated)

    def test_its_control_has_a_name_and_id_with_the_prefix_inside(self, live):
        assert live.post_data()["initial-form-0-when"] == ["2026-01-02 10:30:00"]
        html = live.render_row(1)
        assert 'name="initial-form-1-when"' in html
        assert 'id="initial-form-1-id_form-1-when"' in html

    def test_every_occurrence_follows_the_row(self, live):
        type_into(live, 1, when="2026-01-02 11:00")
        live.remove_form(0)
        assert "form-1" not in live.render_row(0)
        assert 'id="initial-form-0-id_form-0-when"' in live.render_row(0)
        assert set(live.post_data()) >= {"initial-form-0-when", "form-0-when"}
        assert live.has_changed()
        assert_same_verdict(live)

    def test_a_missing_one_counts_as_changed(self, live):
        live.set_data(
            {
                "form-TOTAL_FORMS": "2",
                "form-0-when": "2026-01-02 10:30:00",
                "form-1-when": "2026-01-02 10:30:00",
                "initial-form-1-when": "2026-01-02 10:30:00",
            }
        )
        assert [form.has_changed() for form in live.forms] == [True, False]
        assert_same_verdict(live)


class TestInitialIsPositional:
    """Django 8"""

    class Named(forms.Form):
        name = forms.CharField()

    INITIAL = [{"name": "a"}, {"name": "b"}]

    def test_swapped_values_are_two_changes(self):
        live = live_of(self.Named, initial=self.INITIAL)
        live.update_data([{"name": "b"}, {"name": "a"}])
        assert [form.changed_data for form in live.forms[:2]] == [["name"], ["name"]]
        assert_same_verdict(live)

    def test_so_moving_writes_order_and_leaves_the_numbers(self):
        live = live_of(self.Named, initial=self.INITIAL, can_order=True)
        live.move(0, 1)
        assert live.post_data()["form-0-name"] == ["a"]
        assert [form.changed_data for form in live.forms[:2]] == [["ORDER"], ["ORDER"]]
        assert [form.cleaned_data["name"] for form in live.ordered_forms] == ["b", "a"]
        assert_same_verdict(live)

    def test_and_without_order_initial_rows_stay(self):
        with pytest.raises(LimitError, match="Without can_order"):
            live_of(self.Named, initial=self.INITIAL).move(0, 1)


class StoredFile:
    url = "/media/stored.txt"

    def __str__(self):
        return "stored.txt"


class TestFiles:
    """Django 13"""

    class Upload(forms.Form):
        note = forms.CharField(required=False)
        file = forms.FileField()

    def choose(self, live, index, content=b"abc"):
        file = SimpleUploadedFile(f"{index}.txt", content)
        live.files(live.keys[index], f"form-{index}-file", [file])
        live.validate_field(live.keys[index], "file")
        return file

    def test_no_value_is_rendered_for_one(self):
        live = live_of(self.Upload)
        self.choose(live, 0)
        assert "0.txt" not in live.render_row(0)

    def test_a_row_with_nothing_else_has_changed(self):
        live = live_of(self.Upload)
        self.choose(live, 1)
        assert [form.changed_data for form in live.forms] == [[], ["file"]]
        assert live.cleaned_data[1]["file"].read() == b"abc"
        assert_same_verdict(live)

    def test_an_empty_one_is_told(self):
        live = live_of(self.Upload)
        self.choose(live, 0, b"")
        assert live.forms[0].errors["file"] == ["The submitted file is empty."]
        assert_same_verdict(live)

    def test_it_follows_its_row(self):
        live = live_of(self.Upload)
        self.choose(live, 1)
        live.remove_form(0)
        assert [file.name for file in live.posted_files()["form-0-file"]] == ["1.txt"]
        assert_same_verdict(live)

    def test_a_row_that_comes_back_brings_it_or_asks_for_it_again(self):
        """The page puts it into the new control, or says that it could not."""
        live = live_of(self.Upload)
        type_into(live, 0, note="kept")
        self.choose(live, 0)
        live.remove_form(0)
        live.undo()
        assert live.is_valid()
        assert set(live.posted_files()) == {"form-0-file"}
        live.files(live.keys[0], "form-0-file", [], lost=True)
        assert live.posted_files() == {}
        assert live.forms[0].errors["file"] == ["This field is required."]
        assert_same_verdict(live)

    def test_a_stored_one_is_kept_where_nothing_is_posted(self):
        stored = StoredFile()
        live = live_of(self.Upload, initial=[{"file": stored}])
        assert live.is_valid()
        assert live.cleaned_data[0]["file"] is stored
        assert not live.has_changed()
        assert_same_verdict(live)


class TestIdentity:
    """Django 15"""

    def test_values_that_look_like_names_stay_as_typed(self):
        class Free(forms.Form):
            text = forms.CharField()
            other = forms.CharField(required=False, widget=forms.Textarea)

        live = live_of(Free, prefix="form-0")
        type_into(live, 1, text="__prefix__", other="form-0-1-text form-0")
        live.remove_form(0)
        assert live.post_data()["form-0-0-text"] == ["__prefix__"]
        assert live.post_data()["form-0-0-other"] == ["form-0-1-text form-0"]
        assert submitted(live.render_row(0))["form-0-0-text"] == ["__prefix__"]
        assert_same_verdict(live)

    def test_names_of_neighbours_and_of_other_formsets_are_not_mixed_up(self):
        class Short(forms.Form):
            t = forms.CharField(required=False)

        live = live_of(Short, prefix="art", extra=12)
        for index in range(12):
            type_into(live, index, t=str(index))
        live.remove_form(1)
        values = [live.post_data()[f"art-{index}-t"][0] for index in range(11)]
        assert values == ["0", *map(str, range(2, 12))]
        assert live.field_of(live.keys[1], "art-10-t") is None
        assert live.field_of(live.keys[1], "part-1-t") is None

    def test_all_that_a_row_renders_carries_its_own_prefix(self):
        class Rich(forms.Form):
            when = forms.SplitDateTimeField(help_text="Two parts.", required=False)
            day = forms.DateField(widget=forms.SelectDateWidget, required=False)
            size = forms.ChoiceField(choices=[("s", "S"), ("l", "L")], widget=forms.RadioSelect)

        live = live_of(Rich, extra=3)
        live.remove_form(1)
        html = live.render_row(1)
        for part in ('name="form-1-when_0"', 'id="id_form-1-when_1"', 'name="form-1-day_month"',
                     'for="id_form-1-size_0"', 'aria-describedby="id_form-1-when_helptext"'):  # fmt: skip
            assert part in html
        assert "form-2" not in html


class Numbered(forms.Form):
    name = forms.CharField()

    def __init__(self, *args, number=None, **kwargs):
        super().__init__(*args, **kwargs)
        self.number = number
        self.fields["name"].label = f"Name {number}"


class TestFormKwargsByIndex:
    """Django 16"""

    class Numbering(forms.BaseFormSet):
        asked: list = []

        def get_form_kwargs(self, index):
            self.asked.append(index)
            return super().get_form_kwargs(index) | {"number": index}

    @pytest.fixture
    def live(self):
        return live_of(Numbered, self.Numbering, extra=3)

    def test_the_empty_form_gets_none(self, live):
        self.Numbering.asked.clear()
        assert live.empty_form.number is None
        assert self.Numbering.asked.count(None) == 1

    def test_they_are_built_again_when_the_numbers_change(self, live):
        type_into(live, 2, name="c")
        replaced = changes_of(live, FormReplaced)
        last = live.keys[2]
        live.remove_form(0)
        assert [form.number for form in live.forms] == [0, 1]
        assert replaced[-1].key == last
        assert "Name 1" in replaced[-1].html
        assert 'value="c"' in replaced[-1].html
        assert_same_verdict(live)

    def test_no_form_has_the_required_attribute(self, live):
        """In a blank extra row it would keep a browser from submitting."""
        forms_there = [*live.forms, live.empty_form]
        assert [form.use_required_attribute for form in forms_there] == [False] * 4
        assert " required" not in live.render_row(0)


class TestFieldsByIndex:
    """Django 17"""

    class Growing(forms.BaseFormSet):
        def add_fields(self, form, index):
            super().add_fields(form, index)
            if index == 1:
                form.fields["more"] = forms.CharField(initial="given")
            if index is None:
                form.fields["nobody"] = forms.CharField()

    class Named(forms.Form):
        name = forms.CharField(required=False)

    @pytest.fixture
    def live(self):
        return live_of(self.Named, self.Growing, extra=3)

    def test_rows_differ_from_each_other_and_from_the_empty_form(self, live):
        assert [list(form.fields) for form in live.forms] == [["name"], ["name", "more"], ["name"]]
        assert list(live.empty_form.fields) == ["name", "nobody"]
        assert live.post_data()["form-1-more"] == ["given"]
        live.add_another()
        assert "nobody" not in live.render_row(3)
        assert_same_verdict(live)

    def test_a_row_that_gets_another_number_gets_its_fields(self, live):
        type_into(live, 1, name="b", more="typed")
        type_into(live, 2, name="c")
        replaced, keys = changes_of(live, FormReplaced), live.keys
        live.remove_form(0)
        assert [list(form.fields) for form in live.forms] == [["name"], ["name", "more"]]
        posted = live.post_data()
        assert "form-0-more" not in posted
        assert posted["form-1-more"] == ["given"]
        assert [each.key for each in replaced] == keys[1:]
        assert 'name="form-1-more"' in replaced[1].html
        assert_same_verdict(live)

    def test_and_gets_back_what_it_had_by_undo(self, live):
        type_into(live, 1, more="typed")
        before = live.post_data()
        live.remove_form(0)
        live.undo()
        assert live.post_data() == before
        assert_same_verdict(live)

    def test_a_duplicate_holds_what_both_places_have(self, live):
        type_into(live, 0, name="a")
        live.duplicate(0)
        assert live.post_data()["form-1-name"] == ["a"]
        assert live.post_data()["form-1-more"] == ["given"]
        assert_same_verdict(live)


class TestManyControlsOneValue:
    """Django 18"""

    class Rich(forms.Form):
        when = forms.SplitDateTimeField()
        day = forms.DateField(widget=forms.SelectDateWidget(years=[2026]))
        tags = forms.MultipleChoiceField(
            choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple
        )
        several = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], required=False)
        maybe = forms.NullBooleanField(required=False)
        paper = forms.FileField(required=False)
        agreed = forms.BooleanField(required=False)

    @pytest.fixture
    def live(self):
        return live_of(self.Rich, initial=[{"paper": StoredFile()}], extra=0)

    def press(self, live, **controls):
        for end, posted in controls.items():
            name = f"form-0-{end}"
            live.input(live.keys[0], {name: posted})
            live.validate_field(live.keys[0], live.field_of(live.keys[0], name))

    def test_the_controls_make_up_the_value(self, live):
        self.press(live, when_0=["2026-01-02"], when_1=["10:30"], day_year=["2026"])
        self.press(live, day_month=["1"], day_day=["2"], tags=["a", "b"], maybe=["false"])
        assert live.is_valid()
        cleaned = live.cleaned_data[0]
        assert cleaned["when"].replace(tzinfo=None) == MOMENT
        assert cleaned["day"] == MOMENT.date()
        assert (cleaned["tags"], cleaned["maybe"]) == (["a", "b"], False)
        assert_same_verdict(live)

    def test_each_control_belongs_to_the_one_field(self, live):
        names = {"when_1": "when", "day_month": "day", "tags": "tags", "paper-clear": "paper"}
        for end, field in names.items():
            assert live.field_of(live.keys[0], f"form-0-{end}") == field

    def test_half_a_value_is_told_at_the_field(self, live):
        self.press(live, when_0=["2026-01-02"], day_year=["2026"], day_month=["2"])
        self.press(live, day_day=["30"])
        assert live.forms[0].errors["when"] == ["This field is required."]
        assert live.forms[0].errors["day"] == ["Enter a valid date."]
        assert_same_verdict(live)

    def test_a_stored_file_is_cleared_by_its_own_checkbox(self, live):
        live.input(live.keys[0], {"form-0-paper-clear": ["on"]})
        assert "paper" in live.forms[0].changed_data
        assert live.forms[0].cleaned_data["paper"] is False
        assert_same_verdict(live)

    def test_controls_that_post_nothing_are_not_left_out(self, live):
        """An unticked box and an empty choice post nothing, and yet they are an answer."""
        self.press(live, tags=None, several=None, agreed=None)
        posted = live.post_data()
        assert not {"form-0-tags", "form-0-several", "form-0-agreed"} & set(posted)
        form = live.forms[0]
        widgets = {name: field.widget for name, field in form.fields.items()}
        omitted = {
            name
            for name, widget in widgets.items()
            if widget.value_omitted_from_data(form.data, {}, form.add_prefix(name))
        }
        assert not {"tags", "several", "agreed"} & omitted
        assert form.errors["tags"] == ["This field is required."]
        assert form.cleaned_data["agreed"] is False
        assert_same_verdict(live)

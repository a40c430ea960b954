"""ClientFormSet: rows, data, verdicts. The law of the same verdict is in test_laws.py."""

import datetime

import pytest
from django import forms
from django.forms import formset_factory

from clientforms import ClientFormSet, DataError, LimitError, TargetError, UserCodeError
from clientforms.changes import (
    CodeFailed,
    CodeRecovered,
    FieldErrorsChanged,
    FormAdded,
    FormDeletionChanged,
    FormMoved,
    FormRemoved,
    FormRenumbered,
    LimitsChanged,
    NonFormErrorsChanged,
    ValuesChanged,
    VerdictChanged,
)
from demo.forms import (
    ArticleForm,
    ArticleFormSet,
    BaseArticleFormSet,
    PostFormSet,
    WriterFormSet,
)
from tests.engine.builders import article, changes_of, type_into
from tests.engine.oracle import assert_same_verdict


@pytest.fixture
def articles():
    return ClientFormSet(ArticleFormSet, prefix="articles")


@pytest.fixture
def stored():
    """Two articles that are there already, and the blank ones."""
    day = datetime.date(1922, 2, 2)
    rows = [
        article(title="One", slug="one") | {"pub_date": day},
        article(title="Two", slug="two") | {"pub_date": day},
    ]
    return ClientFormSet(ArticleFormSet, prefix="articles", initial=rows)


class TestStart:
    def test_has_the_rows_that_django_would_show(self, articles, stored):
        assert articles.total_form_count() == 3
        assert stored.total_form_count() == 4
        assert stored.initial_form_count() == 2

    def test_posts_what_an_untouched_page_would(self, articles):
        posted = articles.post_data()
        assert posted["articles-TOTAL_FORMS"] == ["3"]
        assert posted["articles-MAX_NUM_FORMS"] == ["6"]
        assert posted["articles-2-title"] == [""]
        assert posted["articles-2-category"] == [""]
        assert "articles-0-DELETE" not in posted
        assert_same_verdict(articles)

    def test_keeps_initial_values(self, stored):
        assert stored.post_data()["articles-1-pub_date"] == ["1922-02-02"]
        assert stored.post_data()["articles-1-ORDER"] == ["2"]
        assert not stored.has_changed()

    def test_knows_errors_at_once_but_shows_none(self, articles):
        seen = changes_of(articles, FieldErrorsChanged)
        assert articles.errors[0]["title"] == ["This field is required."]
        assert not seen

    def test_uses_the_given_class_unchanged(self, articles):
        assert isinstance(articles.formset, ArticleFormSet)
        assert isinstance(articles.forms[0], ArticleForm)
        assert type(articles.formset).__name__ == ArticleFormSet.__name__

    def test_passes_form_kwargs_to_a_custom_init(self):
        class Greeting(forms.Form):
            text = forms.CharField()

            def __init__(self, *args, user, **kwargs):
                super().__init__(*args, **kwargs)
                self.user = user
                self.fields["text"].initial = f"Dear {user}"

        live = ClientFormSet(forms.formset_factory(Greeting), form_kwargs={"user": "Nora"})
        assert live.forms[0].user == "Nora"
        assert live.post_data()["form-0-text"] == ["Dear Nora"]
        live.add_another()
        assert live.post_data()["form-1-text"] == ["Dear Nora"]

    def test_rejects_what_is_no_formset(self):
        with pytest.raises(TargetError, match="use ClientForm"):
            ClientFormSet(ArticleForm)

    def test_rejects_initial_data_of_the_wrong_shape(self):
        with pytest.raises(DataError, match="a list of one object per form"):
            ClientFormSet(ArticleFormSet, initial={"title": "x"})


class TestRows:
    def test_removing_the_middle_then_adding_keeps_names_and_values_straight(self, articles):
        for index, title in enumerate(["A", "B", "C"]):
            type_into(articles, index, title=title)
        type_into(articles, 2, email="nonsense")
        first, _, last = articles.keys
        articles.remove_form(1)
        assert articles.keys == [first, last]
        articles.add_another()
        posted = articles.post_data()
        assert posted["articles-TOTAL_FORMS"] == ["3"]
        assert [posted[f"articles-{i}-title"] for i in range(3)] == [["A"], ["C"], [""]]
        assert articles.forms[1].errors["email"] == ["Enter a valid email address."]
        assert_same_verdict(articles)

    def test_removal_tells_names_to_change_and_nothing_that_is_shown(self, articles):
        type_into(articles, 2, email="nonsense")
        removed, renumbered = (
            changes_of(articles, FormRemoved),
            changes_of(articles, FormRenumbered),
        )
        errors = changes_of(articles, FieldErrorsChanged)
        keys = articles.keys
        articles.remove_form(1)
        assert removed == [FormRemoved(keys[1], 1)]
        assert renumbered == [FormRenumbered(keys[2], 1, "articles-2", "articles-1")]
        assert errors == []

    def test_a_row_added_after_a_removal_is_blank(self, articles):
        type_into(articles, 2, title="Gone")
        articles.remove_form(2)
        added = changes_of(articles, FormAdded)
        assert articles.add_another() == 2
        assert added[0].index == 2
        assert 'name="articles-2-title"' in added[0].html
        assert "Gone" not in added[0].html
        assert articles.post_data()["articles-2-title"] == [""]

    def test_removing_an_initial_row_marks_it_for_deletion(self, stored):
        deleted = changes_of(stored, FormDeletionChanged)
        stored.remove_form(0)
        assert stored.total_form_count() == 4
        assert stored.post_data()["articles-0-DELETE"] == ["on"]
        assert deleted == [FormDeletionChanged(stored.keys[0], 0, True)]
        assert [form.prefix for form in stored.deleted_forms] == ["articles-0"]
        stored.restore(0)
        assert "articles-0-DELETE" not in stored.post_data()
        assert deleted[-1].deleted is False
        assert_same_verdict(stored)

    def test_a_removed_middle_row_takes_the_duplicate_error_along(self, articles):
        type_into(articles, 0, title="Same")
        type_into(articles, 1, title="Same")
        shown = changes_of(articles, NonFormErrorsChanged)
        assert articles.non_form_errors() == ["Articles in a set must have distinct titles."]
        articles.remove_form(1)
        assert articles.non_form_errors() == []
        assert shown[-1].messages == ()

    def test_maximum_refuses_and_says_why(self, articles):
        limits = changes_of(articles, LimitsChanged)
        for _ in range(3):
            articles.add_another()
        assert limits[-1].add_refused == "Please submit at most 6 forms."
        before = articles.post_data()
        with pytest.raises(LimitError, match="max_num is 6"):
            articles.add_another()
        assert articles.post_data() == before
        articles.remove_form(5)
        assert limits[-1].add_refused == ""

    def test_minimum_refuses_and_says_why(self):
        posts = ClientFormSet(PostFormSet, prefix="posts")
        posts.remove_form(1)
        with pytest.raises(LimitError, match="at least 1 form"):
            posts.remove_form(0)

    def test_an_initial_row_without_can_delete_stays(self):
        writers = ClientFormSet(WriterFormSet, prefix="writers", initial=[{"name": "Joyce"}])
        with pytest.raises(LimitError, match="has to stay"):
            writers.remove_form(0)

    @pytest.mark.parametrize("index", [99, -1, "1", None, True])
    def test_a_row_that_is_not_there_is_named(self, articles, index):
        with pytest.raises(TargetError, match=r"articles: .*form"):
            articles.remove_form(index)
        assert articles.total_form_count() == 3


class TestShowing:
    def test_only_the_touched_field_shows_its_error(self, articles):
        seen = changes_of(articles, FieldErrorsChanged)
        type_into(articles, 0, email="nonsense")
        assert [(each.field, each.messages) for each in seen] == [
            ("email", ("Enter a valid email address.",))
        ]
        assert seen[0].html == (
            '<ul class="errorlist" id="id_articles-0-email_error">'
            "<li>Enter a valid email address.</li></ul>"
        )
        assert seen[0].attrs == {
            "aria-invalid": "true",
            "aria-describedby": "id_articles-0-email_error",
        }

    def test_a_mended_field_loses_its_error(self, articles):
        type_into(articles, 0, slug="no good")
        seen = changes_of(articles, FieldErrorsChanged)
        type_into(articles, 0, slug="good")
        assert [(each.field, each.messages) for each in seen] == [("slug", ())]
        assert seen[0].attrs["aria-invalid"] is None
        assert seen[0].attrs["aria-describedby"] == "id_articles-0-slug_helptext"

    def test_validate_shows_all(self, articles):
        seen = changes_of(articles, FieldErrorsChanged)
        assert articles.validate() is False
        assert {each.field for each in seen} == set(ArticleForm.base_fields)

    def test_a_blank_row_turns_required_when_one_field_is_filled(self, articles):
        articles.validate()
        seen = changes_of(articles, FieldErrorsChanged)
        type_into(articles, 2, title="Now required")
        assert {each.field for each in seen} == {
            "slug",
            "email",
            "pub_date",
            "category",
        }
        type_into(articles, 2, title="")
        assert all(each.messages == () for each in seen[4:])

    def test_formset_errors_come_and_go_with_other_rows(self, articles):
        seen = changes_of(articles, NonFormErrorsChanged)
        type_into(articles, 0, title="Same")
        type_into(articles, 1, title="Same")
        type_into(articles, 0, title="Other")
        assert [each.messages for each in seen] == [
            ("Articles in a set must have distinct titles.",),
            (),
        ]
        assert 'class="errorlist nonform"' in seen[0].html

    def test_errors_that_a_formset_adds_to_forms_do_not_pile_up(self):
        class Strict(BaseArticleFormSet):
            def clean(self):
                for form in self.forms:
                    if form.cleaned_data.get("title") == "bad":
                        form.add_error("title", "Not this one.")

        live = ClientFormSet(forms.formset_factory(ArticleForm, formset=Strict, extra=2))
        type_into(live, 0, title="bad")
        type_into(live, 1, title="good")
        type_into(live, 1, title="better")
        assert live.forms[0].errors["title"] == ["Not this one."]
        assert_same_verdict(live)

    def test_verdicts_are_told_when_asked_for_and_when_they_turn(self, articles):
        seen = changes_of(articles, VerdictChanged)
        articles.validate()
        assert seen == [VerdictChanged(False)]
        type_into(articles, 0, **article())
        assert seen == [VerdictChanged(False), VerdictChanged(True)]


class TestData:
    def test_set_data_takes_a_list_of_objects(self, articles):
        assert articles.set_data([article()]) is True
        assert articles.total_form_count() == 1
        assert articles.cleaned_data[0]["pub_date"].isoformat() == "1922-02-02"
        assert_same_verdict(articles)

    def test_set_data_empties_what_is_not_given(self, articles):
        type_into(articles, 0, **article())
        assert articles.set_data([{"title": "Only"}]) is False
        assert articles.post_data()["articles-0-slug"] == [""]
        assert set(articles.errors[0]) == {"slug", "email", "pub_date", "category"}

    def test_set_data_adds_rows_and_keeps_keys(self, articles):
        keys = articles.keys
        added = changes_of(articles, FormAdded)
        articles.set_data([article(title=str(number)) for number in range(5)])
        assert articles.keys[:3] == keys
        assert [each.index for each in added] == [3, 4]
        assert 'value="4"' in added[1].html

    def test_set_data_takes_a_post(self, articles):
        posted = {
            "articles-TOTAL_FORMS": "2",
            "articles-INITIAL_FORMS": "0",
            **{f"articles-0-{name}": value for name, value in article(title="X").items()},
            **{f"articles-1-{name}": [value] for name, value in article(title="Y").items()},
        }
        assert articles.set_data(posted) is True
        assert [each["title"] for each in articles.cleaned_data] == ["X", "Y"]

    def test_update_data_leaves_the_rest(self, articles):
        articles.set_data([article(), article(title="Second")])
        values = changes_of(articles, ValuesChanged)
        assert articles.update_data([{}, {"email": "no"}]) is False
        assert [each.key for each in values] == [articles.keys[1]]
        assert articles.post_data()["articles-1-title"] == ["Second"]
        assert articles.update_data({"articles-1-email": "yes@example.org"}) is True

    def test_python_values_become_what_a_browser_posts(self):
        class Mixed(forms.Form):
            day = forms.DateField()
            when = forms.SplitDateTimeField()
            agreed = forms.BooleanField(required=False)
            tags = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], required=False)
            maybe = forms.NullBooleanField()
            count = forms.IntegerField()

        live = ClientFormSet(forms.formset_factory(Mixed))
        live.set_data(
            [
                {
                    "day": datetime.date(2026, 1, 2),
                    "when": datetime.datetime(2026, 1, 2, 3, 4, 5),
                    "agreed": True,
                    "tags": ["a", "b"],
                    "maybe": False,
                    "count": 7,
                }
            ]
        )
        posted = live.post_data()
        assert posted["form-0-day"] == ["2026-01-02"]
        assert posted["form-0-when_0"] == ["2026-01-02"]
        assert posted["form-0-when_1"] == ["03:04:05"]
        assert posted["form-0-agreed"] == ["on"]
        assert posted["form-0-tags"] == ["a", "b"]
        assert posted["form-0-maybe"] == ["false"]
        assert posted["form-0-count"] == ["7"]
        live.update_data([{"agreed": False, "tags": []}])
        assert "form-0-agreed" not in live.post_data()
        assert "form-0-tags" not in live.post_data()
        assert_same_verdict(live)

    @pytest.mark.parametrize(
        ("data", "message"),
        [
            (
                [{"titel": "x"}],
                "articles, form 0: there is no field 'titel' in ArticleForm",
            ),
            ([{"title": ["a", "b"]}], "field 'title': takes one value"),
            ([{"title": {"a": 1}}], "field 'title': takes text"),
            (["x"], "form 0: expected an object with field names, got str"),
            ("x", "a list of one object per form"),
            (None, "a list of one object per form"),
            ({"books-0-title": "x"}, "'books-0-title' is not a name of this formset"),
            ({"articles-0-titel": "x"}, "'articles-0-titel' names no control"),
            ({"articles-TOTAL_FORMS": "abc"}, "TOTAL_FORMS is 'abc'"),
            ({"articles-TOTAL_FORMS": 1, "articles-1-title": "x"}, "data for form 1"),
            ({"articles-TOTAL_FORMS": 5000}, "more than absolute_max"),
        ],
    )
    def test_data_that_does_not_fit_is_named_and_changes_nothing(self, articles, data, message):
        type_into(articles, 0, title="Kept")
        before = articles.post_data()
        with pytest.raises(DataError, match=message):
            articles.set_data(data)
        assert articles.post_data() == before

    def test_update_data_names_rows_that_are_not_there(self, articles):
        with pytest.raises(DataError, match="there is no form 7 to update: there are 3 forms"):
            articles.update_data({"articles-7-title": "x"})

    @pytest.mark.parametrize("value", [{"a": [1, None]}, [1, {"b": "two"}], 5, True, "[1]"])
    def test_a_json_field_takes_objects_and_lists_and_gives_them_back(self, value):
        class Settings(forms.Form):
            options = forms.JSONField()

        live = ClientFormSet(forms.formset_factory(Settings), prefix="set")
        assert live.set_data([{"options": value}])
        cleaned = live.cleaned_data[0]["options"]
        assert cleaned == ([1] if value == "[1]" else value)
        assert live.update_data([{"options": [cleaned]}])
        assert live.cleaned_data[0]["options"] == [cleaned]
        assert_same_verdict(live)
        with pytest.raises(DataError, match="field 'options': takes what JSON can say"):
            live.set_data([{"options": {1, 2}}])

    def test_the_work_for_many_new_rows_is_not_that_of_one_times_their_number(self):
        """The data of all rows was gathered anew for every row that came."""
        made = []

        class Counting(forms.BaseFormSet):
            def __init__(self, *args, **kwargs):
                made.append(self)
                super().__init__(*args, **kwargs)

        formset_class = forms.formset_factory(ArticleForm, formset=Counting, extra=0)

        def formsets_for(number):
            live = ClientFormSet(formset_class, prefix="many")
            made.clear()
            live.set_data([article()] * number)
            return len(made)

        assert formsets_for(20) <= formsets_for(2)

    def test_reset_goes_back_to_the_start(self, stored):
        before = stored.post_data()
        type_into(stored, 0, title="Changed")
        stored.remove_form(1)
        stored.add_another()
        stored.reset()
        assert stored.post_data() == before
        assert not stored.has_changed()
        assert_same_verdict(stored)

    def test_reset_takes_new_initial_data(self, stored):
        stored.reset(initial=[article(title="New") | {"pub_date": datetime.date(1922, 2, 2)}])
        assert stored.initial_form_count() == 1
        assert stored.post_data()["articles-0-title"] == ["New"]
        assert not stored.has_changed()
        assert_same_verdict(stored)

    def test_an_added_error_stays_until_its_field_changes(self, articles):
        articles.set_data([article()])
        articles.add_error("articles-0-slug", "The server knows this one.")
        assert articles.errors[0]["slug"] == ["The server knows this one."]
        type_into(articles, 0, title="Another")
        assert articles.errors[0]["slug"] == ["The server knows this one."]
        type_into(articles, 0, slug="another")
        assert articles.is_valid()

    def test_an_added_error_for_an_unknown_field_is_refused(self, articles):
        with pytest.raises(DataError, match="'articles-0-slugg' is not the name of a field"):
            articles.add_error("articles-0-slugg", "?")


class TestUserCode:
    def make(self):
        class Fragile(forms.Form):
            number = forms.IntegerField(required=False)

            def clean_number(self):
                number = self.cleaned_data["number"]
                if number is not None:
                    return 10 // number
                return number

        return ClientFormSet(forms.formset_factory(Fragile, extra=2), prefix="fragile")

    def test_a_crash_in_clean_is_told_and_loses_nothing(self):
        live = self.make()
        failed, recovered = (
            changes_of(live, CodeFailed),
            changes_of(live, CodeRecovered),
        )
        type_into(live, 0, number="0")
        assert failed[0].key == live.keys[0]
        assert "clean_number" in failed[0].message
        assert "fragile-0" in failed[0].message
        assert "ZeroDivisionError" in failed[0].traceback
        assert live.post_data()["fragile-0-number"] == ["0"]
        type_into(live, 1, number="x")
        assert len(failed) == 1
        type_into(live, 0, number="5")
        assert recovered == [CodeRecovered(live.keys[0])]
        assert live.forms[0].cleaned_data == {"number": 2}

    def test_a_crash_does_not_keep_other_rows_from_showing_errors(self):
        live = self.make()
        type_into(live, 0, number="0")
        seen = changes_of(live, FieldErrorsChanged)
        type_into(live, 1, number="x")
        assert seen[0].messages == ("Enter a whole number.",)

    def test_asking_for_a_verdict_raises_the_users_own_exception(self):
        live = self.make()
        type_into(live, 0, number="0")
        with pytest.raises(UserCodeError) as caught:
            live.is_valid()
        assert isinstance(caught.value.__cause__, ZeroDivisionError)

    def test_a_crash_in_the_formsets_clean_is_told(self):
        class Fragile(forms.BaseFormSet):
            def clean(self):
                raise RuntimeError("boom")

        live = ClientFormSet(forms.formset_factory(ArticleForm, formset=Fragile), prefix="f")
        failed = changes_of(live, CodeFailed)
        type_into(live, 0, title="x")
        assert failed[0].key is None
        assert "Fragile.clean" in failed[0].message
        assert live.validate() is False


class TestHistory:
    def test_typing_into_one_field_is_one_step(self, articles):
        key = articles.keys[0]
        for text in ("U", "Ul", "Uly"):
            articles.input(key, {"articles-0-title": [text]})
        articles.input(key, {"articles-0-slug": ["u"]})
        assert articles.undo() is True
        assert articles.post_data()["articles-0-title"] == ["Uly"]
        assert articles.undo() is True
        assert articles.post_data()["articles-0-title"] == [""]
        assert articles.undo() is False
        assert articles.redo() is True
        assert articles.post_data()["articles-0-title"] == ["Uly"]

    def test_a_removed_row_comes_back_with_its_key_values_and_errors(self, articles):
        type_into(articles, 1, title="Kept", email="nonsense")
        keys = articles.keys
        articles.remove_form(1)
        seen = changes_of(articles, FieldErrorsChanged)
        added = changes_of(articles, FormAdded)
        assert articles.undo() is True
        assert articles.keys == keys
        assert articles.post_data()["articles-1-title"] == ["Kept"]
        assert 'value="Kept"' in added[0].html
        assert "errorlist" not in added[0].html
        assert [(each.key, each.field) for each in seen] == [(keys[1], "email")]

    def test_a_removal_is_taken_back_by_itself(self, articles):
        keys = articles.keys
        type_into(articles, 1, title="Second")
        articles.remove_form(2)
        articles.remove_form(1)
        type_into(articles, 0, title="Typed since")
        newest, oldest = articles.removals()
        assert articles.take_back(oldest)
        assert articles.take_back(newest)
        assert articles.keys == keys
        assert articles.post_data()["articles-0-title"] == ["Typed since"]
        assert articles.post_data()["articles-1-title"] == ["Second"]
        assert articles.removals() == []
        assert_same_verdict(articles)
        articles.undo()
        assert articles.keys == keys
        assert articles.post_data()["articles-0-title"] == [""]
        articles.undo()
        assert articles.post_data()["articles-1-title"] == [""]
        assert not articles.undo()

    def test_all_that_was_removed_at_once_is_taken_back_at_once(self, stored):
        keys = stored.keys
        assert stored.remove_all() == 3  # one has to stay
        stored.input(keys[0], {f"{stored.prefix_of(0)}-title": ["Typed since"]})
        (removal,) = stored.removals()
        assert stored.take_back(removal)
        assert stored.keys == keys
        assert not any(stored.is_deleted(index) for index in range(len(stored)))
        assert stored.post_data()[f"{stored.prefix_of(0)}-title"] == ["Typed since"]
        stored.undo()
        assert not any(stored.is_deleted(index) for index in range(len(stored)))

    def test_a_removal_can_be_taken_back_until_rows_are_added_moved_or_replaced(self, articles):
        others = (
            articles.add_another,
            lambda: articles.move(0, 1),
            lambda: articles.duplicate(0),
            lambda: articles.set_data([article()]),
            articles.reset,
        )
        for other in others:
            articles.reset()
            articles.remove_form(2)
            (removal,) = articles.removals()
            articles.update_data([{"title": "From a script"}])
            assert articles.removals() == [removal]
            other()
            assert articles.removals() == []
            assert not articles.take_back(removal)
            if articles.undo():
                assert articles.removals() == [removal]

    def test_redo_removes_again_what_can_be_taken_back_again(self, articles):
        articles.remove_form(2)
        (removal,) = articles.removals()
        articles.undo()
        assert articles.removals() == []
        articles.redo()
        assert articles.removals() == [removal]
        assert articles.take_back(removal)
        assert articles.redo()

    def test_what_listeners_do_to_a_step_belongs_to_it(self, articles):
        def add_one(changes):
            if keys[0] in [each.key for each in changes if isinstance(each, FormRemoved)]:
                articles.add_another()

        articles.subscribe(add_one)
        keys = articles.keys
        with articles.one_step():
            articles.remove_form(0)
        assert articles.keys[:2] == keys[1:]
        assert len(articles) == 3
        articles.undo()
        assert articles.keys == keys
        assert not articles.undo()

    def test_a_new_step_ends_redo(self, articles):
        articles.add_another()
        articles.undo()
        articles.remove_form(0)
        assert articles.redo() is False

    def test_set_data_can_be_undone(self, articles):
        type_into(articles, 2, title="Typed")
        before = articles.post_data()
        articles.set_data([article()])
        articles.undo()
        assert articles.post_data() == before
        assert_same_verdict(articles)


class TestInsertAndDuplicate:
    def test_a_row_comes_in_between_and_the_others_move_on(self, articles):
        type_into(articles, 1, title="Second")
        renumbered = changes_of(articles, FormRenumbered)
        assert articles.insert(1) == 1
        posted = articles.post_data()
        assert [posted[f"articles-{i}-title"] for i in range(4)] == [[""], [""], ["Second"], [""]]
        assert [each.new_prefix for each in renumbered] == ["articles-3", "articles-2"]

    def test_no_row_comes_in_among_the_initial_ones(self, stored):
        with pytest.raises(TargetError, match="give a number from 2 to 4"):
            stored.insert(1)

    def test_a_duplicate_holds_the_same_and_has_changed(self, stored):
        stored.update_data([{"ORDER": "7", "DELETE": True}])
        assert stored.duplicate(0) == 2
        posted = stored.post_data()
        assert posted["articles-2-title"] == ["One"]
        assert posted["articles-2-ORDER"] == [""]
        assert "articles-2-DELETE" not in posted
        assert stored.non_form_errors() == []
        assert stored.forms[2].has_changed()
        assert_same_verdict(stored)

    def test_the_maximum_holds_for_both(self, articles):
        articles.set_data([article(title=str(number)) for number in range(6)])
        for operation in (articles.insert, articles.duplicate):
            with pytest.raises(LimitError, match="max_num is 6"):
                operation(0)


class TestRowsOfOtherScripts:
    def test_a_row_that_is_there_is_taken_in_with_its_values(self, articles):
        type_into(articles, 1, title="Second")
        posted = {"articles-9-title": ["Theirs"], "articles-9-slug": ["theirs"]}
        key = articles.in_page.adopt(1, posted, "articles-9")
        assert articles.keys[1] == key
        assert articles.post_data()["articles-1-title"] == ["Theirs"]
        assert articles.post_data()["articles-2-title"] == ["Second"]
        assert_same_verdict(articles)
        articles.undo()
        assert articles.post_data()["articles-1-title"] == ["Second"]

    def test_the_maximum_is_not_asked_but_what_django_reads_is(self, articles):
        articles.set_data([article(title=str(number)) for number in range(6)])
        articles.in_page.adopt(6, {"articles-6-title": ["Seventh"]}, "articles-6")
        assert articles.limits().add_refused
        assert_same_verdict(articles)
        small = formset_factory(ArticleForm, max_num=1, absolute_max=1)
        with pytest.raises(LimitError, match="absolute_max"):
            ClientFormSet(small, prefix="small").in_page.adopt(1, {}, "small-1")

    def test_a_row_that_is_gone_is_let_go_below_the_minimum(self, articles, stored):
        for key in articles.keys:
            articles.in_page.discard(key)
        assert len(articles) == 0
        assert_same_verdict(articles)
        with pytest.raises(TargetError, match="Use remove_form"):
            stored.in_page.discard(stored.keys[0])


class TestRemoveAll:
    def test_initial_rows_are_marked_and_extra_ones_taken_away_in_one_step(self, stored):
        before, keys = stored.post_data(), stored.keys
        assert stored.remove_all() == 3
        assert [stored.is_deleted(index) for index in range(len(stored))] == [True, True, False]
        assert stored.post_data()["articles-1-DELETE"] == ["on"]
        assert_same_verdict(stored)
        stored.undo()
        assert (stored.post_data(), stored.keys) == (before, keys)

    def test_as_many_rows_stay_as_have_to(self, articles):
        type_into(articles, 0, title="Typed")
        assert articles.remove_all() == 2
        assert articles.post_data()["articles-0-title"] == ["Typed"]
        assert articles.remove_all() == 0
        articles.undo()
        assert len(articles) == 3, "the second call was no step"

    def test_without_can_delete_initial_rows_stay(self):
        initial = [{"name": "One"}, {"name": "Two"}]
        writers = ClientFormSet(WriterFormSet, prefix="writers", initial=initial)
        writers.remove_all()
        assert [form.initial for form in writers.forms] == initial


class TestMove:
    def fill(self, live, *titles):
        live.update_data([{"title": title} for title in titles])

    def titles(self, live):
        """The titles as the rows stand in the page."""
        posted = live.post_data()
        by_key = {key: posted[f"articles-{i}-title"][0] for i, key in enumerate(live.keys)}
        return [by_key[key] for key in live.order]

    def orders(self, live):
        posted = live.post_data()
        return [posted[f"articles-{i}-ORDER"][0] for i in range(len(live))]

    def test_extra_rows_change_places_and_numbers(self, articles):
        self.fill(articles, "A", "B", "C")
        keys = articles.keys
        moved = changes_of(articles, FormMoved)
        articles.move(0, 2)
        assert self.titles(articles) == ["B", "C", "A"]
        assert articles.keys == [keys[1], keys[2], keys[0]]
        assert self.orders(articles) == ["1", "2", "3"]
        assert moved == [FormMoved(keys[0], 2, 0)]
        assert_same_verdict(articles)

    def test_initial_rows_keep_their_numbers_and_get_an_order(self, stored):
        keys = stored.keys
        stored.move(0, 1)
        assert stored.keys == keys
        assert self.titles(stored) == ["Two", "One", "", ""]
        assert self.orders(stored) == ["2", "1", "", ""]
        assert [form.prefix for form in stored.ordered_forms] == ["articles-1", "articles-0"]
        assert_same_verdict(stored)

    def test_no_order_is_written_into_blank_rows(self, articles):
        self.fill(articles, "A", "B")
        articles.move(2, 0)
        assert self.titles(articles) == ["", "A", "B"]
        assert self.orders(articles) == ["", "1", "2"]
        assert_same_verdict(articles)

    def test_a_row_that_comes_in_later_keeps_numbers_and_places_in_step(self, stored):
        """Found by the state machine: the new row stood behind one with a higher number."""
        stored.move(2, 0)
        moved, first, second, last = stored.order
        stored.insert(2)
        assert stored.order == [stored.keys[2], moved, first, second, last]
        assert stored.keys[3:] == [moved, last]

    def test_without_can_order_initial_rows_stay(self):
        initial = [{"name": "One"}, {"name": "Two"}]
        writers = ClientFormSet(WriterFormSet, prefix="writers", initial=initial)
        with pytest.raises(LimitError, match="Without can_order"):
            writers.move(0, 1)

    def test_a_move_can_be_undone(self, articles):
        self.fill(articles, "A", "B", "C")
        before, keys = articles.post_data(), articles.keys
        articles.move(2, 0)
        articles.undo()
        assert (articles.post_data(), articles.keys, articles.order) == (before, keys, keys)
        articles.redo()
        assert self.titles(articles) == ["C", "A", "B"]

    def test_errors_and_keys_move_along(self, articles):
        type_into(articles, 0, email="nonsense")
        key = articles.keys[0]
        articles.move(0, 1)
        assert articles.keys[1] == key
        assert articles.forms[1].errors["email"] == ["Enter a valid email address."]

    def test_a_place_that_is_not_there_is_named(self, articles):
        with pytest.raises(TargetError, match="there is no form 3"):
            articles.move(0, 3)


class TestServerErrors:
    TAKEN = "The server knows this one."

    @pytest.fixture
    def valid(self, articles):
        articles.set_data([article(title="A"), article(title="B")])
        return articles

    @pytest.mark.parametrize(
        "errors",
        [
            [{}, {"slug": [TAKEN]}],
            [{}, {"slug": [{"message": TAKEN, "code": "unique"}]}],
            {"articles-1-slug": TAKEN},
            {"forms": [{}, {"slug": [TAKEN]}], "non_form_errors": []},
        ],
    )
    def test_are_shown_until_their_field_changes(self, valid, errors):
        seen = changes_of(valid, FieldErrorsChanged)
        valid.set_errors(errors)
        assert [(each.key, each.messages) for each in seen] == [(valid.keys[1], (self.TAKEN,))]
        assert not valid.is_valid()
        type_into(valid, 0, title="Another")
        assert valid.forms[1].errors["slug"] == [self.TAKEN]
        type_into(valid, 1, slug="free")
        assert valid.is_valid()

    def test_of_the_whole_are_shown_too(self, valid):
        valid.set_errors({"forms": [{"__all__": ["This form."]}], "non_form_errors": ["All."]})
        assert valid.non_form_errors() == ["All."]
        assert valid.forms[0].non_field_errors() == ["This form."]

    def test_are_told_apart_from_deleted_rows(self, stored):
        stored.remove_form(0)
        stored.set_errors([{"slug": [self.TAKEN]}])
        assert stored.forms[1].errors["slug"] == [self.TAKEN]

    def test_new_ones_take_the_place_of_the_old(self, valid):
        valid.set_errors([{"slug": [self.TAKEN]}])
        valid.set_errors([{}, {}])
        assert valid.is_valid()

    @pytest.mark.parametrize(
        ("errors", "message"),
        [
            ([{"slugg": ["x"]}], "no field 'slugg' to show an error at"),
            ([{}, {}, {}], "each of its 2 forms"),
            ({"articles-7-slug": "x"}, "is not the name of a field"),
            ([{"slug": [5]}], "a message is text"),
            ("x", "errors are a list"),
            (["x"], "errors are an object"),
        ],
    )
    def test_what_fits_nowhere_is_named_and_changes_nothing(self, valid, errors, message):
        with pytest.raises(DataError, match=message):
            valid.set_errors(errors)
        assert valid.is_valid()

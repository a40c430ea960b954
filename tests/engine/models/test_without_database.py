"""Forms and formsets of models without a database: what can be known is validated, the rest is left."""

import datetime

import pytest
from django import forms
from django.forms import BaseModelFormSet, formset_factory

from clientforms import ClientForm, ClientFormSet, DataError, GivenQuerySet
from clientforms.changes import NoteChanged
from clientforms.engine.models.given_queryset import known_by
from clientforms.engine.models.model_kinds import has_database
from tests.engine.builders import type_into
from tests.engine.library import (
    Author,
    AuthorBookFormSet,
    Book,
    BookForm,
    BookFormSet,
    Tag,
    ann,
    books,
)

AUTHORS = {"author": [("", "---------"), ("1", "Ann"), ("2", "Ben")]}


def given_books():
    live = ClientFormSet(BookFormSet, prefix="b", formset_kwargs={"queryset": books()})
    live.in_page.take_options(AUTHORS)
    live.reset()
    return live


def test_there_is_no_database_here():
    assert not has_database()


class TestModelFormset:
    def test_given_instances_are_the_initial_rows(self):
        live = given_books()
        assert live.initial_form_count() == 2
        assert live.total_form_count() == 3
        posted = live.post_data()
        assert posted["b-0-id"] == ["11"]
        assert posted["b-0-author"] == ["1"]
        assert posted["b-1-title"] == ["Two"]
        assert live.is_valid(), live.errors
        assert not live.has_changed()
        assert [form.instance.pk for form in live.forms] == [11, 12, None]

    def test_a_class_of_formset_factory_may_set_its_model_late(self):
        class LateFormSet(BaseModelFormSet):
            def __init__(self, *args, **kwargs):
                self.model = Book
                super().__init__(*args, **kwargs)

        formset_class = formset_factory(BookForm, formset=LateFormSet, extra=0)
        live = ClientFormSet(formset_class, prefix="b", formset_kwargs={"queryset": books()})
        assert live.post_data()["b-1-title"] == ["Two"]
        assert live.formset.get_queryset().model is Book

    def test_given_instances_stay_as_they_were(self):
        given = books()
        live = ClientFormSet(BookFormSet, prefix="b", formset_kwargs={"queryset": given})
        live.in_page.take_options(AUTHORS)
        live.reset()
        type_into(live, 0, title="Other")
        assert given[0].title == "One"
        assert live.forms[0].instance.title == "Other"
        assert live.forms[0].changed_data == ["title"]

    def test_initial_data_with_keys_stand_for_instances(self):
        initial = [
            {"id": 11, "author": 1, "title": "One", "isbn": "1", "published": "1922-02-02"},
            {"author": 2, "title": "New"},
        ]
        live = ClientFormSet(BookFormSet, prefix="b", initial=initial)
        live.in_page.take_options(AUTHORS)
        live.reset()
        assert live.initial_form_count() == 1
        assert live.post_data()["b-1-title"] == ["New"]
        assert live.forms[0].instance.published == datetime.date(1922, 2, 2)
        assert not live.forms[0].has_changed()

    def test_uniqueness_within_the_set_is_judged(self):
        live = given_books()
        type_into(live, 1, isbn="1")
        assert live.non_form_errors() == ["Please correct the duplicate data for isbn."]
        assert live.forms[1].non_field_errors() == ["Please correct the duplicate values below."]
        type_into(live, 1, isbn="3", title="One")
        assert live.non_form_errors() == [
            "Please correct the duplicate data for author and title, which must be unique."
        ]
        type_into(live, 1, title="Three")
        assert live.is_valid(), live.errors

    def test_an_object_that_is_no_choice_is_refused_where_choices_are_known(self):
        live = given_books()
        type_into(live, 0, author="7")
        assert "author" in live.forms[0].errors
        type_into(live, 0, author="2")
        assert live.forms[0].cleaned_data["author"] == Author(pk=2)
        assert live.is_valid()

    def test_a_key_is_left_to_the_server_where_choices_are_not_known(self):
        live = ClientFormSet(BookFormSet, prefix="b", formset_kwargs={"queryset": books()})
        type_into(live, 0, author="7")
        assert live.forms[0].errors == {}
        type_into(live, 0, author="seven")
        assert "author" in live.forms[0].errors

    def test_rows_come_go_and_are_put_back(self):
        live = given_books()
        live.remove_form(0)
        assert live.post_data()["b-0-DELETE"] == ["on"]
        assert [form.instance.pk for form in live.deleted_forms] == [11]
        live.add_another()
        type_into(live, 3, author="1", title="Four", isbn="4")
        live.remove_form(2)
        assert live.post_data()["b-2-title"] == ["Four"]
        assert live.is_valid(), live.errors
        assert [form.instance.title for form in live.forms] == ["One", "Two", "Four"]
        live.undo()
        live.restore(0)
        assert live.deleted_forms == []

    def test_set_data_and_html(self):
        live = given_books()
        row = {"author": 1, "title": "A", "isbn": "9"}
        assert live.set_data([{"id": 11, **row}, {"id": 12, **row, "title": "B", "isbn": "8"}])
        assert '<option value="2">Ben</option>' in live.render_row(0)


class TestInlineFormset:
    def test_children_belong_to_their_parent(self):
        children = [Book(pk=11, title="One", isbn="1"), Book(pk=12, title="Two", isbn="2")]
        live = ClientFormSet(
            AuthorBookFormSet, formset_kwargs={"instance": ann(), "queryset": children}
        )
        assert live.prefix == "book_set"
        assert live.initial_form_count() == 2
        assert live.post_data()["book_set-0-author"] == ["1"]
        type_into(live, 2, title="Three", isbn="3")
        assert live.is_valid(), live.errors
        assert {form.instance.author_id for form in live.forms} == {1}
        live.move(2, 0)
        assert live.post_data()["book_set-2-ORDER"] == ["1"]
        assert live.post_data()["book_set-0-id"] == ["11"]
        type_into(live, 2, isbn="1")
        assert "duplicate data for isbn" in live.non_form_errors()[0]

    def test_a_parent_that_is_not_stored_has_no_children_yet(self):
        live = ClientFormSet(AuthorBookFormSet, formset_kwargs={"instance": Author()})
        assert live.initial_form_count() == 0
        type_into(live, 0, title="One", isbn="1")
        assert live.is_valid()


class TestModelForm:
    def test_its_instance_is_shown_judged_and_left_alone(self):
        book = books()[0]
        book.pages = 5
        live = ClientForm(BookForm, form_kwargs={"instance": book})
        live.in_page.take_options(AUTHORS | {"tags": [("1", "short"), ("2", "long")]})
        live.reset()
        assert live.post_data()["pages"] == ["5"]
        assert live.update_data({"title": "x" * 31}) is False
        assert list(live.errors) == ["title"]
        assert live.update_data({"title": "Fine", "tags": ["2"]}) is True
        assert list(live.cleaned_data["tags"]) == [Tag(pk=2)]
        assert book.title == "One"

    def test_initial_data_do_without_an_instance(self):
        live = ClientForm(BookForm, initial={"author": 1, "title": "One"})
        live.in_page.take_options(AUTHORS)
        live.reset()
        assert live.update_data({"isbn": "1", "pages": 3}) is True


class StockForm(forms.Form):
    """Its rules read what a page does not know of an object that it shows as a choice."""

    book = forms.ModelChoiceField(queryset=Book.objects.all(), required=False)
    books = forms.ModelMultipleChoiceField(queryset=Book.objects.all(), required=False)
    by_isbn = forms.ModelChoiceField(
        queryset=Book.objects.all(), to_field_name="isbn", required=False
    )
    count = forms.IntegerField(required=False)

    def clean(self):
        data = super().clean()
        chosen = [data.get("book"), data.get("by_isbn"), *(data.get("books") or ())]
        if any(book.pages < 5 for book in chosen if book):
            raise forms.ValidationError("That is a short book.")


@pytest.mark.parametrize(
    "data",
    [{"book": "11"}, {"books": ["11", "12"]}, {"by_isbn": "1"}],
    ids=lambda data: next(iter(data)),
)
@pytest.mark.parametrize("are_shown", [True, False])
def test_a_rule_that_reads_what_only_the_database_has_is_left_to_the_server(data, are_shown):
    live = ClientForm(StockForm)
    notes = []
    live.subscribe(lambda changes: notes.extend(c for c in changes if isinstance(c, NoteChanged)))
    if are_shown:
        shown = [("11", "One"), ("12", "Two")]
        live.in_page.take_options({"book": shown, "books": shown, "by_isbn": [("1", "One")]})
        live.reset()
    assert live.set_data({**data, "count": "x"}) is False
    assert live.errors == {"count": ["Enter a whole number."]}
    assert [note.text for note in notes if note.text] == ["The server checks this."]
    assert live.set_data({**data, "count": "1"}) is True
    assert live.set_data({"count": "1"}) is True


@pytest.mark.parametrize("name", [f.attname for f in Book._meta.concrete_fields if f.name != "id"])
def test_no_default_stands_for_what_is_stored(name):
    known = known_by(Book, Book._meta.pk, 11)
    assert known.pk == 11
    assert not known._state.adding
    assert name in known.get_deferred_fields()


class TestGivenQuerySet:
    def test_what_is_not_known_passes_as_it_passed_on_the_server(self):
        shown = [known_by(Book, Book._meta.pk, key) for key in (11, 12)]
        rows = GivenQuerySet(Book, shown)
        assert len(rows.filter(pages=1)) == 2
        assert len(rows.exclude(pages=1)) == 2
        assert [book.pk for book in rows.filter(pages=1, pk=12)] == [12]
        assert [book.pk for book in rows.exclude(pk=12)] == [11]

    def test_filters_by_values(self):
        rows = GivenQuerySet(Book, books())
        assert [book.pk for book in rows.filter(title="One")] == [11]
        assert [book.pk for book in rows.filter(author=ann(), pk__in=["12", 13])] == [12]
        assert [book.pk for book in rows.exclude(title="One")] == [12]
        assert rows.get(isbn="2").pk == 12
        assert rows.order_by("title").ordered
        assert rows.none().exists() is False
        assert len(rows.all()) == 2
        assert rows.first().pk == 11

    def test_says_what_is_not_there(self):
        rows = GivenQuerySet(Book, books())
        with pytest.raises(Book.DoesNotExist):
            rows.get(pk=99)
        with pytest.raises(Book.MultipleObjectsReturned):
            rows.get(author=1)

    def test_names_what_takes_a_database(self):
        with pytest.raises(DataError, match="title__icontains, which takes a database"):
            GivenQuerySet(Book, books()).filter(title__icontains="o")


@pytest.mark.parametrize(
    "make", [ClientForm, lambda cls: ClientFormSet(forms.formset_factory(cls, extra=1))]
)
def test_a_plain_form_chooses_among_the_objects_that_a_page_shows(make):
    class PickForm(forms.Form):
        author = forms.ModelChoiceField(queryset=Author.objects.all())

    live = make(PickForm)
    live.in_page.take_options({"author": [("", "---"), ("3", "Ann"), ("4", "Bob")]})
    live.reset()
    assert "Ann" in live.render_row(0)
    rows = live if isinstance(live, ClientFormSet) else [live]
    data = {"author": "3"} if rows is not live else [{"author": "3"}]
    assert live.set_data(data) is True
    cleaned = live.cleaned_data[0] if rows is live else live.cleaned_data
    assert cleaned["author"].pk == 3
    assert live.set_data({"author": "5"} if rows is not live else [{"author": "5"}]) is False


class PickForm(forms.Form):
    author = forms.ModelChoiceField(queryset=Author.objects.all())
    tag = forms.ModelChoiceField(queryset=Tag.objects.all(), widget=forms.RadioSelect)


class BaseOuterFormSet(forms.BaseFormSet):
    def add_fields(self, form, index):
        super().add_fields(form, index)
        data = form.data if form.is_bound else None
        form.picks = PickFormSet(data, prefix=f"{form.prefix}-picks")


PickFormSet = forms.formset_factory(PickForm, extra=0)
OuterFormSet = forms.formset_factory(PickForm, formset=BaseOuterFormSet, extra=0)
MODEL_FORM_SETS = {
    "plain": PickFormSet,
    "of a model": forms.modelformset_factory(Book, fields=["author"], extra=0),
    "inline": forms.inlineformset_factory(Book, Book.tags.through, fields=["tag"], extra=0),
}
GROUPED = [["", "---"], ["A to M", [["3", "Ann"], ["4", "Bob"]]], ["N to Z", [["5", "Zoe"]]]]


@pytest.mark.parametrize("kind", MODEL_FORM_SETS)
def test_rows_of_a_formset_that_had_none_choose_among_what_it_is_told(kind):
    """As JSON has it, groups included."""
    formset_class = MODEL_FORM_SETS[kind]
    arguments = {"instance": Book(pk=1)} if kind == "inline" else {}
    live = ClientFormSet(formset_class, prefix="p", formset_kwargs=arguments)
    for _ in range(2):  # rows that were there before get them as well
        live.in_page.take_options({"author": GROUPED, "tag": GROUPED})
        live.add_another()
        html = live.render_row(0)
        assert html.count("Zoe") == len({"author", "tag"} & set(live.blank_form(0).fields))
        if "author" in live.blank_form(0).fields:
            assert '<optgroup label="A to M">' in html
    live.reset()
    live.add_another()
    assert live.set_data([dict.fromkeys({"author", "tag"} & set(live.blank_form(0).fields), "5")])
    assert (
        live.set_data([dict.fromkeys({"author", "tag"} & set(live.blank_form(0).fields), "6")])
        is False
    )


def test_formsets_inside_rows_choose_among_what_the_outer_one_is_told_or_another_row_shows():
    live = ClientFormSet(OuterFormSet, prefix="o")
    live.add_another()
    live.in_page.take_options({"author": GROUPED, "picks": {"author": GROUPED}})
    live.add_another()
    for key in live.keys:
        (inner,) = live.nested(key).values()
        inner.add_another()
        assert "Zoe" in inner.render_row(0)
        assert "A to M" in inner.render_row(0)
    (first, _) = (live.nested(key)["picks"] for key in live.keys)
    first.in_page.take_options({"tag": [("7", "short")]})
    live.add_another()
    last = live.nested(live.keys[-1])["picks"]
    last.add_another()
    assert "short" in last.render_row(0)
    assert "Zoe" in last.render_row(0)

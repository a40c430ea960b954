"""Formsets inside each row of a formset: add and remove at both levels, one verdict."""

import pytest
from django import forms
from django.core.exceptions import ValidationError

from clientforms import ClientFormSet, ConditionalFieldsMixin, DataError, TargetError
from clientforms.changes import FormAdded, VerdictChanged
from tests.engine.builders import changes_of, type_into
from tests.engine.oracle import assert_same_verdict, fresh_formset


class PageForm(forms.Form):
    text = forms.CharField(max_length=10)
    size = forms.IntegerField(required=False)


class BasePageFormSet(forms.BaseFormSet):
    def clean(self):
        texts = [form.cleaned_data.get("text") for form in self.forms if form.has_changed()]
        if len(texts) != len(set(texts)):
            raise ValidationError("Pages must differ.")


PageFormSet = forms.formset_factory(
    PageForm, formset=BasePageFormSet, extra=1, can_delete=True, max_num=3
)


class BookForm(forms.Form):
    title = forms.CharField()


class BaseBookFormSet(forms.BaseFormSet):
    """The usual way to nest formsets in Django."""

    def add_fields(self, form, index):
        super().add_fields(form, index)
        form.pages = PageFormSet(
            data=form.data if form.is_bound else None,
            files=form.files if form.is_bound else None,
            prefix=f"{form.prefix}-pages",
        )

    def is_valid(self):
        valid = super().is_valid()
        if self.is_bound:
            valid = valid and all(form.pages.is_valid() for form in self.forms)
        return valid


BookFormSet = forms.formset_factory(
    BookForm, formset=BaseBookFormSet, extra=2, can_delete=True, can_order=True
)


@pytest.fixture
def live():
    live = ClientFormSet(BookFormSet, prefix="books")
    for index, title in enumerate(["One", "Two"]):
        type_into(live, index, title=title)
        type_into(pages(live, index), 0, text=f"page of {index}")
    return live


def pages(live, index):
    return live.nested(live.keys[index])["pages"]


def test_both_levels_are_posted(live):
    posted = live.post_data()
    assert posted["books-1-pages-TOTAL_FORMS"] == ["1"]
    assert posted["books-1-pages-0-text"] == ["page of 1"]
    assert live.is_valid()
    assert_same_verdict(live)


def test_rows_come_and_go_at_both_levels(live):
    pages(live, 1).add_another()
    type_into(pages(live, 1), 1, text="second")
    live.add_another()
    type_into(live, 2, title="Three")
    assert_same_verdict(live)
    kept = pages(live, 1)
    live.remove_form(0)
    assert pages(live, 0) is kept
    assert kept.prefix == "books-0-pages"
    posted = live.post_data()
    assert posted["books-0-pages-1-text"] == ["second"]
    assert not any(name.startswith("books-2") for name in posted)
    assert_same_verdict(live)
    kept.remove_form(0)
    assert live.post_data()["books-0-pages-0-text"] == ["second"]
    live.undo()
    assert pages(live, 0).post_data()["books-0-pages-0-text"] == ["page of 0"]
    assert kept.prefix == "books-1-pages"
    assert_same_verdict(live)


def test_an_error_inside_makes_the_whole_invalid(live):
    verdicts = changes_of(live, VerdictChanged)
    assert live.validate()
    type_into(pages(live, 0), 0, text="much too long a text")
    assert not live.is_valid()
    assert verdicts[-1] == VerdictChanged(False)
    assert not fresh_formset(live).is_valid()
    type_into(pages(live, 0), 0, text="short")
    assert verdicts[-1] == VerdictChanged(True)
    pages(live, 0).add_another()
    type_into(pages(live, 0), 1, text="short")
    assert pages(live, 0).non_form_errors() == ["Pages must differ."]
    assert not live.is_valid()


def test_validating_shows_errors_at_both_levels():
    live = ClientFormSet(BookFormSet, prefix="books")
    type_into(live, 0, title="One")
    type_into(pages(live, 0), 0, size="many")
    assert live.validate() is False
    assert pages(live, 0).forms[0].errors["size"] == ["Enter a whole number."]
    assert "text" in pages(live, 0)._rows[0].shown


def test_the_formsets_of_a_deleted_row_do_not_count():
    initial = [{"title": "Stored"}]
    live = ClientFormSet(BookFormSet, prefix="books", initial=initial)
    type_into(pages(live, 0), 0, text="much too long a text")
    assert not live.is_valid()
    live.remove_form(0)
    assert live.is_deleted(0)


def test_moving_a_row_takes_its_formsets_along(live):
    live.move(1, 0)
    assert live.post_data()["books-0-title"] == ["Two"]
    assert live.post_data()["books-0-pages-0-text"] == ["page of 1"]
    assert_same_verdict(live)


def test_a_duplicate_has_its_own_copy(live):
    live.duplicate(0)
    assert live.post_data()["books-1-pages-0-text"] == ["page of 0"]
    type_into(pages(live, 1), 0, text="other")
    assert live.post_data()["books-0-pages-0-text"] == ["page of 0"]
    assert_same_verdict(live)


def test_set_data_reaches_both_levels(live):
    data = [
        {"title": "A", "pages": [{"text": "a"}, {"text": "b"}]},
        {"title": "B"},
        {"title": "C", "pages": [{"text": "c"}]},
    ]
    assert live.set_data(data) is True
    assert [pages(live, index).total_form_count() for index in range(3)] == [2, 0, 1]
    assert live.post_data()["books-2-pages-0-text"] == ["c"]
    posted = live.post_data()
    live.reset()
    assert live.set_data(posted) is True
    assert live.post_data() == posted
    live.update_data([{}, {}, {"pages": [{"size": 3}]}])
    assert live.post_data()["books-2-pages-0-size"] == ["3"]
    assert live.post_data()["books-2-pages-0-text"] == ["c"]


def test_data_that_does_not_fit_inside_changes_nothing(live):
    before = live.post_data()
    with pytest.raises(DataError, match=r"books-1-pages, form 0: there is no field 'colour'"):
        live.set_data([{"title": "A"}, {"title": "B", "pages": [{"colour": "red"}]}])
    assert live.post_data() == before


def test_a_prefix_that_does_not_begin_with_the_rows_is_named():
    class Wrong(forms.BaseFormSet):
        def add_fields(self, form, index):
            super().add_fields(form, index)
            form.pages = PageFormSet(prefix="pages")

    with pytest.raises(TargetError, match="Let it begin with the form's own, 'form-0'"):
        ClientFormSet(forms.formset_factory(BookForm, formset=Wrong))


def test_three_levels():
    class BaseShelfFormSet(forms.BaseFormSet):
        def add_fields(self, form, index):
            super().add_fields(form, index)
            data = form.data if form.is_bound else None
            form.books = BookFormSet(data=data, prefix=f"{form.prefix}-books")

    class ShelfForm(forms.Form):
        number = forms.IntegerField()

    shelves = forms.formset_factory(ShelfForm, formset=BaseShelfFormSet, extra=2)
    live = ClientFormSet(shelves, prefix="s")
    books = live.nested(live.keys[1])["books"]
    type_into(pages(books, 0), 0, text="deep")
    assert live.post_data()["s-1-books-0-pages-0-text"] == ["deep"]
    live.remove_form(0)
    assert live.post_data()["s-0-books-0-pages-0-text"] == ["deep"]
    type_into(pages(books, 0), 0, text="much too long a text")
    assert not live.is_valid()


class HidingForm(ConditionalFieldsMixin, BookForm):
    why = forms.CharField(required=False)
    show_if = {"why": lambda data: data["title"] == "A"}


def test_nothing_is_said_of_a_row_before_it_is_there():
    """A row's own formset, once it is filled, has the outer one settled: not while its rows are unpublished."""
    live = ClientFormSet(
        forms.formset_factory(HidingForm, formset=BaseBookFormSet, extra=1), prefix="books"
    )
    there, said = set(live.keys), []

    def hear(changes):
        for change in changes:
            if isinstance(change, FormAdded):
                there.add(change.key)
            elif getattr(change, "key", None):
                said.append((type(change).__name__, change.key in there))

    live.subscribe(hear)
    rows = [{"title": "A", "pages": [{"text": "a"}]}, {"title": "B", "pages": [{"text": "b"}]}]
    live.set_data(rows)
    live.update_data([{"pages": [{"text": "c"}]}, {"title": "C"}])
    assert ("FieldStateChanged", True) in said
    assert all(is_there for _, is_there in said)


def test_what_a_deleted_row_has_inside_is_posted_with_it():
    """Its controls are in the page as before; a server passes them over with the row."""
    live = ClientFormSet(
        forms.formset_factory(BookForm, formset=BaseBookFormSet, extra=0, can_delete=True),
        prefix="books", initial=[{"title": "A"}],
    )  # fmt: skip
    before = live.post_data()
    live.remove_form(0)
    assert live.post_data() == before | {"books-0-DELETE": ["on"]}


def test_what_a_page_corrects_answers_no_error_that_was_added(live):
    """A number input that cannot hold what a script put there: nobody typed."""
    live.set_data([{"title": "A", "pages": [{"text": "a", "size": "x"}]}])
    pages_0 = pages(live, 0)
    pages_0.set_errors({"__all__": ["Not so."], "books-0-pages-0-size": ["Nor this."]})
    pages_0.correct(pages_0.keys[0], {"books-0-pages-0-size": [""]})
    pages_0.refresh()
    assert pages_0.errors[0]["size"] == ["Nor this."]
    assert list(pages_0.non_form_errors()) == ["Not so."]
    type_into(pages_0, 0, size="3")
    pages_0.refresh()
    assert "size" not in pages_0.errors[0]
    assert list(pages_0.non_form_errors()) == []

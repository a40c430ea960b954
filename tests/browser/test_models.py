"""Formsets of models in a page: given by its markup or as initial data, without a database."""

from playwright.sync_api import expect

MODELS = """
    from clientforms.browser import configure
    configure()
    from django.db import models

    class Author(models.Model):
        name = models.CharField(max_length=40)

        class Meta:
            app_label = "library"

    class Book(models.Model):
        author = models.ForeignKey(Author, models.CASCADE)
        title = models.CharField(max_length=30)
        isbn = models.CharField(max_length=13, unique=True)

        class Meta:
            app_label = "library"

    BookFormSet = forms.modelformset_factory(
        Book, fields=["author", "title", "isbn"], extra=1, can_delete=True
    )

    class BookForm(forms.ModelForm):
        author = forms.ModelChoiceField(None, widget=forms.RadioSelect)

        class Meta:
            model = Book
            fields = ["author", "title"]

        def __init__(self, *args, **kwargs):
            from clientforms import GivenQuerySet

            super().__init__(*args, **kwargs)
            rows = [Author(pk=1, name="Ann"), Author(pk=2, name="Ben")]
            self.fields["author"].queryset = GivenQuerySet(Author, rows)
            self.fields["author"].label_from_instance = lambda author: author.name
"""
ROW = """
<div><label for="id_b-{i}-author">Author:</label><select name="b-{i}-author" id="id_b-{i}-author">
<option value="">---------</option><option value="1"{chosen}>Ann</option>
<option value="2">Ben</option></select></div>
<div><input type="text" name="b-{i}-title" id="id_b-{i}-title" value="{title}" maxlength="30"></div>
<div><input type="text" name="b-{i}-isbn" id="id_b-{i}-isbn" value="{isbn}" maxlength="13"></div>
<div><input type="checkbox" name="b-{i}-DELETE" id="id_b-{i}-DELETE">
<input type="hidden" name="b-{i}-id" value="{pk}" id="id_b-{i}-id"></div>
"""
SERVED = (
    """<form id="books"><div data-formset="case.BookFormSet" data-prefix="b">
<input type="hidden" name="b-TOTAL_FORMS" value="3"><input type="hidden" name="b-INITIAL_FORMS" value="2">
<input type="hidden" name="b-MIN_NUM_FORMS" value="0"><input type="hidden" name="b-MAX_NUM_FORMS" value="1000">
"""
    + ROW.format(i=0, title="One", isbn="1", pk=11, chosen=" selected")
    + ROW.format(i=1, title="Two", isbn="2", pk=12, chosen=" selected")
    + ROW.format(i=2, title="", isbn="", pk="", chosen="")
    + """</div></form>
<form id="one" data-form="case.BookForm"></form>
<script type="application/json" id="stored">[{"id": 5, "author": 1, "title": "S", "isbn": "9"}]</script>
<form id="f"><div data-formset="case.BookFormSet" data-prefix="s" data-initial="stored"></div></form>"""
)


def test_a_servers_rows_are_taken_over_judged_and_deleted(author):
    live = author(SERVED, MODELS)
    assert live.formset("b", "initialFormCount()") == 2
    assert live.formset("b", "hasChanged()") is False
    assert live.formset("b", "isValid()") is True
    live.type("b-1-isbn", "1")
    expect(live.non_form_errors("b")).to_have_text("Please correct the duplicate data for isbn.")
    live.type("b-1-isbn", "3")
    expect(live.non_form_errors("b")).to_have_count(0)
    live.type("b-1-title", "")
    live.expect_errors("b-1-title", "This field is required.")
    live.formset("b", "addAnother()")
    expect(live.control("b-3-author").locator("option")).to_have_text(["---------", "Ann", "Ben"])
    live.formset("b", "removeForm(1)")
    live.formset("b", "removeForm(2)")
    posted = live.form_data("books")
    assert posted == live.formset("b", "postData()")
    assert posted["b-1-DELETE"] == ["on"]
    assert posted["b-1-id"] == ["12"]
    assert posted["b-TOTAL_FORMS"] == ["3"]
    # Initial data with keys stand for stored rows; given rows for the choices of a form.
    assert live.formset("s", "initialFormCount()") == 1
    assert live.form_data("f")["s-0-id"] == ["5"]
    live.page.get_by_label("Ben").check()
    live.type("title", "T")
    assert live.form("book", "cleanedData()") == {"author": 2, "title": "T"}


def test_a_package_with_models_is_an_installed_app(author):
    live = author(
        '<form id="f"><div data-formset="library.forms.ShelfFormSet" data-prefix="s"></div></form>',
        """
    import pathlib

    package = pathlib.Path("library")
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "models.py").write_text(
        "from django.db import models\\n"
        "class Shelf(models.Model):\\n"
        "    number = models.PositiveSmallIntegerField()\\n"
    )
    (package / "forms.py").write_text(
        "from django import forms\\n"
        "from library.models import Shelf\\n"
        "ShelfFormSet = forms.modelformset_factory(Shelf, fields=['number'], extra=2)\\n"
    )
    """,
    )
    live.type("s-0-number", "-1")
    live.expect_errors("s-0-number", "Ensure this value is greater than or equal to 0.")
    live.type("s-0-number", "7")
    live.expect_errors("s-0-number")

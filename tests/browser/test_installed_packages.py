"""A built page with fields of an installed package: they speak the page's language and have the package's markup."""

from playwright.sync_api import expect

from tests.browser.battery import wait_until_live
from tests.browser.live_page import LivePage
from tests.builder.test_build import command
from tests.builder.test_installed_packages import SHELF, installed
from tests.support.sites import serving_folder

# A range as django-filter has it: its template includes those of its parts, which are Django's.
PACKAGE = {
    **SHELF,
    "shelf/fields.py": """from django import forms
from django.core.exceptions import ValidationError
from .widgets import ShelfField


class KnownShelfField(ShelfField):
    def clean(self, value):
        value = super().clean(value)
        if value == "x":
            raise ValidationError(self.error_messages["required"])
        return value


class RangeWidget(forms.MultiWidget):
    template_name = "shelf/multiwidget.html"

    def __init__(self):
        super().__init__({"min": forms.NumberInput, "max": forms.NumberInput})

    def decompress(self, value):
        return [value.start, value.stop] if value else [None, None]


class RangeField(forms.MultiValueField):
    widget = RangeWidget

    def __init__(self, **kwargs):
        super().__init__(fields=(forms.DecimalField(), forms.DecimalField()), **kwargs)

    def compress(self, values):
        return slice(*values) if values else None
""",
    "shelf/templates/shelf/multiwidget.html": "{% for widget in widget.subwidgets %}"
    "{% include widget.template_name %}{% if forloop.first %}<i>–</i>{% endif %}{% endfor %}",
}
FORMS = """from django import forms
from shelf.fields import KnownShelfField, RangeField


class BookForm(forms.Form):
    place = KnownShelfField()
    price = RangeField(required=False)


BookFormSet = forms.formset_factory(BookForm, extra=1)
"""


def test_errors_are_in_its_language_and_rows_have_its_markup(page, complaints, tmp_path):
    search = installed(tmp_path, PACKAGE)
    (tmp_path / "forms.py").write_text(FORMS)
    arguments = ("forms.py:BookFormSet", "--prefix", "books", "--language", "de", "--out", "site")
    done = command(tmp_path, "build", *arguments, PYTHONPATH=search)
    assert (done.returncode, done.stderr) == (0, "")
    with serving_folder(tmp_path / "site") as address:
        complaints.allow_origin(address)
        live = LivePage(page, address)
        page.goto(address)
        wait_until_live(live)
        live.button("books", "add").click()
        for row in (0, 1):  # one that was in the HTML, and one that the page rendered
            live.type(f"books-{row}-place", "x")
            live.expect_errors(f"books-{row}-place", "Kein Regal.")
            live.type(f"books-{row}-place", "A 4")
            live.expect_errors(f"books-{row}-place")
            marks = live.rows("books").nth(row).locator("b, i, input[name*=price]")
            expect(marks).to_have_count(4)
            assert marks.evaluate_all("all => all.map(each => each.textContent || each.name)") == [
                "Shelf",
                f"books-{row}-price_min",
                "–",
                f"books-{row}-price_max",
            ]
            live.control(f"books-{row}-price_min").fill("1.5")
            live.control(f"books-{row}-price_max").fill("2")
        assert live.formset("books", "isValid()") is True

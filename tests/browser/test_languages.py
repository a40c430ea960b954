"""Pages in other languages than English: words, dates and numbers, and which archives are fetched."""

import io

import pytest
from babel.messages import Catalog, mofile
from playwright.sync_api import expect

ORDERS = """
    from django.utils.translation import gettext_lazy as _

    class Order(forms.Form):
        name = forms.CharField(label=_("Author"))
        day = forms.DateField()
        amount = forms.DecimalField(localize=True, required=False)
        month = forms.DateField(widget=forms.SelectDateWidget(years=[1922]), required=False)
        paid = forms.NullBooleanField(required=False)

    OrderFormSet = forms.formset_factory(Order, extra=0, max_num=2, can_order=True)
"""

CONTAINER = """
    <form id="f"><div data-formset="case.OrderFormSet" data-prefix="orders" data-initial="orders">
    </div><button>OK</button></form>
    <script type="application/json" id="orders">
    [{"name": "Joyce", "day": "1922-02-02", "amount": "1234.5"}]</script>"""


@pytest.fixture
def fetched(page):
    """The names of the language files that the page asks for."""
    names = []
    page.on("request", lambda request: names.append(request.url))
    return lambda: sorted(url.rpartition("/")[2] for url in names if "/runtime/languages/" in url)


def own_catalog(**words):
    """Python that gives the page an author's own German catalog, as a project's LOCALE_PATHS do."""
    catalog, compiled = Catalog(locale="de"), io.BytesIO()
    for word, translated in words.items():
        catalog.add(word, translated)
    mofile.write_mo(compiled, catalog)
    return f"""
    from pathlib import Path
    from clientforms.browser import configure

    place = Path("/own/de/LC_MESSAGES")
    place.mkdir(parents=True)
    (place / "django.mo").write_bytes({compiled.getvalue()!r})
    configure(LOCALE_PATHS=["/own"])
"""


def announced(live):
    return live.page.locator("[data-clientforms-announcer]")


def test_a_german_page_speaks_reads_and_writes_german(author, fetched):
    html = CONTAINER + "<p data-boot-status></p>"
    live = author(html, own_catalog(Author="Verfasser", Undo="Zurück") + ORDERS, 'lang="de"')
    status = live.page.locator("[data-boot-status]")
    expect(status).to_have_text("Die Formulare werden geladen…")  # what was said last
    assert fetched() == ["de.zip", "languages.json"]
    assert live.page.evaluate("clientforms.language") == "de"
    expect(live.page.locator('label[for="id_orders-0-name"]')).to_have_text("Verfasser:")

    expect(live.control("orders-0-day")).to_have_value("02.02.1922")
    expect(live.control("orders-0-amount")).to_have_value("1234,5")
    months = live.control("orders-0-month_month").locator("option")
    expect(months.nth(2)).to_have_text("Februar")
    choices = live.control("orders-0-paid").locator("option")
    expect(choices).to_have_text(["Unbekannt", "Ja", "Nein"])

    live.type("orders-0-name", "")
    live.expect_errors("orders-0-name", "Dieses Feld ist zwingend erforderlich.")
    live.type("orders-0-name", "Joyce")
    live.type("orders-0-day", "gestern")
    live.expect_errors("orders-0-day", "Bitte ein gültiges Datum eingeben.")
    live.type("orders-0-day", "3.2.1922")
    live.expect_errors("orders-0-day")
    live.type("orders-0-amount", "1,5")
    (cleaned,) = live.formset("orders", "cleanedData()")
    assert (cleaned["day"], cleaned["amount"]) == ("1922-02-03", "1.5")
    assert live.formset("orders", "setData([{name: 'Joyce', day: '1922-02-04'}])") is True

    expect(live.button("orders", "remove", row=0)).to_have_text("Entfernen")
    expect(live.button("orders", "move-up", row=0)).to_have_attribute("title", "Nach oben")
    add = live.button("orders", "add")
    expect(add).to_have_text("Weiteres hinzufügen")
    add.click()
    expect(announced(live)).to_have_text("Eintrag 2 hinzugefügt. Höchstzahl von 2 erreicht.")
    expect(live.page.locator("[data-formset-limit]")).to_have_text(
        "Bitte höchstens 2 Formulare abschicken."
    )
    remove = live.button("orders", "remove", row=1)
    expect(remove).to_have_attribute("aria-label", "Entfernen: Eintrag 2")
    remove.click()
    expect(announced(live)).to_have_text(
        "Eintrag 2 entfernt. Noch 1 übrig. Kann rückgängig gemacht werden."
    )
    expect(live.page.locator("[data-formset-removed]")).to_contain_text("Eintrag 2 entfernt.")
    expect(live.button("orders", "undo")).to_have_text("Zurück")  # the author's

    live.type("orders-0-day", "")
    live.page.get_by_role("button", name="OK").click()
    summary = live.page.get_by_role("group", name="Nicht gesendet: 1 Fehler zu beheben.")
    expect(summary).to_be_focused()
    assert live.form_data("f") == live.formset("orders", "postData()")


@pytest.mark.parametrize(
    ("attributes", "code", "files", "required", "add"),
    [
        ('lang="en"', "en", [], "This field is required.", "Add another"),
        ('lang="ar" dir="rtl"', "ar", ["ar.zip", "languages.json"], "هذا الحقل مطلوب.", "إضافة آخر"),
        ('lang="zh-CN"', "zh-hans", ["languages.json", "zh-hans.zip"], "这个字段是必填项。", "再添加一项"),
        # What is said in the page may be in another language than its forms; a region falls back.
        ('lang="en" data-language="de-AT"', "de", ["de.zip", "languages.json"],
         "Dieses Feld ist zwingend erforderlich.", "Weiteres hinzufügen"),
    ],
)  # fmt: skip
def test_the_page_says_its_language_and_gets_that_alone(
    author, fetched, attributes, code, files, required, add
):
    live = author(CONTAINER, ORDERS, attributes)
    assert live.page.evaluate("clientforms.language") == code
    assert fetched() == files
    live.type("orders-0-name", "")
    live.expect_errors("orders-0-name", required)
    expect(live.button("orders", "add")).to_have_text(add)
    live.button("orders", "add").click()
    live.button("orders", "remove", row=1).click()
    expect(live.rows("orders")).to_have_count(1)


@pytest.mark.parametrize(
    ("attributes", "remove", "marks"),
    [('lang="el"', "Αφαίρεση", ("en", None)), ('lang="ckb" dir="rtl"', "لابردن", ("en", "ltr")),
     ('lang="sv"', "Ta bort", (None, None)), ('lang="en-GB"', "Remove", (None, None))],
)  # fmt: skip
def test_what_has_no_translation_is_marked_as_english(author, attributes, remove, marks):
    """So that it is read out in English, and from left to right. Django's own words have a translation."""
    live = author(CONTAINER + "<p data-boot-status></p>", ORDERS, attributes)

    def marks_of(element):
        return element.get_attribute("lang"), element.get_attribute("dir")

    status = live.page.locator("[data-boot-status]")  # no catalog is there so early
    assert marks_of(status) == (("en", "ltr") if marks[0] else (None, None))
    row_button = live.button("orders", "remove", row=0)
    expect(row_button).to_have_text(remove)
    assert marks_of(row_button) == (None, None)
    for action in ("move-up", "drag"):
        assert marks_of(live.button("orders", action, row=0)) == marks
    assert marks_of(live.button("orders", "add")) == marks
    live.button("orders", "add").click()
    expect(announced(live)).not_to_be_empty()
    assert marks_of(announced(live)) == marks
    live.button("orders", "remove", row=1).click()
    offer = live.page.locator("[data-formset-removed]")
    assert marks_of(offer.locator("span")) == marks_of(offer.locator("button")) == marks
    live.type("orders-0-name", "")
    assert marks_of(live.page.locator("#id_orders-0-name_error")) == (None, None)


def test_a_language_that_django_does_not_have_is_told_once_and_english_is_spoken(author, page):
    warned = []
    page.on("console", lambda message: message.type == "warning" and warned.append(message.text))
    live = author(CONTAINER, ORDERS, 'lang="tlh-Latn"')
    live.type("orders-0-name", "")
    live.expect_errors("orders-0-name", "This field is required.")
    (warning,) = [text for text in warned if text.startswith("clientforms:")]
    assert "tlh-latn" in warning
    assert "English" in warning


def test_an_archive_that_is_missing_leaves_the_forms_in_english(author, page, complaints):
    complaints.expect("404")
    page.route("**/languages/fr.zip", lambda route: route.fulfill(status=404, body="not here"))
    with page.expect_console_message(lambda message: "fr.zip could not be loaded" in message.text):
        live = author(CONTAINER, ORDERS, 'lang="fr"')
    live.type("orders-0-name", "")
    live.expect_errors("orders-0-name", "This field is required.")

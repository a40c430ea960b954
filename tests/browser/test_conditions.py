"""Fields that depend on others, in a page: shown, enabled, required, choices; typed text stays."""

from playwright.sync_api import expect

FORMS = """
    from clientforms import ConditionalFieldsMixin

    CITIES = {"fr": ["Lyon", "Paris"], "it": ["Milano", "Roma"]}

    class OrderForm(ConditionalFieldsMixin, forms.Form):
        required_css_class = "wanted"
        delivery = forms.ChoiceField(choices=[("shop", "Shop"), ("post", "Post")])
        address = forms.CharField(help_text="Street and number.")
        gift = forms.BooleanField(required=False)
        greeting = forms.CharField(required=False)
        country = forms.ChoiceField(choices=[("fr", "France"), ("it", "Italy")])
        city = forms.ChoiceField()
        stay = forms.ChoiceField(widget=forms.RadioSelect)
        note = forms.CharField(required=False, initial="none")

        show_if = {"address": lambda data: data["delivery"] == "post"}
        require_if = {"greeting": "gift"}
        enable_if = {"note": "gift"}
        choices_for = {
            "city": lambda data: [(each, each) for each in CITIES.get(data["country"], ())],
            "stay": lambda data: [(each, each) for each in CITIES.get(data["country"], ())],
        }

    OrderFormSet = forms.formset_factory(OrderForm, extra=2)
"""
HTML = """
<form id="orders" data-clientforms>
  <div data-formset="case.OrderFormSet" data-prefix="o" data-layout="{layout}"></div>
  <button>Save</button>
</form>
<form id="one" data-form="case.OrderForm" data-prefix="one"><button>Save</button></form>
"""


NO_CHOICE = "Select a valid choice. Roma is not one of the available choices."


def test_fields_come_and_go(author):
    layouts = ("div", "table", "p")
    html = "".join(
        f'<form id="{layout}"><div data-formset="case.OrderFormSet" data-prefix="{layout}" '
        f'data-layout="{layout}"></div></form>'
        for layout in layouts
    )
    live = author(html, FORMS)
    for layout in layouts:
        check_that_fields_come_and_go(live, layout)


def check_that_fields_come_and_go(live, prefix):
    address = live.control(f"{prefix}-1-address")
    label = live.page.locator(f'label[for="id_{prefix}-1-address"]')
    expect(address).to_be_hidden()
    expect(label).to_be_hidden()
    expect(address).to_be_disabled()
    expect(live.control(f"{prefix}-1-note")).to_be_visible()
    expect(live.control(f"{prefix}-1-note")).to_be_disabled()
    assert f"{prefix}-1-address" not in live.form_data(prefix)

    live.control(f"{prefix}-1-delivery").select_option("post")
    expect(address).to_be_visible()
    expect(label).to_be_visible()
    expect(live.control(f"{prefix}-0-address")).to_be_hidden()
    live.type(f"{prefix}-1-address", "12 Via Roma")
    same_as_engine(live, prefix, prefix)
    live.control(f"{prefix}-1-delivery").select_option("shop")
    expect(address).to_be_hidden()
    same_as_engine(live, prefix, prefix)
    live.control(f"{prefix}-1-delivery").select_option("post")
    expect(address).to_have_value("12 Via Roma")
    same_as_engine(live, prefix, prefix)

    live.control(f"{prefix}-1-country").select_option("it")
    expect(live.control(f"{prefix}-1-city").locator("option")).to_have_text(["Milano", "Roma"])
    stays = live.page.locator(f'[name="{prefix}-1-stay"]')
    assert [each.get_attribute("value") for each in stays.all()] == ["Milano", "Roma"]
    stays.nth(1).check()
    live.control(f"{prefix}-1-city").select_option("Roma")
    same_as_engine(live, prefix, prefix)
    live.control(f"{prefix}-1-country").select_option("fr")
    live.expect_errors(f"{prefix}-1-city", NO_CHOICE)
    live.expect_errors(f"{prefix}-1-stay", NO_CHOICE)
    assert live.form_data(prefix)[f"{prefix}-1-city"] == ["Roma"]
    assert live.form_data(prefix)[f"{prefix}-1-stay"] == ["Roma"]
    same_as_engine(live, prefix, prefix)

    live.formset(prefix, "addAnother()")
    expect(live.control(f"{prefix}-2-address")).to_be_hidden()
    live.formset(prefix, "removeForm(0)")
    expect(live.control(f"{prefix}-0-address")).to_have_value("12 Via Roma")
    live.control(f"{prefix}-0-gift").check()
    expect(live.control(f"{prefix}-0-note")).to_be_enabled()
    same_as_engine(live, prefix, prefix)


def test_required_is_shown_and_judged(author):
    live = author(HTML.format(layout="div"), FORMS)
    greeting = live.control("one-greeting")
    assert greeting.get_attribute("required") is None
    assert "wanted" not in (greeting.locator("xpath=..").get_attribute("class") or "")
    live.control("one-gift").check()
    expect(greeting).to_have_attribute("required", "")
    expect(greeting.locator("xpath=..")).to_have_class("wanted")
    live.page.locator("#one button").click()
    live.expect_errors("one-greeting", "This field is required.")
    live.control("one-gift").uncheck()
    live.expect_errors("one-greeting")
    expect(greeting).not_to_have_attribute("required", "")


def same_as_engine(live, form="orders", prefix="o"):
    assert live.form_data(form) == live.formset(prefix, "postData()")


def test_a_script_sets_fields_that_its_own_data_brings_and_hides(author):
    live = author(HTML.format(layout="div"), FORMS)
    page = live.page
    full = {"delivery": "post", "address": "12 Via Roma", "gift": True, "greeting": "Ciao", "country": "it",
            "city": "Roma", "stay": "Milano", "note": "ring"}  # fmt: skip
    assert page.evaluate("data => clientforms.formset('o').setData([data, data])", full)
    same_as_engine(live)
    for number in (0, 1):
        expect(live.control(f"o-{number}-address")).to_have_value("12 Via Roma")
        expect(live.control(f"o-{number}-city")).to_have_value("Roma")
    assert page.evaluate("data => clientforms.form('one').setData(data)", full)
    assert page.evaluate("clientforms.form('one').postData()") == {
        **{f"one-{name}": [value] for name, value in full.items()}, "one-gift": ["on"]
    }  # fmt: skip

    away = {**full, "delivery": "shop", "gift": False, "address": "3 Rue Ney"}
    assert page.evaluate("data => clientforms.form('one').setData(data)", away)
    assert "one-address" not in page.evaluate("clientforms.form('one').postData()")
    live.control("one-delivery").select_option("post")
    expect(live.control("one-address")).to_have_value("3 Rue Ney")
    assert page.evaluate("clientforms.form('one').postData()['one-address']") == ["3 Rue Ney"]


# Every element with its attributes, sorted. What is selected is told by what would be posted.
SHOWN = """[...document.querySelectorAll("[data-formset], [data-form]")].map(each => [
    [...new FormData(each.closest("form"))],
    [...each.querySelectorAll("*")].map(({tagName, attributes, value}) => [tagName, value ?? null,
        ...[...attributes].filter(({name}) => !["selected", "data-key"].includes(name)).map(({name, value}) => name + "=" + value).sort()])])"""


def test_what_stands_in_the_html_is_taken_over_as_if_python_had_rendered_it(author):
    """In each layout; the prefix of a formset is its layout's name, and that of the first is `o`."""
    layouts = {"o": "div", "table": "table", "p": "p", "ul": "ul"}
    html = HTML.format(layout="div") + "".join(
        f'<form><div data-formset="case.OrderFormSet" data-prefix="{prefix}" '
        f'data-layout="{layout}"></div><button>Save</button></form>'
        for prefix, layout in layouts.items()
        if prefix != "o"
    )
    rendered = author(html, FORMS).page.evaluate(SHOWN)
    live = author(html, FORMS, prerendered=True)
    assert len(rendered) == len(layouts) + 1
    assert live.page.evaluate(SHOWN) == rendered
    for prefix in layouts:
        live.control(f"{prefix}-1-delivery").select_option("post")
        expect(live.control(f"{prefix}-1-address")).to_be_visible()
        expect(live.page.locator(f'label[for="id_{prefix}-1-address"]')).to_be_visible()
    live.control("one-delivery").select_option("post")
    expect(live.control("one-address")).to_be_visible()
    expect(live.control("one-address")).to_have_attribute("required", "")
    same_as_engine(live)


def test_before_python_a_hidden_field_neither_shows_nor_bars_the_way(author, page):
    page.route("**/pyodide.asm.*", lambda route: page.wait_for_event("close", timeout=0))
    live = author(HTML.format(layout="div"), FORMS, prerendered=True, wait=False)
    expect(live.control("o-0-address")).to_be_hidden()
    expect(page.locator('label[for="id_o-0-address"]')).to_be_hidden()
    required = page.locator("#one :is(input, select):invalid")
    expect(required.first).to_be_visible()  # the page may be arriving yet
    assert {each.get_attribute("name") for each in required.all()} == {"one-stay"}


def test_who_has_no_python_fills_in_all_fields(author, page, complaints):
    complaints.expect(r".*")
    page.route("**/pyodide.js", lambda route: route.abort())
    live = author(HTML.format(layout="div"), FORMS, prerendered=True, wait=False)
    for name in ("address", "note"):
        expect(live.control(f"one-{name}")).to_be_visible()
        expect(live.control(f"one-{name}")).to_be_enabled()

"""Edge cases that concern rows, in the page: what comes, goes, counts and is renumbered."""

from playwright.sync_api import expect

from tests.browser.oracle import assert_agrees, classes

ROWS = """
    class Greeting(forms.Form):
        name = forms.CharField()
        word = forms.CharField(initial="Hello")

    class Stored(forms.Form):
        id = forms.IntegerField(widget=forms.HiddenInput)
        name = forms.CharField()

    class Choosing(forms.Form):
        name = forms.CharField()
        size = forms.ChoiceField(choices=[("", "-"), ("s", "S")], required=False)
        agreed = forms.BooleanField(initial=True, required=False)

    class Sized(forms.Form):
        name = forms.CharField()
        size = forms.ChoiceField(choices=[("s", "S"), ("l", "L")])

    class Named(forms.Form):
        name = forms.CharField()

    GreetingFormSet = forms.formset_factory(Greeting, extra=2, min_num=1)
    StoredFormSet = forms.formset_factory(Stored, extra=0, can_delete=True)
    ChoosingFormSet = forms.formset_factory(Choosing, extra=2)
    SizedFormSet = forms.formset_factory(Sized, extra=1)
    KeptFormSet = forms.formset_factory(
        Named, extra=2, can_delete=True, can_delete_extra=False, can_order=True)
    LimitedFormSet = forms.formset_factory(
        Named, extra=1, min_num=1, max_num=3, validate_max=True, validate_min=True)
    FewFormSet = forms.formset_factory(Named, extra=2, max_num=1, can_delete=True)
"""
DJANGO = classes(ROWS)


def container(name: str, prefix: str, initial: str = "") -> str:
    data = f'<script type="application/json" id="{prefix}-initial">{initial}</script>'
    return (
        f'<form id="{prefix}"><div data-formset="case.{name}FormSet" data-prefix="{prefix}"'
        + (f' data-initial="{prefix}-initial"></div>{data}' if initial else "></div>")
        + "<button>Save</button></form>"
    )


def names(live, prefix: str, end: str = "name") -> list[str]:
    return [live.formset(prefix, "postData()")[f"{prefix}-{index}-{end}"][0]
            for index in range(live.rows(prefix).count())]  # fmt: skip


class TestRowsThatGo:
    def test_no_gap_is_left_and_initial_rows_stay(self, author):
        """Django 1, Django 2, Django 14, newforms 3, newforms 4, wish 5"""
        stored = '[{"id": 7, "name": "a"}, {"id": 8, "name": "b"}]'
        live = author(
            container("Greeting", "greet")
            + container("Stored", "stored", stored)
            + container("Kept", "kept", '[{"name": "a"}]'),
            ROWS,
        )
        self.a_middle_row(live)
        self.an_initial_row(live)
        self.without_delete_on_extras(live)

    def a_middle_row(self, live):
        """Blank rows with a default would be told "required" where the gap stayed."""
        for index, name in enumerate("abc"):
            live.type(f"greet-{index}-name", name)
        live.page.evaluate("window.last = document.querySelector('[name=\"greet-2-name\"]')")
        live.button("greet", "remove", row=1).click()
        assert live.page.evaluate("window.last.name") == "greet-1-name"
        announcer = live.page.locator("[data-clientforms-announcer]")
        expect(announcer).to_have_text("Greeting 2 removed. 2 left. Undo available.")
        assert names(live, "greet") == ["a", "c"]
        assert assert_agrees(live, "greet", DJANGO["GreetingFormSet"]).is_valid()
        live.button("greet", "add").click()
        expect(announcer).to_have_text("Greeting 3 added.")
        assert names(live, "greet") == ["a", "c", ""]
        assert names(live, "greet", "word") == ["Hello"] * 3
        expect(live.errors("greet-2-name")).to_have_count(0)
        assert_agrees(live, "greet", DJANGO["GreetingFormSet"])

    def an_initial_row(self, live):
        initial = [{"id": 7, "name": "a"}, {"id": 8, "name": "b"}]
        live.type("stored-0-name", "")
        live.expect_errors("stored-0-name", "This field is required.")
        live.button("stored", "remove", row=0).click()
        live.expect_errors("stored-0-name")
        posted = live.form_data("stored")
        assert posted["stored-0-DELETE"] == ["on"]
        assert (posted["stored-0-id"], posted["stored-1-id"]) == (["7"], ["8"])
        assert posted["stored-INITIAL_FORMS"] == posted["stored-TOTAL_FORMS"] == ["2"]
        django = assert_agrees(live, "stored", DJANGO["StoredFormSet"], initial=initial)
        assert [form.cleaned_data["id"] for form in django.deleted_forms] == [7]
        live.button("stored", "restore", row=0).click()
        live.expect_errors("stored-0-name", "This field is required.")
        assert "stored-0-DELETE" not in live.form_data("stored")

    def without_delete_on_extras(self, live):
        expect(live.control("kept-0-DELETE")).to_have_count(1)
        expect(live.control("kept-1-DELETE")).to_have_count(0)
        live.type("kept-1-name", "b")
        live.type("kept-2-name", "c")
        live.button("kept", "remove", row=1).click()
        assert names(live, "kept") == ["a", "c"]
        live.button("kept", "add").click()
        expect(live.control("kept-2-DELETE")).to_have_count(0)
        assert_agrees(live, "kept", DJANGO["KeptFormSet"], initial=[{"name": "a"}])


class TestBlankRows:
    def test_are_no_error_until_something_in_them_counts(self, author):
        """Django 5, newforms 9"""
        live = author(container("Choosing", "choose") + container("Sized", "sized"), ROWS)
        assert live.formset("choose", "validate()") is True
        live.type("choose-0-name", "  ")
        assert live.formset("choose", "cleanedData()") == [{}, {}]
        live.control("choose-1-agreed").uncheck()
        live.expect_errors("choose-1-name", "This field is required.")
        assert_agrees(live, "choose", DJANGO["ChoosingFormSet"])
        live.control("choose-1-agreed").check()
        live.expect_errors("choose-1-name")
        assert live.formset("choose", "isValid()") is True
        # Errors can be added before and after; what is emptied again is not valid forever.
        live.formset("sized", "addError('sized-0-size', 'Sold out.')")
        live.expect_errors("sized-0-size", "Sold out.")
        live.control("sized-0-size").select_option("l")
        live.expect_errors("sized-0-size")
        live.type("sized-0-name", "a")
        assert live.formset("sized", "isValid()") is True
        live.type("sized-0-name", "")
        live.expect_errors("sized-0-name", "This field is required.")
        # The select without an empty option posts a choice nobody made: Django wants the rest.
        live.control("sized-0-size").select_option("s")
        assert_agrees(live, "sized", DJANGO["SizedFormSet"])
        assert live.formset("sized", "isValid()") is False


class TestOrderAndNumbers:
    def test_order_limits_and_trailing_blanks(self, author):
        """Django 9, Django 10, Django 11, newforms 2"""
        live = author(
            container("Kept", "kept", '[{"name": "a"}, {"name": "b"}]')
            + container("Limited", "few")
            + container("Few", "full", '[{"name": "a"}, {"name": "b"}]'),
            ROWS,
        )
        self.order(live)
        self.minimum(live)
        self.surplus_blanks(live)
        self.more_initial_rows_than_the_maximum(live)

    def order(self, live):
        initial = [{"name": "a"}, {"name": "b"}]
        assert names(live, "kept", "ORDER") == ["1", "2", "", ""]
        live.type("kept-2-name", "c")
        for index, order in enumerate(["2", "2", "-1"]):
            live.type(f"kept-{index}-ORDER", order)
        django = assert_agrees(live, "kept", DJANGO["KeptFormSet"], initial=initial)
        assert [form.cleaned_data["name"] for form in django.ordered_forms] == ["c", "a", "b"]
        live.type("kept-0-ORDER", "1.5")
        live.expect_errors("kept-0-ORDER", "Enter a whole number.")
        live.button("kept", "remove", row=0).click()
        django = assert_agrees(live, "kept", DJANGO["KeptFormSet"], initial=initial)
        assert [form.cleaned_data["name"] for form in django.ordered_forms] == ["c", "b"]

    def minimum(self, live):
        expect(live.rows("few")).to_have_count(2)
        live.formset("few", "validate()")
        live.expect_errors("few-0-name", "This field is required.")
        live.expect_errors("few-1-name")
        live.button("few", "remove", row=0).click()
        live.expect_errors("few-0-name", "This field is required.")  # the next one is below it now
        expect(live.button("few", "remove", row=0)).to_be_hidden()
        assert_agrees(live, "few", DJANGO["LimitedFormSet"])

    def surplus_blanks(self, live):
        live.formset("few", "setData([{name: 'a'}, {}, {name: 'c'}, {}, {}])")
        expect(live.non_form_errors("few")).to_have_text(["Please submit at most 3 forms."])
        assert_agrees(live, "few", DJANGO["LimitedFormSet"])
        live.page.locator("#few button", has_text="Save").click()
        expect(live.non_form_errors("few")).to_have_count(0)
        assert names(live, "few") == ["a", "", "c"]
        assert assert_agrees(live, "few", DJANGO["LimitedFormSet"]).is_valid()
        expect(live.button("few", "add")).to_be_hidden()

    def more_initial_rows_than_the_maximum(self, live):
        expect(live.rows("full")).to_have_count(2)
        expect(live.button("full", "add")).to_be_hidden()
        initial = [{"name": "a"}, {"name": "b"}]
        assert assert_agrees(live, "full", DJANGO["FewFormSet"], initial=initial).is_valid()


TAMPERED = """
    class Named(forms.Form):
        name = forms.CharField(required=False)

    NamedFormSet = forms.formset_factory(Named)
"""


def markup(prefix: str, total: str | None, initial: str = "0", rows: int = 2) -> str:
    """What a server's template gives, with a management form that somebody touched."""
    counts = {"TOTAL_FORMS": total, "INITIAL_FORMS": initial}
    hidden = "".join(
        f'<input type="hidden" name="{prefix}-{name}" value="{value}">'
        for name, value in counts.items()
        if value is not None
    )
    controls = "".join(
        f'<div><input name="{prefix}-{index}-name" value="{prefix}{index}"></div>'
        for index in range(rows)
    )
    return (
        f'<form id="{prefix}"><div data-formset="case.NamedFormSet" data-prefix="{prefix}">'
        f"{hidden}{controls}</div></form>"
    )


def test_a_management_form_that_is_not_true_to_the_rows(author, complaints):
    """Django 12"""
    complaints.expect("(?s)not-TOTAL_FORMS.*Render the formset's management_form again")
    complaints.expect("(?s)less-TOTAL_FORMS.*Render the formset's management_form again")
    complaints.expect("gap: form 1 is not in the page")
    complaints.expect("(?s)gone-TOTAL_FORMS is missing")
    live = author(
        markup("not", "abc")
        + markup("less", "-1")
        + markup("gone", None)
        + markup("gap", "3", rows=3).replace("gap-1-", "other-1-")
        + markup("sign", "+2")
        + markup("more", "5")
        + markup("under", "1")
        + markup("init", "2", "5"),
        TAMPERED,
    )
    # What is no number of forms is told where the formset stands, and nothing typed is lost.
    for prefix in ("not", "less", "gone"):
        expect(live.page.locator(f"#{prefix} [role=alert]")).to_contain_text("TOTAL_FORMS")
        expect(live.control(f"{prefix}-1-name")).to_have_value(f"{prefix}1")
    expect(live.page.locator("#gap [role=alert]")).to_contain_text("form 1 is not in the page")
    # The browser goes on checking what nothing else checks.
    with_checks = "[...document.forms].filter(form => !form.noValidate).map(form => form.id)"
    assert live.page.evaluate(with_checks) == ["not", "less", "gone", "gap"]
    # What Django reads is read, and made true to the rows that are there.
    formset = classes(TAMPERED)["NamedFormSet"]
    for prefix in ("sign", "more", "under"):
        expect(live.rows(prefix)).to_have_count(2)
        assert_agrees(live, prefix, formset)
    # More initial forms than forms: all are initial.
    assert live.formset("init", "initialFormCount()") == 2
    initial = [{"name": "init0"}, {"name": "init1"}]
    assert_agrees(live, "init", formset, initial=initial)
    live.button("init", "add").click()
    assert_agrees(live, "init", formset, initial=initial)

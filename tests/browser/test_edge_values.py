"""Edge cases that concern values and forms made by their index, in the page."""

from playwright.sync_api import expect

from tests.browser.oracle import assert_agrees, classes

VALUES = """
    import datetime
    import itertools

    seconds = itertools.count()

    def moment():
        return datetime.datetime(2026, 1, 2, 10, 0, next(seconds) % 60, tzinfo=datetime.UTC)

    class Called(forms.Form):
        note = forms.CharField(required=False)
        when = forms.DateTimeField(initial=moment)

    class Shown(forms.Form):
        when = forms.DateTimeField(initial=moment, show_hidden_initial=True)
        note = forms.CharField(required=False)

    class Rich(forms.Form):
        when = forms.SplitDateTimeField(required=False)
        day = forms.DateField(required=False, widget=forms.SelectDateWidget(years=[2025, 2026]))
        tags = forms.MultipleChoiceField(
            choices=[("a", "A"), ("b", "B")], widget=forms.CheckboxSelectMultiple)
        several = forms.MultipleChoiceField(choices=[("a", "A"), ("b", "B")], required=False)
        maybe = forms.NullBooleanField(required=False)

    class Numbered(forms.Form):
        name = forms.CharField(required=False)
        paper = forms.FileField(required=False)

        def __init__(self, *args, number=None, **kwargs):
            super().__init__(*args, **kwargs)
            self.fields["name"].label = "Nobody" if number is None else f"Name {number + 1}"

    class Numbering(forms.BaseFormSet):
        def get_form_kwargs(self, index):
            return super().get_form_kwargs(index) | {"number": index}

        def add_fields(self, form, index):
            super().add_fields(form, index)
            if index == 1:
                form.fields["more"] = forms.IntegerField(initial=7)

    CalledFormSet = forms.formset_factory(Called, extra=2)
    ShownFormSet = forms.formset_factory(Shown, extra=2)
    RichFormSet = forms.formset_factory(Rich, extra=2)
    NumberedFormSet = forms.formset_factory(Numbered, formset=Numbering, extra=3)
"""
DJANGO = classes(VALUES)


def container(name: str, prefix: str) -> str:
    return (
        f'<form id="{prefix}"><div data-formset="case.{name}FormSet" data-prefix="{prefix}"></div>'
        "</form>"
    )


def test_values_that_are_more_than_one_text(author):
    """Django 6, Django 7, Django 18"""
    live = author(
        container("Called", "called") + container("Shown", "shown") + container("Rich", "rich"),
        VALUES,
    )
    callable_initial(live)
    hidden_initial(live)
    many_controls(live)


def callable_initial(live):
    """Each row keeps its moment, however late and wherever it is."""
    first, second = (live.control(f"called-{index}-when").input_value() for index in range(2))
    assert first != second
    assert live.formset("called", "hasChanged()") is False
    live.button("called", "add").click()
    live.button("called", "remove", row=0).click()
    expect(live.control("called-0-when")).to_have_value(second)
    assert live.formset("called", "hasChanged()") is False
    assert live.formset("called", "validate()") is True
    live.type("called-0-note", "x")
    assert live.formset("called", "hasChanged()") is True
    assert live.form_data("called") == live.formset("called", "postData()")


def hidden_initial(live):
    """The prefix stands twice in such an id, and at the start of neither name nor id."""
    hidden = live.control("initial-shown-1-when")
    expect(hidden).to_have_attribute("id", "initial-shown-1-id_shown-1-when")
    value = hidden.input_value()
    live.button("shown", "remove", row=0).click()
    hidden = live.control("initial-shown-0-when")
    expect(hidden).to_have_attribute("id", "initial-shown-0-id_shown-0-when")
    expect(hidden).to_have_value(value)
    assert not assert_agrees(live, "shown", DJANGO["ShownFormSet"]).has_changed()
    live.type("shown-0-when", "2026-01-02 11:00:00")
    assert assert_agrees(live, "shown", DJANGO["ShownFormSet"]).has_changed()


def many_controls(live):
    live.type("rich-1-when_0", "2026-01-02")
    live.type("rich-1-when_1", "soon")
    live.expect_errors("rich-1-when", "Enter a valid time.")
    live.type("rich-1-when_1", "10:30")
    live.expect_errors("rich-1-when")
    live.expect_errors("rich-1-tags")  # nobody has been there
    for part, choice in (("year", "2026"), ("month", "2"), ("day", "30")):
        live.control(f"rich-1-day_{part}").select_option(choice)
    live.expect_errors("rich-1-day", "Enter a valid date.")
    live.control("rich-1-day_day").select_option("2")
    live.expect_errors("rich-1-day")
    tick = live.control("rich-1-tags").nth(1)
    tick.check()
    tick.uncheck()
    live.expect_errors("rich-1-tags", "This field is required.")
    tick.check()
    live.control("rich-1-several").select_option(["a", "b"])
    live.control("rich-1-maybe").select_option("false")
    posted = live.form_data("rich")
    assert posted["rich-1-tags"] == ["b"]
    assert posted["rich-1-several"] == ["a", "b"]
    assert "rich-0-tags" not in posted
    live.button("rich", "remove", row=0).click()
    django = assert_agrees(live, "rich", DJANGO["RichFormSet"])
    assert django.forms[0].cleaned_data["day"].isoformat() == "2026-02-02"
    expect(live.control("rich-0-tags").nth(1)).to_be_checked()
    expect(live.control("rich-0-day_month")).to_have_value("2")


def test_forms_that_are_made_by_their_number(author):
    """Django 16, Django 17"""
    live = author(container("Numbered", "numbered"), VALUES)
    labels = live.page.locator('#numbered label[for$="-name"]')
    expect(labels).to_have_text(["Name 1:", "Name 2:", "Name 3:"])
    assert live.page.locator("#numbered [required]").count() == 0
    live.type("numbered-1-more", "9")
    live.type("numbered-1-name", "b")
    live.type("numbered-2-name", "c", leave=False)
    paper = {"name": "paper.txt", "mimeType": "text/plain", "buffer": b"abc"}
    live.control("numbered-2-paper").set_input_files(paper)
    live.control("numbered-2-name").focus()
    live.formset("numbered", "removeForm(0)")
    # Labels and fields are those of the new numbers; what was typed, chosen and focused stays.
    expect(labels).to_have_text(["Name 1:", "Name 2:"])
    assert live.focused() == "numbered-1-name"
    expect(live.control("numbered-0-name")).to_have_value("b")
    expect(live.control("numbered-0-more")).to_have_count(0)
    expect(live.control("numbered-1-more")).to_have_value("7")
    chosen = "document.querySelector('[name=\"numbered-1-paper\"]').files[0].name"
    assert live.page.evaluate(chosen) == "paper.txt"
    posted = {
        name: each for name, each in live.form_data("numbered").items() if "paper" not in name
    }
    assert posted == live.formset("numbered", "postData()")
    live.formset("numbered", "updateData({'numbered-1-more': ''})")
    live.expect_errors("numbered-1-more", "This field is required.")
    live.formset("numbered", "undo()")
    live.formset("numbered", "undo()")
    expect(labels).to_have_text(["Name 1:", "Name 2:", "Name 3:"])
    expect(live.control("numbered-1-more")).to_have_value("9")
    expect(live.control("numbered-2-name")).to_have_value("c")
    assert live.page.evaluate(chosen.replace("1-paper", "2-paper")) == "paper.txt"
    live.button("numbered", "add").click()
    expect(labels).to_have_text(["Name 1:", "Name 2:", "Name 3:", "Name 4:"])

"""A form that cannot be made live says so in its place, and keeps no other from being live."""

from pathlib import Path
from textwrap import dedent

from playwright.sync_api import expect

from tests.support import exceptions

# Every exception that Python has, raised where the form is made; and one where it is shown.
FORMS = Path(exceptions.__file__).read_text("utf-8") + dedent("""
    def failing(error):
        def __init__(self, *args, **kwargs):
            raise error
        return type(f"Init{type(error).__name__}", (forms.Form,), {"__init__": __init__})

    for name, error in every_exception().items():
        globals()[f"Init{name}"] = failing(error)

    class RenderExits(forms.Form):
        class Widget(forms.TextInput):
            def render(self, *args, **kwargs):
                raise SystemExit("no")
        name = forms.CharField(widget=Widget())

    class Good(forms.Form):
        name = forms.CharField()
""")
KINDS = list(exceptions.every_exception())


def test_no_failure_of_a_form_keeps_another_from_being_live(author, complaints):
    complaints.expect("could not be shown")
    names = [*(f"Init{each}" for each in KINDS), "RenderExits"]
    html = "".join(
        f'<form id="{each}" data-form="case.{each}"><input name="name"></form>' for each in names
    )
    html += '<form data-form="case.Good"><button>Save</button></form>'
    live = author(html, FORMS)
    boxes = live.page.locator("form > .clientforms-error:not([hidden])")
    expect(boxes).to_have_count(len(names))
    for name, text in zip(names, boxes.all_inner_texts(), strict=True):
        kind = name.removeprefix("Init")
        assert f"case.{name} could not be shown: " in text, name
        assert kind in text or name == "RenderExits", text
    expect(live.page.locator("[data-bound]")).to_have_count(1)
    live.page.get_by_role("button", name="Save").click()
    live.expect_errors("name", "This field is required.")


def test_a_form_that_failed_puts_nothing_into_the_address(author, complaints):
    """Neither a form nor one around a container; one that says where it goes is sent."""
    complaints.expect("could not be shown|case has no Unknown")
    inside = '<input name="password" type="password" value="secret"><button>Send</button>'
    forms = {
        "form": f'<form data-form="case.InitValueError" data-prefix="a">{inside}</form>',
        "container": f'<form data-clientforms>{inside}<div data-form="case.InitKeyError" data-prefix="b"></div></form>',
        "unknown": f'<form data-form="case.Unknown" data-prefix="c">{inside}</form>',
        "address": f'<form action="/received" data-form="case.InitValueError" data-prefix="d">{inside}</form>',
        "dialog": f'<dialog open><form method="dialog" data-form="case.InitValueError" data-prefix="e">{inside}</form></dialog>',
    }
    live = author("".join(forms.values()), FORMS)
    expect(live.page.locator("form .clientforms-error:not([hidden])")).to_have_count(len(forms))
    address = live.page.url
    for place, what in enumerate(forms):
        live.page.locator("form").nth(place).locator("button").evaluate("button => button.click()")
        live.page.wait_for_timeout(100)  # nothing tells of a navigation that does not come
        assert live.page.url == address, what
    expect(live.page.locator("dialog")).to_be_hidden()
    live.page.route("**/received", lambda route: route.fulfill(body="thanks"))
    live.page.locator("form").first.evaluate(
        "form => { form.action = '/received'; form.method = 'post'; }"
    )
    with live.page.expect_request("**/received") as sent:
        live.page.locator("form button").first.click()
    assert sent.value.post_data == "password=secret"

"""A form that cannot be made live says so in its place, and keeps no other from being live."""

import builtins

from playwright.sync_api import expect

# Every exception that Python has, raised where the form is made; and one where it is shown.
FORMS = """
    import builtins

    ARGUMENTS = {
        "UnicodeDecodeError": ("utf-8", b"x", 0, 1, "it is so"),
        "UnicodeEncodeError": ("utf-8", "x", 0, 1, "it is so"),
        "UnicodeTranslateError": ("x", 0, 1, "it is so"),
        "BaseExceptionGroup": ("several", [ValueError("it is so")]),
        "ExceptionGroup": ("several", [ValueError("it is so")]),
    }
    def failing(kind):
        def __init__(self, *args, **kwargs):
            raise kind(*ARGUMENTS.get(kind.__name__, ("it is so",)))
        return type(f"Init{kind.__name__}", (forms.Form,), {"__init__": __init__})

    for each in list(vars(builtins).values()):
        if isinstance(each, type) and issubclass(each, BaseException):
            globals()[f"Init{each.__name__}"] = failing(each)

    class RenderExits(forms.Form):
        class Widget(forms.TextInput):
            def render(self, *args, **kwargs):
                raise SystemExit("no")
        name = forms.CharField(widget=Widget())

    class Good(forms.Form):
        name = forms.CharField()
"""


KINDS = sorted(
    name
    for name, each in vars(builtins).items()
    if isinstance(each, type) and issubclass(each, BaseException) and each.__name__ == name
)


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

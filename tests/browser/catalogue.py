"""Every field and widget of Django with what a user does wrong in it, and then right.

`FORMS` is run in the page and by the tests alike, so that both know the same forms.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field

from django import forms

REQUIRED = "This field is required."
NO_PICTURE = (
    "Upload a valid image. The file you uploaded was either not an image or a corrupted image."
)

FORMS = """
    import datetime, os

    os.makedirs("/tmp/clientforms-papers", exist_ok=True)
    open("/tmp/clientforms-papers/a.txt", "w").close()
    LETTERS = [("a", "A"), ("b", "B"), ("c", "C")]
    NUMBERS = [("", "-"), (1, "One"), (2, "Two")]

    class PairWidget(forms.MultiWidget):
        def __init__(self):
            super().__init__([forms.TextInput(), forms.Select(choices=LETTERS)])

        def decompress(self, value):
            return value.split("/") if value else [None, None]

    class PairField(forms.MultiValueField):
        widget = PairWidget

        def __init__(self, **kwargs):
            super().__init__([forms.CharField(), forms.ChoiceField(choices=LETTERS)], **kwargs)

        def compress(self, values):
            return "/".join(values)

    class Texts(forms.Form):
        field = forms.Field()
        char = forms.CharField(min_length=3)
        integer = forms.IntegerField(max_value=5)
        date = forms.DateField()
        time = forms.TimeField()
        datetime = forms.DateTimeField()
        duration = forms.DurationField()
        regex = forms.RegexField(r"^[0-9]+$")
        email = forms.EmailField()
        url = forms.URLField(assume_scheme="https")
        float = forms.FloatField(min_value=2)
        decimal = forms.DecimalField(decimal_places=1)
        address = forms.GenericIPAddressField()
        json = forms.JSONField()
        slug = forms.SlugField()
        uuid = forms.UUIDField()
        combo = forms.ComboField([forms.EmailField(), forms.CharField(max_length=20)])

    class Choices(forms.Form):
        boolean = forms.BooleanField()
        null = forms.NullBooleanField()
        choice = forms.ChoiceField(choices=NUMBERS)
        many = forms.MultipleChoiceField(choices=LETTERS)
        typed = forms.TypedChoiceField(choices=NUMBERS, coerce=int)
        typed_many = forms.TypedMultipleChoiceField(choices=NUMBERS[1:], coerce=int)
        path = forms.FilePathField("/tmp/clientforms-papers")
        pair = PairField()
        split = forms.SplitDateTimeField()
        file = forms.FileField()
        image = forms.ImageField()
        radio = forms.ChoiceField(choices=LETTERS, widget=forms.RadioSelect)
        boxes = forms.MultipleChoiceField(choices=LETTERS, widget=forms.CheckboxSelectMultiple)
        day = forms.DateField(widget=forms.SelectDateWidget(years=[2025, 2026]))

    class Widgets(forms.Form):
        color = forms.CharField(widget=forms.widgets.ColorInput)
        search = forms.CharField(widget=forms.widgets.SearchInput, min_length=3)
        telephone = forms.RegexField(r"^[0-9]+$", widget=forms.widgets.TelInput)
        password = forms.CharField(min_length=8, widget=forms.PasswordInput)
        text = forms.CharField(widget=forms.Textarea, min_length=3)
        plain_file = forms.FileField(widget=forms.FileInput)
        hidden = forms.CharField(widget=forms.HiddenInput, initial="kept")
        hidden_many = forms.MultipleChoiceField(
            choices=LETTERS, widget=forms.MultipleHiddenInput, initial=["a", "c"])
        hidden_split = forms.SplitDateTimeField(
            widget=forms.SplitHiddenDateTimeWidget, initial=datetime.datetime(2026, 1, 2, 3, 4))
        localized = forms.DecimalField(localize=True, max_value=5)
        disabled = forms.CharField(disabled=True, initial="fixed")
        shown_initial = forms.CharField(show_hidden_initial=True, initial="first", min_length=3)
        shown_split = forms.SplitDateTimeField(
            show_hidden_initial=True, initial=datetime.datetime(2026, 1, 2, 3, 4))
"""

Act = tuple[str, str, object]


@dataclass(frozen=True)
class Trial:
    """What is done wrong, what Django says then, and what puts it right."""

    wrong: list[Act]
    message: str
    right: list[Act] = field(default_factory=list)


def typed(wrong: str, message: str, right: str) -> Trial:
    return Trial([("type", "", wrong)], message, [("type", "", right)])


def file(name: str, content: bytes, content_type: str) -> dict:
    return {"name": name, "mimeType": content_type, "buffer": content}


def files(wrong: bytes, message: str, right: bytes) -> Trial:
    return Trial(
        [("file", "", file("x.png", wrong, "image/png"))],
        message,
        [("file", "", file("y.png", right, "image/png"))],
    )


EMPTY_FILE = "The submitted file is empty."
TRIALS: dict[str, dict[str, Trial]] = {
    "Texts": {
        "field": Trial([("type", "", "x"), ("type", "", "")], REQUIRED, [("type", "", "y")]),
        "char": typed("ab", "Ensure this value has at least 3 characters (it has 2).", "abc"),
        "integer": typed("9", "Ensure this value is less than or equal to 5.", "4"),
        "date": typed("no", "Enter a valid date.", "2026-01-02"),
        "time": typed("no", "Enter a valid time.", "10:20"),
        "datetime": typed("no", "Enter a valid date/time.", "2026-01-02 10:20"),
        "duration": typed("no", "Enter a valid duration.", "1 02:03:04"),
        "regex": typed("no", "Enter a valid value.", "123"),
        "email": typed("no", "Enter a valid email address.", "a@example.org"),
        "url": typed("no way", "Enter a valid URL.", "example.org/x"),
        "float": typed("1.5", "Ensure this value is greater than or equal to 2.", "2.5"),
        "decimal": typed(
            "1.23", "Ensure that there are no more than 1 decimal place.", "1.2"
        ),
        "address": typed("1.2.3", "Enter a valid IPv4 or IPv6 address.", "1.2.3.4"),
        "json": typed("{", "Enter a valid JSON.", '{"a": [1, null]}'),
        "slug": typed(
            "no good",
            "Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.",
            "good",
        ),
        "uuid": typed("no", "Enter a valid UUID.", "12345678-1234-5678-1234-567812345678"),
        "combo": typed("no", "Enter a valid email address.", "b@example.org"),
    },
    "Choices": {
        "boolean": Trial([("tick", "on", True), ("tick", "on", False)], REQUIRED,
                         [("tick", "on", True)]),
        "null": Trial([], "", [("select", "", "true")]),
        "choice": Trial([("select", "", "1"), ("select", "", "")], REQUIRED,
                        [("select", "", "2")]),
        "many": Trial([("select", "", ["a"]), ("select", "", [])], REQUIRED,
                      [("select", "", ["a", "c"])]),
        "typed": Trial([("select", "", "1"), ("select", "", "")], REQUIRED,
                       [("select", "", "2")]),
        "typed_many": Trial([("select", "", ["1"]), ("select", "", [])], REQUIRED,
                            [("select", "", ["1", "2"])]),
        "path": Trial([], "", [("select", "", "/tmp/clientforms-papers/a.txt")]),
        "pair": Trial([("type", "_0", "x"), ("type", "_0", "")], REQUIRED,
                      [("type", "_0", "y"), ("select", "_1", "b")]),
        "split": Trial([("type", "_1", "10:00"), ("type", "_0", "no")], "Enter a valid date.",
                       [("type", "_0", "2026-01-02")]),
        "file": files(b"", EMPTY_FILE, b"content"),
        "image": files(b"only text", NO_PICTURE, b"\x89PNG\r\n\x1a\n\x00"),
        "radio": Trial([], "", [("tick", "b", True)]),
        "boxes": Trial([("tick", "a", True), ("tick", "a", False)], REQUIRED,
                       [("tick", "b", True), ("tick", "c", True)]),
        "day": Trial([("select", "_month", "2"), ("select", "_day", "30"),
                      ("select", "_year", "2026")], "Enter a valid date.",
                     [("select", "_day", "28")]),
    },
    "Widgets": {
        "color": Trial([], "", [("type", "", "#102030")]),
        "search": typed("ab", "Ensure this value has at least 3 characters (it has 2).", "abc"),
        "telephone": typed("no", "Enter a valid value.", "123"),
        "password": typed(
            "short", "Ensure this value has at least 8 characters (it has 5).", "long enough"
        ),
        "text": typed("a\nb", "", "a\nb\nc"),
        "plain_file": files(b"", EMPTY_FILE, b"content"),
        "localized": typed("7", "Ensure this value is less than or equal to 5.", "4.5"),
        "shown_initial": typed(
            "ab", "Ensure this value has at least 3 characters (it has 2).", "abc"
        ),
        "shown_split": Trial([("type", "_0", "no")], "Enter a valid date.",
                             [("type", "_0", "2026-01-03")]),
    },
}  # fmt: skip
UNTOUCHED = {"Widgets": {"hidden", "hidden_many", "hidden_split", "disabled"}}


def page_forms() -> dict[str, type[forms.Form]]:
    """Return the forms of `FORMS`, made here under CPython."""

    namespace: dict = {"forms": forms, "__name__": "catalogue"}
    exec(textwrap.dedent(FORMS), namespace)
    return {name: namespace[name] for name in TRIALS}

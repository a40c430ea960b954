"""Every kind of field and widget of `django.forms`, with what a user or a script may put into it."""

import datetime
import decimal
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile

__all__ = ["FILES", "KINDS", "Kind"]

LETTERS = [("a", "A"), ("b", "B"), ("c", "C")]
NUMBERS = [("", "—"), ("1", "One"), ("2", "Two")]
DAY = datetime.date(1922, 2, 2)
MOMENT = datetime.datetime(1922, 2, 2, 10, 30)

Typed = Sequence[list[str] | None]


@dataclass(frozen=True, repr=False)
class Kind:
    """A kind of field: how it is made, and values for it.

    `typed`: end of a control's name to what that control may post, None for nothing. `given`: what
    a script may give to `set_data`. `initial`: what a developer may write as initial data.
    """

    name: str
    make: Callable[..., forms.Field]
    typed: dict[str, Typed]
    given: Sequence[Any]
    initial: Sequence[Any]
    takes_file: bool = False
    can_be_hidden: bool = True
    valid: Any = field(default=None)

    def __repr__(self) -> str:
        return self.name


class StoredFile:
    """What a model's file field gives as initial data."""

    url = "/media/stored.txt"
    name = "stored.txt"

    def __str__(self) -> str:
        return self.name


class PhoneWidget(forms.MultiWidget):
    def __init__(self, attrs=None):
        super().__init__([forms.TextInput(), forms.NumberInput()], attrs)

    def decompress(self, value):
        return value.split("/") if value else [None, None]


class PhoneField(forms.MultiValueField):
    widget = PhoneWidget

    def __init__(self, **options):
        parts = (
            forms.RegexField(r"^\+\d+$", error_messages={"incomplete": "Where?"}),
            forms.IntegerField(max_value=999),
        )
        super().__init__(parts, require_all_fields=False, **options)

    def compress(self, values):
        return "/".join(map(str, values)) if values else ""


def text(*values: str) -> dict[str, Typed]:
    """What one text control may hold: these values, and what fits nowhere."""
    return {"": [[value] for value in (*values, "", " ", "same", "-1", "<b>&amp;</b>", "set-0")]}


TICK = {"": [["on"], None]}
FILES = {
    "a text": lambda: SimpleUploadedFile("a.txt", b"abc", "text/plain"),
    "empty": lambda: SimpleUploadedFile("empty.txt", b"", "text/plain"),
    "a long name": lambda: SimpleUploadedFile(f"{'x' * 40}.txt", b"abc", "text/plain"),
}

KINDS = [
    Kind("text", lambda **o: forms.CharField(max_length=12, **o),
         text("A", " A ", "x" * 13, "__prefix__", "a\x00b"), ["A", "same", "", None, 5], ["A", ""],
         valid="A"),
    Kind("unstripped", lambda **o: forms.CharField(strip=False, empty_value=None, **o),
         text(" A ", "A"), [" ", "A", None], [" ", "A"], valid=" A "),
    Kind("area", lambda **o: forms.CharField(widget=forms.Textarea, min_length=2, **o),
         text("one\ntwo", "x", "a\r\nb\rc", "\ud800"), ["one\ntwo", "\n", ""],
         ["\nfirst", "x", "a\r\nb"], valid="one"),
    Kind("integer", lambda **o: forms.IntegerField(min_value=0, step_size=2, **o),
         text("2", "3", "1.5", "2.0", "٢"), [2, "4", None, True], [0, 2, "2"], valid=4),
    Kind("float", lambda **o: forms.FloatField(max_value=9, **o),
         text("1.5", "1e3", "nan", "7"), [1.5, 7, None], [0.5, 7], valid=7.5),
    Kind("decimal", lambda **o: forms.DecimalField(max_digits=4, decimal_places=1, localize=True, **o),
         text("1.5", "1.55", "99999"), [decimal.Decimal("1.5"), 2, None],
         [decimal.Decimal("1.50"), 3], valid=decimal.Decimal("1.5")),
    Kind("boolean", lambda **o: forms.BooleanField(**o), TICK, [True, False, None], [True, False],
         valid=True),
    Kind("null_boolean", lambda **o: forms.NullBooleanField(**o),
         {"": [["true"], ["false"], ["unknown"], ["2"]]}, [True, False, None], [True, False, None],
         valid=False),
    Kind("choice", lambda **o: forms.ChoiceField(choices=LETTERS, **o),
         {"": [["a"], ["b"], ["z"]]}, ["a", "b", None, "z"], ["b", "a"], valid="c"),
    Kind("typed_choice", lambda **o: forms.TypedChoiceField(
            choices=NUMBERS, coerce=int, empty_value=None, **o),
         {"": [[""], ["1"], ["2"], ["9"]]}, [1, "2", "", None], [1, 2], valid=2),
    Kind("radios", lambda **o: forms.ChoiceField(choices=LETTERS, widget=forms.RadioSelect, **o),
         {"": [["a"], ["c"], None]}, ["a", "c", None], ["a"], valid="a"),
    Kind("ticks", lambda **o: forms.MultipleChoiceField(
            choices=LETTERS, widget=forms.CheckboxSelectMultiple, **o),
         {"": [["a"], ["a", "c"], ["z"], None]}, [["a"], [], None, ["a", "b"]], [["a"], []],
         valid=["b"]),
    Kind("several", lambda **o: forms.TypedMultipleChoiceField(choices=NUMBERS[1:], coerce=int, **o),
         {"": [["1"], ["1", "2"], ["9"], None]}, [[1, 2], ["2"], []], [[1], [2, 1]], valid=[2]),
    Kind("day", lambda **o: forms.DateField(**o),
         text("1922-02-02", "02/02/1922"), [DAY, "1922-02-03", None], [DAY], valid=DAY),
    Kind("day_time", lambda **o: forms.DateTimeField(**o),
         text("1922-02-02 10:30", "1922-02-02"), [MOMENT, "1922-02-02T10:30", None],
         [MOMENT, MOMENT.replace(microsecond=7, tzinfo=datetime.UTC)], valid=MOMENT),
    Kind("split", lambda **o: forms.SplitDateTimeField(**o),
         {"_0": [["1922-02-02"], [""], ["x"]], "_1": [["10:30"], [""], ["x"]]},
         [MOMENT, None], [MOMENT], valid=MOMENT),
    Kind("select_day", lambda **o: forms.DateField(
            widget=forms.SelectDateWidget(years=[1921, 1922]), **o),
         {"_year": [["1922"], [""]], "_month": [["2"], [""]], "_day": [["2"], ["31"], [""]]},
         [DAY, None], [DAY], valid=DAY),
    Kind("time", lambda **o: forms.TimeField(**o),
         text("10:30", "25:00"), [datetime.time(10, 30), "10:31", None], [datetime.time(1, 2, 3, 4)],
         valid=datetime.time(10, 30)),
    Kind("duration", lambda **o: forms.DurationField(**o),
         text("1 00:00:05", "P1D"), [datetime.timedelta(hours=1), None],
         [datetime.timedelta(seconds=5)], valid=datetime.timedelta(days=1)),
    Kind("email", lambda **o: forms.EmailField(**o),
         text("a@example.org", " a@example.org "), ["a@example.org", "no"], ["a@example.org"],
         valid="a@example.org"),
    Kind("url", lambda **o: forms.URLField(assume_scheme="https", **o),
         text("example.org", "http://[", "https://example.org/"), ["example.org"],
         ["https://example.org/"], valid="https://example.org"),
    Kind("slug", lambda **o: forms.SlugField(allow_unicode=True, **o),
         text("ok", "no good", "é"), ["ok", "no good"], ["ok"], valid="ok"),
    Kind("uuid", lambda **o: forms.UUIDField(**o),
         text(str(uuid.UUID(int=1)), uuid.UUID(int=1).hex), [uuid.UUID(int=1), "x", None],
         [uuid.UUID(int=1)], valid=uuid.UUID(int=2)),
    Kind("json", lambda **o: forms.JSONField(**o),
         text('{"a": 1}', "null", '"A"', "{"), ['{"a": [1]}', {"a": [1]}, [None], None], [{"a": 1}, None, "A"],
         valid='{"b": 2}'),
    Kind("regex", lambda **o: forms.RegexField(r"^[a-z]+$", **o),
         text("abc", "ABC"), ["abc", "ABC"], ["abc"], valid="abc"),
    Kind("phone", PhoneField,
         {"_0": [["+1"], [""], ["x"]], "_1": [["5"], [""], ["1000"]]},
         ["+1/5", None], ["+1/5"], valid="+1/5",
         can_be_hidden=False),  # Django: its has_changed() wants the widget's decompress()
    Kind("ip", lambda **o: forms.GenericIPAddressField(unpack_ipv4=True, **o),
         text("::ffff:10.0.0.1", "10.0.0.1"), ["10.0.0.1"], ["10.0.0.1", "::1"], valid="::1"),
    Kind("combo", lambda **o: forms.ComboField(
            fields=[forms.CharField(max_length=9), forms.SlugField()], **o),
         text("ok", "no good", "x" * 10), ["ok", "no good"], ["ok"], valid="ok"),
    Kind("file", lambda **o: forms.FileField(widget=forms.FileInput, max_length=20, **o), {}, [],
         [StoredFile()], takes_file=True),
    Kind("clearable", lambda **o: forms.FileField(allow_empty_file=True, **o),
         {"-clear": [["on"], None]}, [], [StoredFile()], takes_file=True),
]  # fmt: skip

"""Plain values and tables: whatever a form's cleaned data hold can be written, and harms nobody."""

import csv
import datetime
import decimal
import enum
import fractions
import io
import ipaddress
import json
import types
import uuid
from pathlib import PurePosixPath

import pytest
from django import forms
from django.utils.functional import lazy
from django.utils.safestring import mark_safe

from clientforms import ClientForm
from clientforms.engine.data.to_csv import to_csv, with_numbers
from clientforms.engine.data.to_json import to_plain


class Colour(enum.Enum):
    RED = 1


class Number(enum.IntEnum):
    ONE = 1


class Own:
    def __str__(self):
        return "own"


ODD = [
    (float("nan"), "NaN"),
    (float("inf"), "Infinity"),
    (float("-inf"), "-Infinity"),
    (1e300, 1e300),
    (2**70, 2**70),
    (decimal.Decimal("NaN"), "NaN"),
    (decimal.Decimal("-5.00"), "-5.00"),
    (b"\xff a", "\ufffd a"),
    (bytearray(b"ab"), "ab"),
    (memoryview(b"ab"), "ab"),
    ({"b", "a"}, ["a", "b"]),
    (frozenset([2, 1]), [1, 2]),
    (Colour.RED, "Colour.RED"),
    (Number.ONE, 1),
    (lazy(lambda: "later", str)(), "later"),
    (mark_safe("<b>"), "<b>"),
    (complex(1, 2), "(1+2j)"),
    (fractions.Fraction(1, 2), "1/2"),
    (ipaddress.ip_address("::1"), "::1"),
    (PurePosixPath("/a"), "/a"),
    (uuid.UUID(int=0), "00000000-0000-0000-0000-000000000000"),
    (datetime.timedelta(days=-1), "-P1DT00H00M00S"),
    (datetime.time(1, 2), "01:02:00"),
    (types.MappingProxyType({1: {2: {3}}}), {"1": {"2": [3]}}),
    (range(2), [0, 1]),
    (Own(), "own"),
    ("\ud800\0", "\ud800\0"),
]


@pytest.mark.parametrize(("value", "plain"), ODD, ids=lambda value: type(value).__name__)
def test_whatever_a_form_cleans_to_is_plain_json(value, plain):
    class AnyForm(forms.Form):
        field = forms.CharField(required=False)

        def clean(self):
            return {"field": value, "deeper": [{"value": value}]}

    cleaned = ClientForm(AnyForm).plain_cleaned_data()
    assert cleaned == {"field": plain, "deeper": [{"value": plain}]}
    assert json.loads(json.dumps(cleaned, allow_nan=False)) == cleaned


FORMULAS = [f"{start}1+1" for start in "=+-@\t\r\n"] + ["=", "-5", "@SUM(A1)", '=HYPERLINK("x")']


def cells(*values, **options):
    rows = [{"cell": value} for value in values]
    read = csv.reader(io.StringIO(to_csv(rows, **options), newline=""))
    return [cell for (cell,) in list(read)[1:]]


def test_text_that_spreadsheets_take_for_formulas_is_guarded():
    assert cells(*FORMULAS) == [f"'{each}" for each in FORMULAS]
    assert cells(*FORMULAS, guard=False) == FORMULAS
    assert cells("a=1", "'=1", " -5", "é") == ["a=1", "'=1", " -5", "é"]
    for guard in (True, False):
        written = to_csv([dict.fromkeys([*FORMULAS, "a"], 1)], guard=guard)
        headings = next(csv.reader(io.StringIO(written, newline="")))
        assert headings == [*(f"'{each}" if guard else each for each in FORMULAS), "a"]


def test_numbers_are_no_formulas():
    numbers = [-5, -1.5, decimal.Decimal("-5.00"), 1e300, 5.0, 2**70]
    plain = [to_plain(each) for each in numbers]
    assert cells(*plain) == ["-5", "-1.5", "-5.00", "1e+300", "5.0", str(2**70)]
    kept = json.loads(json.dumps({"price": to_plain(numbers[2]), "text": "-5.00"}))
    assert list(with_numbers(kept, {"price"}).values()) == ["-5.00", "-5.00"]
    assert to_csv([with_numbers(kept, {"price"})]).splitlines()[1] == "-5.00,'-5.00"

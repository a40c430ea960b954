"""The language of a built page: its words, and values that a browser would leave out in it, with the remedy."""

import json
from textwrap import dedent

import pytest
from django import forms
from django.utils.translation import override

from clientforms.builder import cli
from clientforms.builder.author.localized_values import localized_values


def box(widget, kind, **options):
    return widget(attrs={"type": kind}, **options)


FIELDS = {
    "day": forms.DateField(widget=box(forms.DateInput, "date")),
    "moment": forms.DateTimeField(widget=box(forms.DateTimeInput, "datetime-local")),
    "parts": forms.SplitDateTimeField(
        widget=forms.SplitDateTimeWidget(date_attrs={"type": "date"}, time_attrs={"type": "time"})
    ),
    "amount": forms.DecimalField(localize=True, widget=forms.NumberInput),
}
HARMLESS = {
    "text": forms.DateField(),
    "iso": forms.DateField(widget=box(forms.DateInput, "date", format="%Y-%m-%d")),
    "iso_moment": forms.DateTimeField(
        widget=box(forms.DateTimeInput, "datetime-local", format="%Y-%m-%dT%H:%M")
    ),
    "at": forms.TimeField(widget=box(forms.TimeInput, "time")),
    "number": forms.DecimalField(),
    "words": forms.DecimalField(localize=True),
    "choices": forms.ChoiceField(choices=[("a", "A")]),
}


def found_in(language, fields):
    with override(language):
        return dict(localized_values(fields.items()))


def test_dates_and_numbers_of_a_language_are_found_in_boxes_of_computers():
    assert found_in("de", FIELDS).keys() == FIELDS.keys()
    assert not found_in("de", HARMLESS)
    # In English, a date is written in ISO format, but the box for date and time wants a T.
    assert found_in("en", FIELDS).keys() == {"moment"}


def test_the_remedy_ends_it():
    said = found_in("de", FIELDS)
    assert "31.12.2026 into a date box (type=date)" in said["day"]
    assert 'format="%Y-%m-%d"' in said["day"]
    assert 'format="%Y-%m-%dT%H:%M"' in said["moment"]
    assert "1234,5 into a number box" in said["amount"]
    assert "localize=True" in said["amount"]


@pytest.mark.parametrize(
    ("language", "expected"),
    [("de", ["DayForm.day: its DateInput writes 31.12.2026"]),
     ("el", ["clientforms has no words in el:", "DayForm.day: its DateInput writes 31/12/2026"])],
)  # fmt: skip
def test_check_tells_what_the_language_of_the_page_lacks(tmp_path, capsys, language, expected):
    source = """
        from django import forms

        class DayForm(forms.Form):
            day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}))
    """
    (tmp_path / "days.py").write_text(dedent(source), "utf-8")
    target = f"{tmp_path / 'days.py'}:DayForm"
    assert cli.main(["check", target, "--language", language, "--json"]) == 0
    warnings = json.loads(capsys.readouterr().out)["warnings"]
    said = sorted(warning["message"] for warning in warnings)
    assert len(said) == len(expected)
    for line, beginning in zip(said, sorted(expected), strict=True):
        assert line.startswith(beginning)
    for warning in warnings:
        if "DayForm" in warning["message"]:
            assert (warning["line"], warning["field"]) == (4, "day")


def test_a_built_page_speaks_before_it_has_python_and_without(tmp_path):
    """If there is no translation, it says that it is English."""
    (tmp_path / "day.py").write_text(
        "from django import forms\nclass DayForm(forms.Form):\n    day = forms.CharField()\n",
        "utf-8",
    )
    target = f"{tmp_path / 'day.py'}:DayForm"
    for language, marked, status in (
        ("cs", "", "Načítají se formuláře…"), ("ckb", ' lang="en" dir="ltr"', "Getting the form ready…"),
    ):  # fmt: skip
        out = tmp_path / language
        assert cli.main(["build", target, "--out", str(out), "--language", language]) == 0
        page = (out / "index.html").read_text("utf-8")
        assert f" data-boot-status{marked}>{status}</span>" in page
        assert f'<noscript{marked}><p class="noscript"><span class="wrap">' in page
        assert "data-clientforms-text" not in page

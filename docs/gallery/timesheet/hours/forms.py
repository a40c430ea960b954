"""A timesheet of five hundred rows; each is validated as it is typed, and all of them together."""

from datetime import date, timedelta
from itertools import pairwise

from django import forms
from django.core.exceptions import ValidationError

PROJECTS = [("web", "Website"), ("app", "App"), ("ops", "Support"), ("off", "Leave")]
TASKS = ["Planning", "Code", "Review", "Meeting", "Tests"]
TIMES = [("08:00", "10:15"), ("10:30", "12:00"), ("13:00", "15:30"), ("15:30", "17:00")]


class EntryForm(forms.Form):
    template_name = "hours/entry.html"

    day = forms.DateField(widget=forms.DateInput({"type": "date"}))
    begin = forms.TimeField(widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    end = forms.TimeField(widget=forms.TimeInput({"type": "time"}, format="%H:%M"))
    project = forms.ChoiceField(choices=PROJECTS)
    task = forms.CharField(max_length=40)

    def clean(self):
        data = super().clean()
        if data.get("begin") and data.get("end") and data["end"] <= data["begin"]:
            self.add_error("end", "The end comes after the beginning.")
        return data


class BaseTimesheet(forms.BaseFormSet):
    template_name = "hours/sheet.html"

    def clean(self):
        entries = sorted(
            (data["day"], data["begin"], data["end"])
            for form in self.forms
            if (data := form.cleaned_data) and not data.get("DELETE")
            and {"day", "begin", "end"} <= data.keys()
        )  # fmt: skip
        for (day, _, end), (next_day, begin, _) in pairwise(entries):
            if day == next_day and begin < end:
                raise ValidationError(f"On {day:%-d %B} two entries overlap at {begin:%H:%M}.")


TimesheetFormSet = forms.formset_factory(
    EntryForm, formset=BaseTimesheet, extra=0, can_delete=True, max_num=1000, absolute_max=1000
)


def make_timesheet(**given):
    """Return the sheet of 125 working days, four entries each."""
    given.setdefault("initial", [
        {"day": day, "begin": begin, "end": end, "project": PROJECTS[(number + place) % 3][0],
         "task": TASKS[(number * 2 + place) % 5]}
        for number, day in enumerate(working_days(date(2026, 1, 5), 125))
        for place, (begin, end) in enumerate(TIMES)
    ])  # fmt: skip
    return TimesheetFormSet(**given)


def working_days(first, count):
    days = (first + timedelta(number) for number in range(2 * count))
    return [day for day in days if day.weekday() < 5][:count]

from django import forms
from recurrence.forms import RecurrenceField


class MeetingForm(forms.Form):
    when = RecurrenceField()

"""A file is read in the browser, line by line, before anything is sent."""

import csv

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import FileExtensionValidator

LARGEST = 200_000  # bytes


class MemberForm(forms.Form):
    """One line of the file."""

    name = forms.CharField(max_length=40)
    email = forms.EmailField()
    born = forms.DateField(required=False)


class ImportForm(forms.Form):
    club = forms.CharField(max_length=60)
    members = forms.FileField(
        widget=forms.FileInput({"accept": ".csv"}),
        validators=[FileExtensionValidator(["csv"])],
        help_text="CSV with the columns name, email and born",
    )

    def clean_members(self):
        file = self.cleaned_data["members"]
        if file.size > LARGEST:
            raise ValidationError("At most 200 kB, please.")
        try:
            lines = file.read().decode("utf-8-sig").splitlines()
        except UnicodeDecodeError:
            raise ValidationError("Save the file as UTF-8.") from None
        file.seek(0)
        errors = list(errors_of(csv.DictReader(lines)))
        if errors:
            raise ValidationError(errors[:5])
        return file


def errors_of(lines):
    if missing := {"name", "email"} - set(lines.fieldnames or ()):
        yield f"The first line names no column {' and no '.join(sorted(missing))}."
        return
    for line in lines:
        for name, errors in MemberForm(line).errors.items():
            yield f"Line {lines.line_num}, {name}: {errors[0]}"

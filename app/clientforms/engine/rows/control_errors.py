"""Errors that the page finds in its controls: unreadable text, and rules given as attributes.

A number input that shows `1e` posts nothing, so Django cannot see the mistake. `pattern`, `min`,
`max`, `step`, `minlength` and `required` may be in the HTML only, and `novalidate` keeps the
browser from checking them. If Django reports an error of the same field, that one is shown.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import (
    EmailValidator,
    MaxValueValidator,
    MinLengthValidator,
    MinValueValidator,
    RegexValidator,
    StepValueValidator,
    URLValidator,
)
from django.forms import (
    BaseForm,
    ComboField,
    DateField,
    DateTimeField,
    EmailField,
    Field,
    FloatField,
    MultiValueField,
    TimeField,
    URLField,
)

from clientforms.engine.rows.row import Row

__all__ = [
    "BAD_INPUT",
    "DISABLED",
    "ControlError",
    "add_control_errors",
    "changes_verdict",
    "has_bad_input",
    "unread_in",
]

BAD_INPUT = "badInput"
DISABLED = "disabled"
"""Not an error: all controls with the name are in a disabled fieldset; see `disabled_fields.py`."""
_INVALID: dict[str, Any] = {
    "number": FloatField.default_error_messages["invalid"],
    "range": FloatField.default_error_messages["invalid"],
    "date": DateField.default_error_messages["invalid"],
    "time": TimeField.default_error_messages["invalid"],
    "datetime-local": DateTimeField.default_error_messages["invalid"],
    "email": EmailValidator.message,
    "url": URLValidator.message,
}
"""Django's translated messages, by the type of the control."""


@dataclass(frozen=True, slots=True)
class ControlError:
    """An error that the page reports for one control.

    `kind` is a member of the DOM's `ValidityState`, or DISABLED; `control` is the control's type;
    `limit` the attribute's value; `text` the `title` of a pattern or a script's own message;
    `length` that of the control's value.
    """

    kind: str
    control: str = "text"
    limit: str = ""
    text: str = ""
    length: int = 0


def has_bad_input(row: Row) -> bool:
    """Return whether a control of the row shows unreadable text, so that the row is not blank."""
    return bool(unread_in(row))


def unread_in(row: Row) -> list[str]:
    """Return the local names of the row's controls that show unreadable text."""
    return [local for local, error in row.control_errors.items() if error.kind == BAD_INPUT]


def changes_verdict(
    row: Row, local: str, before: ControlError | None, now: ControlError | None
) -> bool:
    """Return whether the cleaned `row` has to be cleaned again because `before` became `now`.

    Most errors that a browser finds, such as a thousand wrong addresses, Django has found already.
    """
    if DISABLED in (before and before.kind, now and now.kind):
        return True
    form, name = row.form, row.field_of(local)
    if form is None or name is None or name not in form.fields:
        return True
    field = form.fields[name]
    if before and (before.kind == BAD_INPUT or _counts(before, field, row, local)):
        return True
    if now is None or now.kind == BAD_INPUT:
        return now is not None
    return name not in form.errors and _counts(now, field, row, local)


def add_control_errors(row: Row, form: BaseForm) -> None:
    """Add the errors that the page reported for its controls to the cleaned `form` of `row`.

    As in Django, a blank extra form has no errors, whatever the attributes of its controls.
    """
    is_blank = form.empty_permitted and not form.has_changed()
    unread: set[str] = set()
    for local, error in row.control_errors.items():
        name = row.field_of(local)
        if name is None or name not in form.fields or name in row.withheld | unread:
            continue
        field = form.fields[name]
        if error.kind == BAD_INPUT:
            unread.add(name)
            form._errors.pop(name, None)  # such as "required", for it is not empty
            form.add_error(name, _unread(error, field))
        elif (
            error.kind != DISABLED
            and not is_blank
            and name not in form._errors
            and _counts(error, field, row, local)
        ):
            form.add_error(name, _broken(error, field))


def _counts(error: ControlError, field: Field, row: Row, local: str) -> bool:
    """Return whether the author wrote the rule: Django has checked those that it renders."""
    match error.kind:
        case "valueMissing":
            return not field.required or "required" in field.widget.attrs
        case "typeMismatch":
            own = isinstance(field, (EmailField, URLField, ComboField))
            checks = (EmailValidator, URLValidator)
            return not own and not any(
                isinstance(validator, checks) for validator in field.validators
            )
        case "tooShort":  # browsers accept the value that the page came with
            return row.values.get(local) != row.start.get(local)
    return True


def _unread(error: ControlError, field: Field) -> ValidationError:
    own = None if isinstance(field, MultiValueField) else field.error_messages.get("invalid")
    if own is None or "%(" in str(own):
        own = _invalid(error)
    return ValidationError(own, code="invalid")


def _broken(error: ControlError, field: Field) -> ValidationError:
    code, message = _said(error, field)
    own = (
        None if code == "invalid" else field.error_messages.get(code)
    )  # as for Django's validators
    params = {"limit_value": error.limit, "show_value": error.length}
    if error.kind == "tooShort":
        params["limit_value"] = int(error.limit)  # selects singular or plural
    if error.kind == "patternMismatch" and error.text:
        return ValidationError(f"{message} {error.text}", code=code)
    return ValidationError(own or message, code=code, params=params)


def _said(error: ControlError, field: Field) -> tuple[str, Any]:
    match error.kind:
        case "valueMissing":
            return "required", field.error_messages["required"]
        case "rangeUnderflow":
            return "min_value", MinValueValidator.message
        case "rangeOverflow":
            return "max_value", MaxValueValidator.message
        case "stepMismatch" if error.control in ("number", "range"):
            return "step_size", StepValueValidator.message
        case "tooShort":
            return "min_length", MinLengthValidator.message
        case "customError":
            return "custom", error.text.replace("%", "%%")
        case "typeMismatch":
            return "invalid", _invalid(error)
    return "invalid", RegexValidator.message


def _invalid(error: ControlError) -> Any:
    return _INVALID.get(error.control, RegexValidator.message)

"""What a page says of its controls: text that they cannot read, and rules that only attributes have.

A number input that shows `1e` posts nothing; no rule of Django's can see that. `pattern`, `min`,
`max`, `step`, `minlength` and `required` may stand in the HTML alone, and `novalidate` keeps the
browser from checking them. Django's own errors come first: of one field, nothing is said twice.
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
"""No error: all controls of the name stand in a disabled fieldset; see `disabled_fields.py`."""
_INVALID: dict[str, Any] = {
    "number": FloatField.default_error_messages["invalid"],
    "range": FloatField.default_error_messages["invalid"],
    "date": DateField.default_error_messages["invalid"],
    "time": TimeField.default_error_messages["invalid"],
    "datetime-local": DateTimeField.default_error_messages["invalid"],
    "email": EmailValidator.message,
    "url": URLValidator.message,
}
"""Django's words, by the control's type: its catalogs have them in every language."""


@dataclass(frozen=True, slots=True)
class ControlError:
    """What is wrong with what one control holds.

    `kind` is the member of the DOM's `ValidityState`, or DISABLED, `control` the control's type. `limit` is
    what the attribute says, `text` the `title` of a pattern or a script's own message, `length`
    how long the value is.
    """

    kind: str
    control: str = "text"
    limit: str = ""
    text: str = ""
    length: int = 0


def has_bad_input(row: Row) -> bool:
    """Return whether a control of the row shows what it cannot read: the row is not blank."""
    return bool(unread_in(row))


def unread_in(row: Row) -> list[str]:
    """Return the local names of controls of the row that show what they cannot read."""
    return [local for local, error in row.control_errors.items() if error.kind == BAD_INPUT]


def changes_verdict(
    row: Row, local: str, before: ControlError | None, now: ControlError | None
) -> bool:
    """Return whether `row`, which is cleaned, has to be cleaned again as `before` becomes `now`.

    A browser finds a thousand wrong addresses that Django has found already.
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
    """Add to the cleaned `form` of `row` what the page said of its controls.

    A blank extra form is blank whatever attributes its controls have, as Django sees it.
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
            form._errors.pop(name, None)  # that it is required, for one: it is not empty
            form.add_error(name, _unread(error, field))
        elif (
            error.kind != DISABLED
            and not is_blank
            and name not in form._errors
            and _counts(error, field, row, local)
        ):
            form.add_error(name, _broken(error, field))


def _counts(error: ControlError, field: Field, row: Row, local: str) -> bool:
    """Return whether the rule is the author's: what Django renders, Django has checked."""
    match error.kind:
        case "valueMissing":
            return not field.required or "required" in field.widget.attrs
        case "typeMismatch":
            own = isinstance(field, (EmailField, URLField, ComboField))
            checks = (EmailValidator, URLValidator)
            return not own and not any(
                isinstance(validator, checks) for validator in field.validators
            )
        case "tooShort":  # browsers let pass what a page came with
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
        params["limit_value"] = int(error.limit)  # it decides between singular and plural
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

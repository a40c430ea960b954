"""Convert the data given to `set_data` and `update_data` to what a browser would post.

The functions return posted strings under local names, or raise DataError naming the culprit.
"""

from __future__ import annotations

import datetime
import decimal
import re
import uuid
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import (
    BaseForm,
    CheckboxInput,
    Field,
    FileField,
    FileInput,
    JSONField,
    ModelChoiceField,
    MultipleHiddenInput,
    Select,
)
from django.forms.boundfield import BoundField
from django.forms.formsets import DELETION_FIELD_NAME, ORDERING_FIELD_NAME
from django.forms.widgets import ChoiceWidget, MultiWidget, SelectDateWidget
from django.utils.datastructures import MultiValueDict

from clientforms.engine.data.lost_choices import chosen_initial, dependent, find_lost
from clientforms.engine.html.fresh_choices import fresh_choices
from clientforms.engine.html.html_controls import submitted
from clientforms.engine.html.long_selects import few_options, posting_html
from clientforms.engine.html.unoffered_values import with_lost
from clientforms.engine.html.widget_html import fresh_text
from clientforms.engine.models.model_kinds import is_model
from clientforms.engine.post.control_names import PLACEHOLDER, to_local, to_posted
from clientforms.engine.post.names_read import names_beside
from clientforms.engine.rows.files import StoredFile
from clientforms.engine.rows.row import Row
from clientforms.errors import DataError

__all__ = ["checked_initial", "emptied", "freeze_from", "fresh", "from_object", "from_posted",
    "held", "initial_from_json", "keeps", "posted_strings", "python_value",
           "split_posted", "takes_text", "to_initial"]  # fmt: skip

_MANAGEMENT = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS")
_PLAIN = (
    str, bool, int, float, decimal.Decimal, uuid.UUID,
    datetime.date, datetime.time, datetime.timedelta, type(None),
)  # fmt: skip
_MANY_CONTROLS = (MultiWidget, SelectDateWidget)
_KINDS = {Mapping: "an object", Sequence: "a list"}


def fresh(form: BaseForm, prefix: str | None) -> dict[str, list[str]]:
    """Return what an untouched rendering of the unbound `form` would post.

    Initial data that a select does not offer is posted as it is: nobody chose another option.
    """
    values: dict[str, list[str]] = {}
    for name in form.fields:
        text = fresh_text(form[name])
        if text is not None:
            values[_require_local(form[name].html_name, prefix)] = [text]
            continue
        chosen = fresh_choices(form[name])
        if chosen is None:
            posted = submitted(posting_html(form[name]))
        else:
            posted = {form[name].html_name: chosen} if chosen else {}
        values |= _local(with_lost(posted, form[name]), prefix)
    for name in dependent(form):
        chosen = chosen_initial(form, name)
        if find_lost(form, name, chosen):
            values[_require_local(form[name].html_name, prefix)] = chosen
    return values


def emptied(form: BaseForm, prefix: str | None) -> dict[str, list[str]]:
    """Return what the unbound `form` would post with its visible controls emptied.

    Hidden controls and ORDER keep their values: they say which row it is, not what was typed.
    """
    values: dict[str, list[str]] = {}
    for name, field in form.fields.items():
        if keeps(name, form):
            values |= _local(submitted(posting_html(form[name])), prefix)
        else:
            values |= _posted(form[name], None, prefix)
            if field.show_hidden_initial:
                values |= _local(submitted(form[name].as_hidden(only_initial=True)), prefix)
    return values


def keeps(name: str, form: BaseForm) -> bool:
    """Return whether the field `name` keeps its value when a row is emptied."""
    if name in (DELETION_FIELD_NAME, ORDERING_FIELD_NAME):
        return name == ORDERING_FIELD_NAME
    return form.fields[name].widget.is_hidden or form.fields[name].disabled


def from_object(form: BaseForm, data: Any, prefix: str | None, where: str) -> dict[str, list[str]]:
    """Return the posted strings of `data`, a mapping of field names to Python or JSON values.

    The names of single controls (`when_0`) are accepted too. Raises DataError naming `where`.
    """
    if not isinstance(data, Mapping):
        raise DataError(
            f"{where}: expected an object with field names, got {_kind(data)} ({_short(data)})."
        )
    values: dict[str, list[str]] = {}
    controls: dict[str, list[str]] | None = None
    for name, value in data.items():
        field = form.fields.get(name)
        if isinstance(value, str) and field is not None and _takes_any_text(field):
            posted = form.add_prefix(name)
            values[to_local(posted, prefix) or posted] = [value]
            continue
        if field is not None:
            _check_value(form[name], value, f"{where}, field {name!r}")
            values |= _posted(form[name], value, prefix)
            continue
        if controls is None:
            controls = fresh(form, prefix)
        local = to_local(form.add_prefix(str(name)), prefix)
        if local is None or local not in controls:
            raise DataError(
                f"{where}: there is no field {name!r} in {type(form).__name__}. "
                f"Its fields are {', '.join(form.fields)}."
            )
        values[local] = posted_strings(value, f"{where}, control {name!r}")
    return values


def takes_text(field: Field) -> bool:
    """Return whether the field has one control that posts any text unchanged, except perhaps ""."""
    widget = field.widget
    return _takes_any_text(field) or (
        isinstance(widget, Select)
        and not widget.allow_multiple_selected
        and type(widget).format_value is ChoiceWidget.format_value
        and type(field).prepare_value in (Field.prepare_value, ModelChoiceField.prepare_value)
    )


def to_initial(form: BaseForm, posted: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the initial data with which the unbound `form` would show what was posted."""
    data = MultiValueDict({name: list(values) for name, values in posted.items()})
    initial = {}
    for name, field in form.fields.items():
        if field.widget.needs_multipart_form:
            continue
        widget, posted_name = field.widget, form.add_prefix(name)
        if field.show_hidden_initial and form.add_initial_prefix(name) in data:
            widget, posted_name = field.hidden_widget(), form.add_initial_prefix(name)
        if field.disabled and not any(key.startswith(posted_name) for key in data):
            continue  # it posts nothing, whatever it shows
        value = widget.value_from_datadict(data, {}, posted_name)
        initial[name] = python_value(field, value)
    return initial


def locked_initial(form: BaseForm, shown: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """Return the initial data of disabled fields of the unbound `form` that show what is `shown`."""
    found = to_initial(form, shown)
    return {
        name: found[name] for name, field in form.fields.items() if field.disabled and name in found
    }


def freeze_from(
    form: BaseForm, row: Row, posted: Mapping[str, Sequence[str]], prefix: str | None
) -> None:
    """Set the row's callable initials to the values that the server posted, if nobody has typed.

    The unbound `form` provides the other values of a blank row.
    """
    blank = fresh(form, prefix)
    typed = {
        row.field_of(local)
        for local in blank.keys() | row.values.keys()
        if blank.get(local) != row.values.get(local)
    }
    if typed <= row.initial.keys():
        shown = to_initial(form, posted)
        row.initial |= {name: shown[name] for name in row.initial if name in shown}


def initial_from_json(fields: Mapping[str, Field], data: Any, where: str) -> dict[str, Any]:
    """Return the initial data of one form, with text converted to the fields' Python values."""
    if not isinstance(data, Mapping):
        raise DataError(
            f"{where}: initial data is an object with field names, got {_kind(data)} "
            f"({_short(data)})."
        )
    return {
        name: python_value(fields[name], value) if name in fields else value
        for name, value in data.items()
    }


def python_value(field: Field, value: Any) -> Any:
    """Return the field's Python value for `value`, text from JSON or a page, if it is valid.

    Django compares initial data with cleaned values, so a date given as text is always "changed".
    A file on the server is `{"name": …, "url": …}`.
    """
    if isinstance(field, FileField) and isinstance(value, Mapping) and "url" in value:
        return StoredFile(str(value.get("name") or value["url"]), str(value["url"]))
    if not isinstance(value, (str, list)):
        return value
    try:
        return field.to_python(value)
    except (ValidationError, TypeError, ValueError):
        return value  # initial data may be wrong; it is shown as it is


def from_posted(
    form: BaseForm,
    data: Mapping[str, Any],
    prefix: str | None,
    where: str,
    unknown: list[str] | None = None,
) -> dict[str, list[str]]:
    """Return the posted strings of one row from its part of a POST, keyed by full control names.

    A name that the form does not have is added to `unknown`, or raises DataError without that list.
    """
    known = {*fresh(form, prefix), *(() if prefix else names_beside(form))}
    known |= {  # hidden initial values: if there is none, a control of many renders nothing
        local
        for name, field in form.fields.items()
        if field.show_hidden_initial
        and (local := to_local(form.add_initial_prefix(name), prefix)) is not None
    }
    fields = {to_local(form.add_prefix(name), prefix): name for name in form.fields}
    values: dict[str, list[str]] = {}
    for name, value in data.items():
        local = to_local(name, prefix)
        if isinstance(_widget(form, fields.get(local)), FileInput):
            continue  # the files of a POST are not in its data
        belongs = local is not None and (
            local in known
            or local in fields
            or any(_is_part(local, field_local) for field_local in fields)
        )
        if local == f"{PLACEHOLDER}-{DELETION_FIELD_NAME}" and not belongs:
            continue  # extra forms without can_delete_extra have no such field; Django ignores it
        if local is None or not belongs:
            if unknown is not None:
                unknown.append(name)
                continue
            raise DataError(
                f"{where}: {name!r} names no control of {type(form).__name__}. "
                f"Its fields are {', '.join(form.fields)}."
            )
        values[local] = posted_strings(value, f"{where}, {name!r}")
    return values


def posted_strings(value: Any, where: str) -> list[str]:
    """Return `value`, one value or a list of them, as the strings that a POST carries."""
    if isinstance(value, (list, tuple)):
        return [string for member in value for string in posted_strings(member, where)]
    if not isinstance(value, _PLAIN) and not is_model(value):
        raise DataError(f"{where}: a POST carries text, got {_kind(value)} ({_short(value)}).")
    return ["" if value is None else str(value)]


def held(
    bound_field: BoundField, values: Mapping[str, Sequence[str]], prefix: str | None
) -> dict[str, list[str]]:
    """Return what the field's controls would post after these strings were put into them.

    A select drops strings that it does not offer, a number input drops letters.
    """
    field, widget = bound_field.field, bound_field.field.widget
    data = MultiValueDict(
        {to_posted(local, prefix): list(posted) for local, posted in values.items()}
    )
    value = widget.value_from_datadict(data, {}, bound_field.html_name)
    prepared = field.prepare_value(field.bound_data(value, None))
    if field.localize:
        widget.is_localized = True
    renderer = bound_field.form.renderer
    html = few_options(widget, lambda: prepared, renderer).render(
        bound_field.html_name, prepared, bound_field.build_widget_attrs({}), renderer
    )
    return _local(submitted(html), prefix)


def split_posted(
    data: Mapping[str, Any], prefix: str, unknown: list[str] | None = None
) -> tuple[dict[str, Any], dict[int, dict[str, Any]]]:
    """Split a POST of the formset `prefix` into management data and rows by number.

    A name that is not the formset's is added to `unknown`, or raises DataError without that list.
    Django's `csrfmiddlewaretoken` is skipped.
    """
    row_name = re.compile(rf"(?:initial-)?{re.escape(prefix)}-(\d+)(?=\D)")
    management: dict[str, Any] = {}
    rows: dict[int, dict[str, Any]] = {}
    for name, value in data.items():
        if not isinstance(name, str):
            raise DataError(f"{prefix}: a name in a POST is text, got {_kind(name)} ({name!r}).")
        if found := row_name.match(name):
            rows.setdefault(int(found[1]), {})[name] = value
        elif name.removeprefix(f"{prefix}-") in _MANAGEMENT:
            management[name.removeprefix(f"{prefix}-")] = value
        elif name == "csrfmiddlewaretoken":
            continue
        elif unknown is not None:
            unknown.append(name)
        else:
            raise DataError(
                f"{prefix}: {name!r} is not a name of this formset. Its names look like "
                f"'{prefix}-0-…' and '{prefix}-TOTAL_FORMS'."
            )
    return management, rows


def _posted(bound_field: BoundField, value: Any, prefix: str | None) -> dict[str, list[str]]:
    """Return what the field's controls post when they show `value`."""
    field, widget = bound_field.field, bound_field.field.widget
    local = to_local(bound_field.html_name, prefix) or bound_field.html_name
    if isinstance(widget, FileInput):
        return {}
    if isinstance(value, str) and _is_text_control(widget):
        return {local: [value]}
    prepared = field.prepare_value(value)
    if isinstance(widget, ChoiceWidget) and prepared not in (None, "", [], ()):
        chosen = widget.format_value(prepared)  # NullBooleanSelect gives one string, not a list
        return {local: [chosen] if isinstance(chosen, str) else [str(choice) for choice in chosen]}
    if isinstance(widget, SelectDateWidget):  # whether it offers that year or not
        parts = widget.format_value(prepared)
        if None not in parts.values():
            return {getattr(widget, f"{part}_field") % local: [str(parts[part])] for part in parts}
    if field.localize:
        widget.is_localized = True
    renderer = bound_field.form.renderer
    few = few_options(widget, lambda: prepared, renderer)
    html = few.render(bound_field.html_name, prepared, {"id": bound_field.auto_id}, renderer)
    return _local(submitted(html), prefix)


def _takes_any_text(field: Field) -> bool:
    return not isinstance(field, JSONField) and _is_text_control(field.widget)


def _is_text_control(widget: Any) -> bool:
    """Return whether the widget's one control posts any text as it is."""
    kind: Any = type(widget)
    return _is_text_widget(kind)


@cache
def _is_text_widget(kind: Any) -> bool:
    return not issubclass(kind, (ChoiceWidget, CheckboxInput, FileInput, *_MANY_CONTROLS))


def _check_value(bound_field: BoundField, value: Any, where: str) -> None:
    widget = bound_field.field.widget
    if isinstance(widget, FileInput):
        if value in (None, "", False, [], ()):
            return
        raise DataError(
            f"{where}: data carries no file, got {_kind(value)} ({_short(value)}). "
            "Leave it out: the user chooses files in the page."
        )
    if isinstance(bound_field.field, JSONField):
        _check_json(bound_field.field, value, where)
        return
    takes_list = isinstance(widget, (*_MANY_CONTROLS, MultipleHiddenInput)) or (
        isinstance(widget, ChoiceWidget) and widget.allow_multiple_selected
    )
    if isinstance(value, (list, tuple)):
        if not takes_list:
            raise DataError(f"{where}: takes one value, got a list ({_short(value)}).")
        for member in value:
            _check_value_type(member, where)
    else:
        _check_value_type(value, where)


def _widget(form: BaseForm, name: str | None) -> Any:
    return form.fields[name].widget if name else None


def _check_json(field: JSONField, value: Any, where: str) -> None:
    try:
        field.prepare_value(value)
    except (TypeError, ValueError) as error:
        raise DataError(f"{where}: takes what JSON can say: {error} ({_short(value)}).") from None


def _check_value_type(value: Any, where: str) -> None:
    if not isinstance(value, _PLAIN) and not is_model(value):
        raise DataError(
            f"{where}: takes text, a number, true or false, or a date, "
            f"got {_kind(value)} ({_short(value)})."
        )


def _require_local(name: str, prefix: str | None) -> str:
    return to_local(name, prefix) or name


def _is_part(local: str, field_local: str | None) -> bool:
    return field_local is not None and local.startswith(f"{field_local}_")


def _local(values: Mapping[str, list[str]], prefix: str | None) -> dict[str, list[str]]:
    return {_require_local(name, prefix): posted for name, posted in values.items()}


def _kind(value: Any) -> str:
    for kind, words in _KINDS.items():
        if isinstance(value, kind) and not isinstance(value, (str, bytes)):
            return words
    return type(value).__name__


def _short(value: Any) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def checked_initial(
    name: str, initial: Sequence[Mapping[str, Any]] | None
) -> list[Mapping[str, Any]] | None:
    """Return `initial` as a list, or raise DataError if it is not a list of mappings."""
    if initial is None:
        return None
    if not isinstance(initial, (list, tuple)) or not all(
        isinstance(row, Mapping) for row in initial
    ):
        raise DataError(f"{name}: initial data is a list of one object per form, got {initial!r}.")
    return list(initial)

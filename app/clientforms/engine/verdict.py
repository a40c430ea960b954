"""From the forms' errors to what is shown of them: compares, and says what changed.

What is shown is a choice among what is known: the errors of touched fields, and all of them
after a submit. How it looks is Django's: HTML and ARIA attributes come from its own renderers.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm, BoundField

from clientforms.changes import Change, FieldErrorsChanged, NonFieldErrorsChanged, NoteChanged
from clientforms.engine.rendering import error_classes
from clientforms.engine.row import Row, copy_form

__all__ = ["note_changes", "row_changes", "shown_copy"]

_ARIA = ("aria-invalid", "aria-describedby")


def shown_copy(row: Row, form: BaseForm) -> BaseForm:
    """Return a copy of the row's `form` that has only the errors that are to be seen."""
    if row.deleted:  # Django does not count a deleted form's errors
        return copy_form(form, only=())
    return copy_form(form, only=[name for name in form._errors if _is_shown(row, name)])


def row_changes(row: Row, form: BaseForm) -> Iterator[Change]:
    """Yield the differences between what was last said of `row` and what is true of `form`."""
    if not form._errors and not row.shown:
        return
    if not row.shown and not row.show_all and not row.touched:
        return
    shown = shown_copy(row, form)
    now = {
        name: tuple(map(str, messages)) for name, messages in _by_place(shown).items() if messages
    }
    before, row.shown = row.shown, now
    for name in before.keys() | now.keys():
        if before.get(name) == now.get(name):
            continue
        messages = now.get(name, ())
        if name == NON_FIELD_ERRORS:
            yield NonFieldErrorsChanged(row.key, messages, _top_html(shown))
        elif name in shown.fields:
            yield _field_change(row.key, shown, name, messages)


def note_changes(row: Row) -> Iterator[Change]:
    """Yield what became of the notes about what `row` leaves to the server."""
    before, row.shown_notes = row.shown_notes, dict(row.notes)
    for name in before.keys() | row.notes.keys():
        if before.get(name) != row.notes.get(name):
            field = None if name == NON_FIELD_ERRORS else name
            yield NoteChanged(row.key, field, row.notes.get(name, ""))


def _is_shown(row: Row, name: str) -> bool:
    if name == NON_FIELD_ERRORS:
        return row.show_all or bool(row.touched)
    return row.shows(name)


def _by_place(form: BaseForm) -> dict[str, Any]:
    """Sort errors by where Django renders them: hidden fields' stand at the form's top."""
    places: dict[str, Any] = {NON_FIELD_ERRORS: list(form.non_field_errors())}
    for name, messages in form._errors.items():
        if name == NON_FIELD_ERRORS:
            continue
        if name in form.fields and form.fields[name].widget.is_hidden:
            places[NON_FIELD_ERRORS] = list(_top_errors(form))
        else:
            places[name] = messages
    return places


def _top_errors(form: BaseForm) -> Any:
    return form.get_context()["errors"]


def _top_html(form: BaseForm) -> str:
    errors = _top_errors(form)
    return str(errors) if errors else ""


def _field_change(
    key: str, form: BaseForm, name: str, messages: tuple[str, ...]
) -> FieldErrorsChanged:
    clean, failing = copy_form(form, only=()), copy_form(form, only=())
    failing.add_error(name, "?")
    now, without, with_errors = (_attrs(each[name]) for each in (form, clean, failing))
    told = {
        *_ARIA,
        *(attr for attr in {*without, *with_errors} if without.get(attr) != with_errors.get(attr)),
    }
    bound_field = form[name]
    group = {}
    if bound_field.use_fieldset:
        group["aria-describedby"] = bound_field.aria_describedby or None
    return FieldErrorsChanged(
        key=key,
        field=name,
        messages=messages,
        html=str(bound_field.errors) if messages else "",
        attrs={attr: now.get(attr) for attr in sorted(told)},
        group_attrs=group,
        error_css_class=error_classes(clean[name], failing[name]),
    )


def _attrs(bound_field: BoundField) -> dict[str, str]:
    attrs = {**bound_field.field.widget.attrs, **bound_field.build_widget_attrs({})}
    return {
        name: name if value is True else str(value)
        for name, value in attrs.items()
        if value is not None and value is not False
    }

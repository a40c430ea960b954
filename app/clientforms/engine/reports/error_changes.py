"""Compare the errors to show with those that are shown, and yield the changes.

Only errors of touched fields are shown, and all of them after a submit. Django's own renderers
produce the HTML and the ARIA attributes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm, BoundField, FileInput
from django.forms.utils import ErrorList
from django.utils.html import escape

from clientforms.changes import Change, FieldErrorsChanged, NonFieldErrorsChanged, NoteChanged
from clientforms.engine.html.form_html import error_classes
from clientforms.engine.introspection.plain_templates import is_djangos_template
from clientforms.engine.post.control_names import PLACEHOLDER
from clientforms.engine.rows.row import Row, copy_form

__all__ = ["list_html", "note_changes", "row_changes", "shown_copy"]

_ERROR_TEMPLATES = ("django/forms/errors/list/ul.html",)  # the default template includes it
_ARIA = ("aria-invalid", "aria-describedby")


def shown_copy(row: Row, form: BaseForm) -> BaseForm:
    """Return a copy of the row's `form` with only the errors to show."""
    if row.deleted:  # Django does not count a deleted form's errors
        return copy_form(form, only=())
    return copy_form(form, only=[name for name in form._errors if _is_shown(row, name)])


def row_changes(row: Row, form: BaseForm) -> Iterator[Change]:
    """Yield the differences between the errors shown for `row` and those of `form`."""
    if not form._errors and not row.shown:
        return
    if not row.shown and not row.show_all and not row.touched:
        return
    all_shown = not row.deleted and all(_is_shown(row, name) for name in form._errors)
    shown = form if all_shown else shown_copy(row, form)
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
    """Yield the changed notes about what `row` leaves to the server."""
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
    """Return the errors by the place where Django renders them: those of hidden fields on top."""
    own = form._errors.get(NON_FIELD_ERRORS)
    places: dict[str, Any] = {NON_FIELD_ERRORS: list(own) if own else []}
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
    bound_field = form[name]
    told = _told_at(form, bound_field, bool(messages))
    here = partial(_placed, str(form.prefix))
    return FieldErrorsChanged(
        key=key,
        field=name,
        messages=messages,
        html=_html_of(bound_field.errors, messages, form.prefix) if messages else "",
        attrs={attr: here(value) for attr, value in told.attrs},
        group_attrs={attr: here(value) for attr, value in told.group_attrs},
        error_css_class=told.css_class,
    )


def list_html(errors: Any, texts: tuple[str, ...]) -> str:
    """Return the errors of a whole form or formset, whose messages are `texts`, as Django renders them."""
    if type(errors) is not ErrorList or not _is_plain(errors.renderer, errors.template_name):
        return str(errors)
    same = texts, tuple(map(type, texts)), "", errors.error_class, errors.renderer
    html = _rendered.get(same)
    if html is None:
        html = _keep(same, str(errors))
    return html


def _keep(same: tuple[Any, ...], html: str) -> str:
    if len(_rendered) >= _KNOWN:
        _rendered.clear()
    _rendered[same] = html
    return html


def _html_of(errors: Any, texts: tuple[str, ...], prefix: str | None) -> str:
    """Return a field's errors, whose messages are `texts`, as Django renders them.

    They are cached for other rows.
    """
    field_id = getattr(errors, "field_id", None)
    if (
        not (prefix and field_id)
        or escape(prefix) != prefix
        or type(errors) is not ErrorList
        or not _is_plain(errors.renderer, errors.template_name)
    ):
        return str(errors)
    here = field_id.replace(prefix, PLACEHOLDER)
    same = texts, tuple(map(type, texts)), here, errors.error_class, errors.renderer
    html = _rendered.get(same)
    if html is None:
        sample = errors.copy()
        sample.field_id = here
        html = _keep(same, str(sample))
    if html.count(PLACEHOLDER) != here.count(PLACEHOLDER):
        return str(errors)  # a message contains it
    return html.replace(PLACEHOLDER, prefix)


@lru_cache(maxsize=16)
def _is_plain(renderer: Any, template_name: str) -> bool:
    return all(is_djangos_template(renderer, name) for name in (template_name, *_ERROR_TEMPLATES))


@dataclass(frozen=True, slots=True)
class _Told:
    """The attributes and classes that Django renders for a field, without the errors themselves."""

    attrs: tuple[tuple[str, str | None], ...]
    group_attrs: tuple[tuple[str, str | None], ...]
    css_class: str


_rendered: dict[tuple[Any, ...], str] = {}
_known: dict[tuple[Any, ...], _Told] = {}
_KNOWN = 1000  # more than a page has fields


def _told_at(form: BaseForm, bound_field: BoundField, failing: bool) -> _Told:
    """Return the attributes and classes of the field, from the cache if another row has the same."""
    field = bound_field.field
    if (
        not form.prefix
        or type(bound_field) is not BoundField
        or isinstance(field.widget, FileInput)
    ):
        return _told(form, bound_field.name, failing)
    same = (
        type(form), bound_field.name, failing, type(field), type(field.widget),
        str(field.widget.attrs), field.required, field.disabled, str(field.help_text),
        form.auto_id, form.use_required_attribute, getattr(field, "require_all_fields", None),
        str(getattr(form, "error_css_class", "")), str(getattr(form, "required_css_class", "")),
    )  # fmt: skip
    if same not in _known:
        if len(_known) >= _KNOWN:
            _known.clear()
        sample = copy_form(form)
        sample.prefix = PLACEHOLDER
        _known[same] = _told(sample, bound_field.name, failing)
    return _known[same]


def _placed(prefix: str, value: str | None) -> str | None:
    return value and value.replace(PLACEHOLDER, prefix)


def _told(form: BaseForm, name: str, failing: bool) -> _Told:
    clean, wrong = copy_form(form, only=()), copy_form(form, only=())
    wrong.add_error(name, "?")
    now = wrong if failing else clean
    shown, without, with_errors = (_attrs(probe[name]) for probe in (now, clean, wrong))
    told = {
        *_ARIA,
        *(attr for attr in {*without, *with_errors} if without.get(attr) != with_errors.get(attr)),
    }
    bound_field = now[name]
    group = {}
    if bound_field.use_fieldset:
        group["aria-describedby"] = bound_field.aria_describedby or None
    return _Told(
        tuple((attr, shown.get(attr)) for attr in sorted(told)),
        tuple(group.items()),
        error_classes(clean[name], wrong[name]),
    )


def _attrs(bound_field: BoundField) -> dict[str, str]:
    attrs = {**bound_field.field.widget.attrs, **bound_field.build_widget_attrs({})}
    return {
        name: name if value is True else str(value)
        for name, value in attrs.items()
        if value is not None and value is not False
    }

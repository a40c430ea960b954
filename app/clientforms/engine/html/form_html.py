"""A form's HTML as the installed Django renders it, without templates of our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from dataclasses import dataclass

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm, BoundField
from django.forms.renderers import DjangoTemplates
from django.forms.utils import ErrorDict

from clientforms.engine.html.added_attributes import adding_attributes
from clientforms.engine.rows.row import copy_form
from clientforms.errors import DataError

__all__ = [
    "LAYOUTS",
    "ErrorSample",
    "check_layout",
    "error_classes",
    "error_sample",
    "render_form",
    "without_errors",
]

LAYOUTS = ("div", "p", "ul", "table")


@dataclass(frozen=True, slots=True)
class ErrorSample:
    """A form rendered with errors everywhere, and on demand without any.

    By field name, or `__all__` for the form itself: `marks` are the two messages shown there, `lists`
    the error lists as Django renders them, `error_classes` the CSS classes that errors add.
    `field_of` returns the field of a control's name. If the template `is_authors`, it may add
    classes of its own to fields with errors.
    """

    html: str
    clean_html: Callable[[], str]
    field_of: Callable[[str], str | None]
    marks: Mapping[str, tuple[str, str]]
    lists: Mapping[str, str]
    error_classes: Mapping[str, str]
    is_authors: bool


def check_layout(layout: str) -> str:
    """Return `layout`, or raise DataError naming the valid ones."""
    if layout not in LAYOUTS:
        raise DataError(f"There is no layout {layout!r}: choose one of {', '.join(LAYOUTS)}.")
    return layout


def render_form(form: BaseForm, layout: str) -> str:
    """Return the form's HTML; `div` means the form's own template, which is div by default."""
    with adding_attributes([form]):
        match layout:
            case "p":
                return str(form.as_p())
            case "ul":
                return str(form.as_ul())
            case "table":
                return str(form.as_table())
        return str(form.render())


def without_errors(form: BaseForm) -> BaseForm:
    """Return `form`, changed so that rendering it neither cleans it nor shows errors."""
    form._errors = ErrorDict(renderer=form.renderer)
    if form.is_bound and not hasattr(form, "cleaned_data"):
        form.cleaned_data = {}
    return form


def error_sample(form: BaseForm, layout: str, field_of: Callable[[str], str | None]) -> ErrorSample:
    """Return the HTML of `form` with two errors in each field and in the form itself.

    The page finds out from it where the template puts errors. `form` gets no errors.
    """
    clean = without_errors(form)
    probe = copy_form(clean)
    probe.cleaned_data = {}
    is_authors = _has_own_template(form)
    if is_authors:  # its tags may write into widgets, as those of crispy-forms do
        probe.fields = deepcopy(form.fields)
    marks, lists, classes = {}, {}, {}
    visible = [name for name, field in form.fields.items() if not field.widget.is_hidden]
    for number, name in enumerate([*visible, NON_FIELD_ERRORS]):
        marks[name] = (f"⟦{number}a⟧", f"⟦{number}b⟧")
        for mark in marks[name]:
            probe.add_error(None if name == NON_FIELD_ERRORS else name, mark)
    for name in visible:
        lists[name] = str(probe[name].errors)
        classes[name] = error_classes(clean[name], probe[name])
    is_djangos = type(form).get_context is BaseForm.get_context  # which would render all errors
    top = probe.non_field_errors() if is_djangos else probe.get_context()["errors"]
    lists[NON_FIELD_ERRORS] = str(top)
    html = render_form(probe, layout)
    return ErrorSample(
        html, lambda: render_form(clean, layout), field_of, marks, lists, classes, is_authors
    )


def _has_own_template(form: BaseForm) -> bool:
    """Return whether the form or one of its fields uses a template that is not Django's."""
    names = [form.template_name, *(field.template_name for field in form.fields.values())]
    return type(form.renderer).__module__ != DjangoTemplates.__module__ or not all(
        name is None or name.startswith("django/forms/") for name in names
    )


def error_classes(clean: BoundField, failing: BoundField) -> str:
    """Return the CSS classes that a field has only while it has errors."""
    before = set((clean.css_classes() or "").split())
    return " ".join(
        css_class for css_class in (failing.css_classes() or "").split() if css_class not in before
    )

"""A form's HTML as the installed Django renders it. No templates of our own."""

from __future__ import annotations

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm
from django.forms.utils import ErrorDict

from clientforms.engine.row import copy_form
from clientforms.errors import DataError

__all__ = [
    "LAYOUTS",
    "check_layout",
    "render_form",
    "render_with_every_error",
    "without_errors",
]

LAYOUTS = ("div", "p", "ul", "table")


def check_layout(layout: str) -> str:
    """Return `layout`, or raise DataError naming those that there are."""
    if layout not in LAYOUTS:
        raise DataError(f"There is no layout {layout!r}: choose one of {', '.join(LAYOUTS)}.")
    return layout


def render_form(form: BaseForm, layout: str) -> str:
    """Return the form's HTML; `div` means the form's own template, Django's default being div."""
    match layout:
        case "p":
            return str(form.as_p())
        case "ul":
            return str(form.as_ul())
        case "table":
            return str(form.as_table())
    return str(form.render())


def without_errors(form: BaseForm) -> BaseForm:
    """Return `form`, bound or not, so marked that rendering it neither cleans nor shows errors."""
    form._errors = ErrorDict(renderer=form.renderer)
    if form.is_bound and not hasattr(form, "cleaned_data"):
        form.cleaned_data = {}
    return form


def render_with_every_error(form: BaseForm, layout: str) -> str:
    """Return the HTML that `form` has while each field and the form itself has one error.

    The page looks up in it where Django puts the error lists. `form` stays as it is.
    """
    probe = copy_form(without_errors(form))
    probe.cleaned_data = {}
    for name, form_field in probe.fields.items():
        if not form_field.widget.is_hidden:
            probe.add_error(name, "?")
    probe.add_error(NON_FIELD_ERRORS, "?")
    return render_form(probe, layout)

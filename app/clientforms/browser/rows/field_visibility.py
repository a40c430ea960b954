"""Apply conditions in the DOM: show, enable and require fields, and change choices."""

from __future__ import annotations

from typing import Any

from clientforms.browser.dom.form_controls import CONTROLS, controls_in, first_control, options_in
from clientforms.browser.dom.formset_markup import element_of
from clientforms.browser.runtime import css_escape, document, rows_script
from clientforms.changes import FieldStateChanged
from clientforms.engine.html.required_fields import SILENT_TYPES
from clientforms.engine.html.row_html import WITHHELD

__all__ = ["field_wrapper", "show_choices", "show_state", "widget_of"]


def show_state(change: FieldStateChanged, controls: list[Any], row: Any) -> None:
    """Show or hide a field with its label and help text, and enable or disable its controls.

    Hidden fields are disabled, too, so that they are not posted. Typed values stay.
    """
    if not controls:
        return
    for control in controls:
        rows_script().withhold(control, not (change.shown and change.enabled))
        if control.type != "checkbox":
            control.toggleAttribute("required", change.required_attribute and change.required)
            if not change.required_attribute and control.type not in SILENT_TYPES:
                _set_aria_required(control, change.required)
    wrapper = field_wrapper(controls, row)
    for element in [wrapper, *_labels_outside(controls, wrapper)]:
        element.hidden = not change.shown
        element.removeAttribute(WITHHELD)
    if change.required_css_class:
        for name in change.required_css_class.split():
            wrapper.classList.toggle(name, change.required)


def _set_aria_required(control: Any, required: bool) -> None:
    if required:
        control.setAttribute("aria-required", "true")
    else:
        control.removeAttribute("aria-required")


def show_choices(html: str, controls: list[Any], row: Any) -> None:
    """Replace the options of a select, or the whole widget of other fields, in `row`.

    Nothing changes if they are equal. A select keeps its element; the focus stays on the choice.
    """
    new = element_of(html)
    if controls:
        old = widget_of(controls)
    else:  # there were no choices
        old = row.querySelector(f"#{css_escape(new.id)}") if new.id else None
    if not old:
        return
    if old.tagName == "SELECT" and new.tagName == "SELECT":
        if options_in(old) != options_in(new):
            # Do not move the nodes: a moved option would stay selected.
            old.innerHTML = new.innerHTML
        return
    if old.innerHTML != new.innerHTML:
        focused = document.activeElement
        value = focused.value if old.contains(focused) else None
        old.replaceWith(new)
        if value is not None:
            same = (new_control for new_control in controls_in(new) if new_control.value == value)
            if control := next(same, None) or first_control(new):
                control.focus()


def field_wrapper(controls: list[Any], row: Any) -> Any:
    """Return the largest element in `row` that contains only the controls of this field."""
    own = controls[0]
    while not own.parentElement.isSameNode(row) and _holds_only(own.parentElement, controls):
        own = own.parentElement
    return own


def _holds_only(element: Any, controls: list[Any]) -> bool:
    return all(
        any(inner_control.isSameNode(control) for control in controls)
        for inner_control in element.querySelectorAll(CONTROLS)
    )


def _labels_outside(controls: list[Any], wrapper: Any) -> list[Any]:
    labels = [label for control in controls for label in control.labels or ()]
    return [label for label in labels if not wrapper.contains(label)]


def widget_of(controls: list[Any]) -> Any:
    """Return the element that Django's widget rendered: the control, or the group around it."""
    widget = controls[0]
    while len(controls) > 1 and not all(widget.contains(control) for control in controls):
        widget = widget.parentElement
    if controls[0].type in ("radio", "checkbox") and len(controls) == 1:
        return widget.closest("[id]:not(input):not(label)") or widget
    return widget

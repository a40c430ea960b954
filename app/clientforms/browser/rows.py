"""One row in the DOM: finds its controls, shows its errors. Never touches the focused control."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS

from clientforms.browser.announcer import announce
from clientforms.browser.controls import controls_in
from clientforms.browser.markup import NOTE, element_of, own_elements
from clientforms.browser.slots import Slot
from clientforms.changes import FieldErrorsChanged

__all__ = ["RowView", "show_busy"]

_PENDING = "clientforms-pending"


class RowView:
    """The element of a row (for a plain form, the form itself) and what is shown in it."""

    def __init__(
        self,
        key: str,
        element: Any,
        slots: Callable[[], Mapping[str, Slot]],
        layout: str,
    ) -> None:
        self.key = key
        self.element = element
        self._slots = slots
        self._layout = layout
        self._errors: dict[str, Any] = {}
        self._top: Any | None = None
        self._notes: dict[Hashable, Any] = {}

    def controls(self) -> list[Any]:
        """Return the row's own controls, not those of a formset inside it."""
        return [each for each in controls_in(self.element) if self.owns(each)]

    def owns(self, control: Any) -> bool:
        """Return whether `control` is this row's: no other bound container stands between."""
        owner = control.closest("[data-key], [data-formset], [data-formset-nested]")
        return bool(owner) and bool(owner.isSameNode(self.element))

    def show_field_errors(
        self, change: FieldErrorsChanged, field_of: Callable[[str], str | None]
    ) -> None:
        """Replace the field's error list and the ARIA attributes that go with it."""
        controls = [each for each in self.controls() if field_of(each.name) == change.field]
        shown = self._errors.pop(change.field, None)
        if shown:
            shown.remove()
        if not controls:
            return
        if change.html:
            errors = element_of(change.html)
            self._slots().get(change.field, Slot()).insert(errors, controls[0], self.element)
            self._errors[change.field] = errors
        for control in controls:
            _set_attributes(control, change.attrs)
        if change.group_attrs and (group := controls[0].closest("fieldset")):
            _set_attributes(group, change.group_attrs)
        if change.error_css_class:
            wrapper = self._wrapper(controls[0])
            wrapper.classList.toggle(change.error_css_class, bool(change.messages))

    def show_top_errors(self, html: str) -> None:
        """Replace the errors at the top of the row, wrapped as Django's layout wraps them."""
        if self._top:
            self._top.remove()
            self._top = None
        if not html:
            return
        match self._layout:
            case "ul":
                html = f"<li>{html}</li>"
            case "table":
                html = f'<tr><td colspan="2">{html}</td></tr>'
        self._top = element_of(html)
        self.element.prepend(self._top)

    def show_pending(self, fields: tuple[str, ...], field_of: Callable[[str], str | None]) -> None:
        """Mark what waits for the answer of an asynchronous rule: controls, or the whole row."""
        for control in self.controls():
            show_busy(control, field_of(control.name) in fields)
        show_busy(self.element, NON_FIELD_ERRORS in fields)

    def show_note(self, name: Hashable, text: str, control: Any = None) -> None:
        """Say `text` behind `control`, at the row's top without one; in place of the last `name`.

        Empty text takes it away. A note is no error: it keeps nobody from submitting.
        """
        note = self._notes.pop(name, None)
        if note:
            note.remove()
        if not text:
            return
        note = self._notes[name] = element_of(f"<small {NOTE}></small>")
        note.textContent = text
        if control:
            control.after(note)
        else:
            self.element.prepend(note)
        announce(text)

    def forget_errors(self) -> None:
        """Take errors away that the markup came with; the engine shows its own."""
        for errors in list(own_elements(self.element, ".errorlist")):
            errors.remove()
        for element in own_elements(self.element, "[aria-invalid]"):
            element.removeAttribute("aria-invalid")

    def first_invalid(self) -> Any | None:
        """Return the first control marked invalid, or None."""
        for control in self.controls():
            if control.getAttribute("aria-invalid") == "true":
                return control
        return None

    def _wrapper(self, control: Any) -> Any:
        wrapper = control
        while not wrapper.parentElement.isSameNode(self.element):
            wrapper = wrapper.parentElement
        return wrapper


def show_busy(element: Any, busy: bool) -> None:
    """Say that `element` waits for an answer, to assistive technology and to style sheets."""
    _set_attributes(element, {"aria-busy": "true" if busy else None})
    if busy or element.classList.contains(_PENDING):
        element.classList.toggle(_PENDING, busy)


def _set_attributes(element: Any, attributes: Mapping[str, str | None]) -> None:
    for name, value in attributes.items():
        if value:
            element.setAttribute(name, value)
        else:
            element.removeAttribute(name)

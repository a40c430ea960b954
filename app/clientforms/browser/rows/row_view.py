"""One row in the DOM: its controls, errors and notes. Never touches the focused control."""

from __future__ import annotations

import json
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS

from clientforms.browser.dom.announcer import announce
from clientforms.browser.dom.form_controls import controls_in
from clientforms.browser.dom.formset_markup import NOTE, element_of, own_elements
from clientforms.browser.dom.shown_texts import put_text
from clientforms.browser.rows.error_slots import Slot, error_selectors, forget
from clientforms.browser.runtime import rows_script, to_array
from clientforms.changes import FieldErrorsChanged
from clientforms.engine.rows.control_errors import ControlError

__all__ = ["Look", "RowView", "look_of", "show_busy"]

_PENDING = "clientforms-pending"


Look = tuple[list[str] | None, ControlError | None]
"""What the controls of one name post, None for nothing, and their error."""


def look_of(told: Any) -> Look:
    """Convert what `static/rows.js` reports of controls."""
    values, error = told
    return values, ControlError(*error) if error else None


class RowView:
    """The element of a row, or that of a plain form, and what is shown in it."""

    def __init__(
        self,
        key: str,
        element: Any,
        slots: Callable[[], Mapping[str, Slot]],
        elsewhere: Callable[[], list[Any]],
        field_of: Callable[[str], str | None],
        count: Callable[[str, str, int], None],
    ) -> None:
        self.key = key
        self.element = element
        self._slots = slots
        self.elsewhere = elsewhere
        self.field_of = field_of  # returns the field of a control's name
        self._count = count  # records the number of shown errors: key, field, number
        self._notes: dict[Hashable, Any] = {}

    def controls(self) -> list[Any]:
        """Return the row's controls, including those outside, but not those of nested formsets."""
        return [
            control for control in controls_in(self.element) if self.owns(control)
        ] + self.elsewhere()

    def own(self, controls: Iterable[Any]) -> list[Any]:
        """Return those of `controls` that belong to a field of this row."""
        return [control for control in controls if self.field_of(control.name)]

    def field_controls(self, field: str) -> list[Any]:
        """Return the controls of one field, in order."""
        return [control for control in self.controls() if self.field_of(control.name) == field]

    def look(self, name: str) -> Look:
        """Read all controls of this name."""
        here = None
        if self.elsewhere():
            here = to_array(control for control in self.controls() if control.name == name)
        return look_of(json.loads(rows_script().look(self.element, name, here)))

    def owns(self, control: Any) -> bool:
        """Return whether `control` belongs to this row, not to a container nested in it."""
        owner = control.closest("[data-key], [data-formset], [data-formset-nested]")
        return bool(owner) and bool(owner.isSameNode(self.element))

    def show_field_errors(self, change: FieldErrorsChanged) -> None:
        """Replace the field's errors and the attributes that go with them."""
        controls = self.field_controls(change.field)
        self._take_away(change.field)
        control = controls[0] if controls else self._without_control(change)
        if not control:
            return
        slot = self._slots().get(change.field)
        if change.html:
            place = slot or Slot()
            self._show(change.field, place, change.html, change.messages, control)
        for control in controls:
            if control.type != "hidden":  # hidden initial values have no errors
                _set_attributes(control, change.attrs)
        if change.group_attrs and (group := control.closest("fieldset")):
            _set_attributes(group, change.group_attrs)
        styled = slot.styled(control, self.element) if slot else self._wrapper(control)
        for name in change.error_css_class.split():
            if styled:
                styled.classList.toggle(name, bool(change.messages))
        if slot:
            seen = [control for control in controls if control.type != "hidden"]
            slot.toggle_classes(seen, self.element, failing=bool(change.messages))

    def _without_control(self, change: FieldErrorsChanged) -> Any | None:
        """Return a substitute for the control of a field that has errors but no control."""
        if not change.html:
            return None
        return rows_script().withoutControl(self.element, to_array([element_of(change.html)]))

    def show_top_errors(self, html: str, messages: Sequence[str]) -> None:
        """Replace the errors of the row as a whole, at their place in the form's template."""
        self._take_away(NON_FIELD_ERRORS)
        if html:
            slot = self._slots().get(NON_FIELD_ERRORS, Slot())
            seen = [control for control in self.controls() if control.type != "hidden"]
            near = [
                control
                for control in seen
                if slot.anchor and self.field_of(control.name) == slot.anchor
            ]
            self._show(NON_FIELD_ERRORS, slot, html, messages, next(iter(near), None))

    def shown_errors(self) -> list[Any]:
        """Return the elements that show errors now."""
        return list(rows_script().errorsIn(self.element))

    def _show(
        self, name: str, slot: Slot, html: str, messages: Sequence[str], control: Any | None
    ) -> None:
        elements = slot.elements(html, messages)
        rows_script().keep(self.element, name, to_array(elements))
        self._count(self.key, name, len(messages))
        if control:
            slot.insert(elements, control, self.element)
        elif self.element.tagName == "TR":
            self.element.cells[0].prepend(*elements)
        else:
            self.element.prepend(*elements)

    def _take_away(self, name: str) -> None:
        rows_script().takeAway(self.element, name)
        self._count(self.key, name, 0)

    def show_pending(self, fields: tuple[str, ...]) -> None:
        """Mark the controls, or the whole row, that wait for asynchronous rules."""
        for control in self.controls():
            show_busy(control, self.field_of(control.name) in fields)
        show_busy(self.element, NON_FIELD_ERRORS in fields)

    def show_note(self, name: Hashable, text: str, control: Any = None) -> None:
        """Show `text` after `control`, or at the row's top, replacing the last note called `name`.

        An empty text removes the note. Unlike errors, notes do not prevent submitting.
        """
        note = self._notes.pop(name, None)
        if note:
            note.remove()
        if not text:
            return
        note = self._notes[name] = element_of(f"<small {NOTE}></small>")
        put_text(note, text)
        if control:
            control.after(note)
        else:
            self.element.prepend(note)
        announce(text)

    def errors_in_markup(self) -> dict[str | None, list[str]]:
        """Return the messages that came with the markup by field, None for the row as a whole.

        Only Django's own lists identify their field.
        """
        found: dict[str | None, list[str]] = {}
        for errors in own_elements(self.element, ".errorlist"):
            texts = [str(item.textContent).strip() for item in errors.querySelectorAll("li")]
            if errors.classList.contains("nonfield"):
                found[None] = texts
                continue
            start = str(errors.id).removesuffix("_error")
            controls = self.controls() if start else []
            same = [control for control in controls if control.id == start]
            # otherwise, one of several controls such as `when_0`
            for control in same or [
                subwidget for subwidget in controls if subwidget.id.startswith(f"{start}_")
            ]:
                found[self.field_of(control.name)] = texts
                break
        return found

    def forget_errors(self) -> bool:
        """Remove errors that came with the markup; return whether there were any."""
        found = forget(self.element, error_selectors(self._slots()))
        for element in own_elements(self.element, "[aria-invalid]"):
            element.removeAttribute("aria-invalid")
        return found

    def first_invalid(self) -> Any | None:
        """Return the first control marked invalid, or None."""
        for control in self.controls():
            if control.getAttribute("aria-invalid") == "true":
                return control
        return None

    def _wrapper(self, control: Any) -> Any:
        wrapper = control
        if not self.element.contains(control):
            return control.parentElement
        while not wrapper.parentElement.isSameNode(self.element):
            wrapper = wrapper.parentElement
        return wrapper


def show_busy(element: Any, busy: bool) -> None:
    """Mark `element` as waiting, for assistive technology and style sheets."""
    _set_attributes(element, {"aria-busy": "true" if busy else None})
    if busy or element.classList.contains(_PENDING):
        element.classList.toggle(_PENDING, busy)


def _set_attributes(element: Any, attributes: Mapping[str, str | None]) -> None:
    for name, value in attributes.items():
        if value:
            element.setAttribute(name, value)
        else:
            element.removeAttribute(name)

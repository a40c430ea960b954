"""The management form in existing markup, corrected to match the rows.

It may not match if a script added rows, or somebody tampered with it. It may be outside the
container, anywhere in the form.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from clientforms.browser.dom.form_controls import controls_in
from clientforms.browser.dom.outside_controls import Elsewhere
from clientforms.browser.runtime import css_escape, document
from clientforms.engine.live.rows_from_data import form_count
from clientforms.engine.post.control_names import number_in
from clientforms.errors import ClientFormsError

__all__ = ["ManagementControls"]


class ManagementControls:
    """The management form of one formset in the page."""

    def __init__(self, prefix: str, container: Any, form: Any, elsewhere: Elsewhere) -> None:
        self._prefix = prefix
        self._container = container
        self._form = form
        self._elsewhere = elsewhere

    def row_counts(self) -> tuple[int, int] | None:
        """Return the number of rows, and how many of them are initial.

        Returns None if there is no markup. Raises ClientFormsError if the management form is
        missing or invalid, or there is a gap in the rows' numbers.
        """
        numbers = self._numbers()
        if not numbers and not self._find(f"{self._prefix}-TOTAL_FORMS"):
            return None
        total, initial = self._count("TOTAL_FORMS"), self._count("INITIAL_FORMS")
        if missing := sorted(set(range(len(numbers))) - numbers):
            raise ClientFormsError(
                f"{self._prefix}: form {missing[0]} is not in the page, but later ones are. Number "
                "the forms without a gap, or leave the container empty."
            )
        return len(numbers) or total, initial

    def complete(self, values: Mapping[str, str]) -> None:
        """Add missing controls of the management form, such as the limits, which Django ignores."""
        for name, value in values.items():
            if not self._find(name):
                control = document.createElement("input")
                control.type, control.name, control.value = "hidden", name, value
                control.id = f"id_{name}"
                self._container.prepend(control)

    def write(self, values: Mapping[str, str]) -> None:
        """Set the values of the controls, by name."""
        for name, value in values.items():
            if control := self._find(name):
                control.value = value

    def _numbers(self) -> set[int]:
        controls = controls_in(self._container) + self._elsewhere.controls(None)
        numbers = (number_in(str(control.name), self._prefix) for control in controls)
        return {number for number in numbers if number is not None}

    def _count(self, name: str) -> int:
        full = f"{self._prefix}-{name}"
        control = self._find(full)
        count = form_count(str(control.value)) if control else None
        if count is None:
            said = f"is {str(control.value)!r}" if control else "is missing"
            raise ClientFormsError(
                f"{full} {said} in the page, but must be a number of forms. "
                "Render the formset's management_form again."
            )
        return count

    def _find(self, name: str) -> Any | None:
        selector = f'input[name="{css_escape(name)}"]'
        found = self._container.querySelector(selector) or self._form.querySelector(selector)
        return found or next(
            (control for control in self._elsewhere.controls(None) if control.name == name), None
        )

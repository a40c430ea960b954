"""What markup that is there already says of its rows: the management form, made true to them.

A management form can be out of step with the rows: a script added some, or somebody tampered.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from clientforms.browser.controls import controls_in
from clientforms.browser.runtime import css_escape, document
from clientforms.engine.values import form_count
from clientforms.errors import ClientFormsError

__all__ = ["complete", "row_counts"]


def row_counts(container: Any, prefix: str) -> tuple[int, int] | None:
    """Return how many rows are in `container`, and how many of them are initial.

    None where there is no markup at all. Raises ClientFormsError where the management form is
    missing or holds no number, or a row is missing among the others.
    """
    numbers = _numbers(container, prefix)
    if not numbers and not _control(container, prefix, "TOTAL_FORMS"):
        return None
    total, initial = (_count(container, prefix, name) for name in ("TOTAL_FORMS", "INITIAL_FORMS"))
    if missing := sorted(set(range(len(numbers))) - numbers):
        raise ClientFormsError(
            f"{prefix}: form {missing[0]} is not in the page, but later ones are. Number the forms "
            "without a gap, or leave the container empty."
        )
    return len(numbers) or total, initial


def complete(container: Any, values: Mapping[str, str]) -> None:
    """Add what a management form lacks, name to value: Django does without the limits."""
    for name, value in values.items():
        if not container.querySelector(f'input[name="{css_escape(name)}"]'):
            control = document.createElement("input")
            control.type, control.name, control.value = "hidden", name, value
            control.id = f"id_{name}"
            container.prepend(control)


def _numbers(container: Any, prefix: str) -> set[int]:
    name = re.compile(rf"(?:initial-)?{re.escape(prefix)}-(\d+)-")
    found = (name.match(str(control.name)) for control in controls_in(container))
    return {int(match[1]) for match in found if match}


def _control(container: Any, prefix: str, name: str) -> Any | None:
    return container.querySelector(f'input[name="{css_escape(f"{prefix}-{name}")}"]')


def _count(container: Any, prefix: str, name: str) -> int:
    control = _control(container, prefix, name)
    count = form_count(str(control.value)) if control else None
    if count is None:
        said = f"is {str(control.value)!r}" if control else "is missing"
        raise ClientFormsError(
            f"{prefix}-{name} {said} in the page, a number of forms is wanted: "
            "render the formset's management_form again."
        )
    return count

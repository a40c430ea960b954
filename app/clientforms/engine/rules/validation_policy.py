"""The validation policy: when a field's errors are updated and shown.

The vocabulary is that of newforms: `auto` waits for a pause in typing and validates at once on
blur, `manual` leaves validation to `validate()`, and any DOM event names can be given instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.forms import CheckboxInput, Field, FileInput, Widget
from django.forms.widgets import ChoiceWidget, MultiWidget, SelectDateWidget

from clientforms.errors import DataError

__all__ = ["AUTO_DELAY", "ValidationPolicy", "acts_at_once"]

AUTO_DELAY = 369
"""Milliseconds without a keystroke before `auto` validates; newforms' default."""


@dataclass(frozen=True, slots=True)
class ValidationPolicy:
    """Decides whether an event on a field validates it now, later, or not at all.

    `events` is `auto`, `manual`, or DOM event names separated by spaces. Submitting always
    validates, so `submit` alone is like `manual`. `delay` is how long an `input` event waits, in
    milliseconds. `fields` has policies by field name; a widget's attribute `data-validation` takes
    precedence.
    """

    events: str = "auto"
    delay: int = AUTO_DELAY
    fields: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for value in (self.events, *self.fields.values()):
            names = _names(value)
            if not names:
                raise DataError("A validation policy is empty: give auto, manual or event names.")
            if len(names) > 1 and {"auto", "manual"} & names:
                raise DataError(
                    f"Validation policy {value!r} mixes auto or manual with event names: "
                    "give one or the other."
                )
        if self.delay < 0:
            raise DataError(f"The validation delay is {self.delay} ms: give 0 or more.")

    def event_names(self, own: tuple[str, ...] = ()) -> frozenset[str]:
        """Return the names of all DOM events that the policies listen to, including those of `auto`.

        `own` has the policies of the form's widgets.
        """
        names: set[str] = set()
        for value in (self.events, *self.fields.values(), *own):
            names |= _names(value)
        if "auto" in names:
            names |= {"input", "change", "blur"}
        return frozenset(names - {"auto", "manual", "submit"})

    def pause(self, name: str, form_field: Field | None, event: str) -> int | None:
        """Return how many milliseconds to wait before the field `name` is validated, None for never."""
        own = form_field.widget.attrs.get("data-validation") if form_field else None
        names = _names(own or self.fields.get(name, self.events))
        if "auto" in names:
            at_once = form_field is not None and acts_at_once(form_field.widget)
            match event:
                case "blur":
                    return 0
                case "change" if at_once:
                    return 0
                case "input":
                    return 0 if at_once else self.delay
            return None
        if event not in names:
            return None
        return self.delay if event == "input" else 0


def acts_at_once(widget: Widget) -> bool:
    """Return whether a single action completes the input, so that no pause is needed."""
    if isinstance(widget, MultiWidget):
        return all(acts_at_once(subwidget) for subwidget in widget.widgets)
    return isinstance(widget, (CheckboxInput, ChoiceWidget, FileInput, SelectDateWidget))


def _names(value: str) -> set[str]:
    return set(value.split())

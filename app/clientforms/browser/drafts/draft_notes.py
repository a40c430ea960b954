"""Notes at fields whose values drafts leave out, so that they have to be entered again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from clientforms.browser.binding.binding import Binding
from clientforms.browser.dom.scope import Scope
from clientforms.browser.drafts.draft_texts import give_again

__all__ = ["DraftNotes"]


class DraftNotes:
    """Shows notes in one form; each disappears when its field gets a value."""

    def __init__(self, form: Any, bindings: Sequence[Binding], scope: Scope) -> None:
        self._bindings = bindings
        self._asked: set[tuple[str, str]] = set()
        for event in ("input", "change"):
            scope.listen(form, event, self._on_input)

    def show(self, binding: Binding, key: str, field: str) -> str:
        """Show a note at the field, unless it has a value; return the text of the note."""
        controls = binding.field_controls(key, field)
        if not controls or any(_has_value(control) for control in controls):
            return ""
        asked = give_again(bool(controls[0].type == "file"))
        binding.ask_again(key, field, asked)
        self._asked.add((key, field))
        return asked

    def clear(self) -> None:
        """Remove all notes."""
        for place in list(self._asked):
            self._remove(place)

    def _on_input(self, event: Any) -> None:
        for binding in self._bindings:
            place = binding.events.field_at(event.target) if self._asked else None
            if place in self._asked:
                self._remove(place)

    def _remove(self, place: tuple[str, str]) -> None:
        self._asked.discard(place)
        for binding in self._bindings:
            if place[0] in binding.live.keys:
                binding.ask_again(*place, "")


def _has_value(control: Any) -> bool:
    return bool(control.files.length if control.type == "file" else control.value)

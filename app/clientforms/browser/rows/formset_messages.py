"""Messages about a formset as a whole, before its rows: errors, and what is left to the server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clientforms.browser.dom import formset_markup
from clientforms.browser.dom.announcer import announce
from clientforms.browser.dom.shown_texts import put_text
from clientforms.browser.rows.error_slots import error_elements, forget, selector_of
from clientforms.changes import NonFormErrorsChanged

__all__ = ["WholeMessages", "take_messages"]

_DJANGOS = ".errorlist.nonform"


class WholeMessages:
    """The messages before the element that `place` returns."""

    def __init__(self, place: Callable[[], Any]) -> None:
        self._place = place
        self._errors: tuple[int, list[Any]] = 0, []
        self._messages: tuple[str, ...] = ()
        self._note: Any | None = None

    def show_errors(self, change: NonFormErrorsChanged) -> None:
        """Replace the errors."""
        for element in self._errors[1]:
            element.remove()
        elements = error_elements(change.html)
        self._errors = len(change.messages), elements
        self._messages = tuple(change.messages)
        self._place().before(*elements)

    def shown_errors(self) -> tuple[int, list[Any]]:
        """Return how many errors are shown, and the elements that show them."""
        return self._errors

    def messages(self) -> tuple[str, ...]:
        """Return the messages of the errors that are shown."""
        return self._messages

    def show_note(self, text: str) -> None:
        """Replace the note; an empty text removes it."""
        if self._note:
            self._note.remove()
            self._note = None
        if text:
            self._note = formset_markup.element_of(f"<p {formset_markup.NOTE}></p>")
            put_text(self._note, text)
            self._place().before(self._note)
            announce(text)


def take_messages(container: Any, sample: str) -> tuple[list[str], bool]:
    """Remove errors of the formset as a whole that came with the markup; `sample` shows their look.

    Returns the messages in Django's own list, and whether there were any errors.
    """
    messages = [
        str(item.textContent).strip()
        for errors in formset_markup.own_elements(container, _DJANGOS)
        for item in errors.querySelectorAll("li")
    ]
    return messages, forget(container, [_DJANGOS, selector_of(sample) or _DJANGOS])

"""Notes at fields whose values no draft keeps: they have to be given again."""

from __future__ import annotations

from typing import Any

from clientforms.browser import draft_texts as texts
from clientforms.browser.runtime import document
from clientforms.browser.scope import Scope

__all__ = ["DraftNotes"]

_NOTE = "[data-clientforms-draft-note]"


class DraftNotes:
    """Shows notes in one form; each goes when its control gets a value."""

    def __init__(self, form: Any, scope: Scope) -> None:
        self._form = form
        for event in ("input", "change"):
            scope.listen(form, event, self._on_input)
        scope.at_end(self.clear)

    def show(self, control: Any) -> None:
        """Ask for the control's value, unless it has one."""
        is_file = control.type == "file"
        if control.files.length if is_file else control.value:
            return
        self._remove(control)
        note = document.createElement("p")
        note.className = "clientforms-draft-note"
        note.setAttribute("data-clientforms-draft-note", "")
        note.textContent = texts.AGAIN["file" if is_file else "secret"]
        note.id = f"{control.id or control.name}_draft"
        control.after(note)
        described = str(control.getAttribute("aria-describedby") or "")
        control.setAttribute("aria-describedby", f"{described} {note.id}".strip())

    def clear(self) -> None:
        """Take all notes away."""
        for note in self._form.querySelectorAll(_NOTE):
            self._remove(note.previousElementSibling)

    def _on_input(self, event: Any) -> None:
        self._remove(event.target)

    def _remove(self, control: Any) -> None:
        note = control.nextElementSibling
        if not note or not note.matches(_NOTE):
            return
        described = str(control.getAttribute("aria-describedby") or "").split()
        left = " ".join(each for each in described if each != note.id)
        if left:
            control.setAttribute("aria-describedby", left)
        else:
            control.removeAttribute("aria-describedby")
        note.remove()

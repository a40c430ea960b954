"""The submit button while its form is sent: disabled and labelled, then enabled again.

Labels are attributes of the button, or of its form: `data-label-sending`, `data-label-sent`,
`data-label-failed`. `<progress data-progress>` in the form shows an upload; one is made if there is none.
"""

from __future__ import annotations

from typing import Any

from clientforms.browser.rows.row_view import show_busy
from clientforms.browser.runtime import css_escape, document
from clientforms.online.online_words import word

__all__ = ["ButtonLife"]

_BUTTONS = "button:not([type=button], [type=reset]), input[type=submit], input[type=image]"
_STATE = "data-send-state"


class ButtonLife:
    """The buttons of `form` while it is sent by `submitter`, one of them, or by no button."""

    def __init__(self, form: Any, submitter: Any) -> None:
        self.form = form
        self._button = submitter or form.querySelector(_BUTTONS)
        self._disabled: list[Any] = []
        self._label: list[Any] | str = ""
        self._has_label = False
        self._had_focus = False
        self._progress: Any = None
        self._is_ours = False

    def begin(self, *, uploads: bool) -> None:
        """The form is on its way."""
        self._had_focus = bool(self._button) and self._button.isSameNode(document.activeElement)
        self.label("sending", word("Sending…"))
        self._disabled = [each for each in self._all() if not each.disabled]
        for button in self._disabled:
            button.disabled = True
        show_busy(self.form, True)
        self.form.setAttribute(_STATE, "sending")
        if uploads:
            self._show_progress()

    def progress(self, part: float) -> None:
        """This part of an upload is done; all of it: the server works on it."""
        if not self._progress:
            return
        if part < 1:
            self._progress.setAttribute("value", str(part))
        else:
            self._progress.removeAttribute("value")

    def end(self, state: str) -> None:
        """The form is back: `sent`, or `failed`. The button may say so until somebody types."""
        for button in self._disabled:
            button.disabled = False
        self._disabled = []
        show_busy(self.form, False)
        self.form.setAttribute(_STATE, state)
        self._hide_progress()
        self.restore_label()
        self.label(state, "")
        if self._had_focus and document.body.isSameNode(document.activeElement):
            self._button.focus()

    def label(self, state: str, default: str) -> None:
        """Label the button for this state, if there is a label for it."""
        button = self._button
        if not button:
            return
        name = f"data-label-{state}"
        text = button.getAttribute(name) or self.form.getAttribute(name) or default
        if not text:
            return
        if button.tagName == "INPUT":
            self._label = str(button.value)
            button.value = text
        else:
            self._label = list(button.childNodes)
            button.replaceChildren(text)
        self._has_label = True

    def restore_label(self) -> None:
        """Give the button back what it said."""
        if not self._has_label:
            return
        self._has_label = False
        if isinstance(self._label, str):
            self._button.value = self._label
        else:
            self._button.replaceChildren(*self._label)

    def _all(self) -> list[Any]:
        inside = list(self.form.querySelectorAll(_BUTTONS))
        name = self.form.getAttribute("id")
        if not name:
            return inside
        own = f'[form="{css_escape(str(name))}"]'
        return inside + [each for each in document.querySelectorAll(own) if each.matches(_BUTTONS)]

    def _show_progress(self) -> None:
        self._progress = self.form.querySelector("progress[data-progress]")
        if not self._progress:
            self._is_ours = True
            self._progress = document.createElement("progress")
            if self._button:
                self._button.after(self._progress)
            else:
                self.form.append(self._progress)
        self._progress.hidden = False
        if not self._progress.hasAttribute("aria-label"):
            self._progress.setAttribute("aria-label", word("Upload"))
        self._progress.setAttribute("value", "0")

    def _hide_progress(self) -> None:
        if not self._progress:
            return
        if self._is_ours:
            self._progress.remove()
        else:
            self._progress.hidden = True
        self._progress = None
